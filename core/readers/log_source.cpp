// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/log_source.h"

#include <QRegularExpression>

#include "core/readers/basic_source.h"
#include "core/readers/known_facts.h"
#include "core/readers/line_splitter.h"
#include "core/readers/log_interpreter.h"
#include "core/readers/metric_names.h"

namespace trainyard {
namespace {

class LogSource final : public BasicSource {
 public:
  LogSource(const QString& path, LogInterpreter fresh, const QByteArray& resume) : m_file(path), m_fresh(fresh), m_interpreter(std::move(fresh)) {
    const QJsonObject place = resumed(resume, RunFormat::Log);
    if (place.isEmpty()) return;
    m_file.resumeAt(place[QLatin1String("file")].toObject());
    m_interpreter.restore(place[QLatin1String("lines")].toObject());
    const QJsonObject progress = place[QLatin1String("progress")].toObject();
    m_progress = {progress[QLatin1String("step")].toInteger(), progress[QLatin1String("total")].toInteger(),
                  progress[QLatin1String("epoch")].toDouble()};
  }

  Part read(qint64 nowMs) override {
    const QByteArray bytes = m_file.read();
    noteRead(bytes);
    if (m_file.takeRestarted()) restart();
    tellTrouble(m_file);
    JobPoints points{{}, {}, m_progress};
    const qint64 timeMs = bytes.isEmpty() ? 0 : m_file.timeMs(nowMs);
    m_lines.feed(bytes, [&](const QByteArray& line) { m_interpreter.take(line, timeMs, false, points); });
    return part(std::move(points), bytes.size() == Follower::mostAtOnce);
  }

  JobPoints finish(qint64 nowMs) override {
    JobPoints points{{}, {}, m_progress};
    const qint64 timeMs = m_file.timeMs(nowMs);
    m_lines.finish([&](const QByteArray& line) { m_interpreter.take(line, timeMs, false, points); });
    return part(std::move(points), false).points;
  }

  RunFacts facts() const override { return {}; }
  QStringList watched() const override { return {m_file.path()}; }

 private:
  void restart() {
    tellAnew(m_file.path());
    m_lines.reset();
    m_interpreter = m_fresh;
    m_progress = {};
  }

  Part part(JobPoints points, bool more) {
    m_progress = points.progress;
    const QJsonObject progress{{QStringLiteral("step"), m_progress.step},
                               {QStringLiteral("total"), m_progress.totalSteps},
                               {QStringLiteral("epoch"), m_progress.epoch}};
    Part part = partOf({{QStringLiteral("file"), m_file.placeAt(m_file.base() + m_lines.consumed())},
                        {QStringLiteral("lines"), m_interpreter.state()},
                        {QStringLiteral("progress"), progress}},
                       RunFormat::Log, more);
    part.points.series = std::move(points.series);
    part.points.progress = m_progress;
    return part;
  }

  FollowedFile m_file;
  LogInterpreter m_fresh;
  LogInterpreter m_interpreter;
  LineSplitter m_lines;
};

/// Whether the begin of a log tells how a training goes.
bool tellsMetrics(const QString& path) {
  constexpr qint64 headBytes = 256 << 10, looked = 512;
  const QByteArray head = headOf(path, headBytes);
  auto interpreter = LogInterpreter::make(0, QString());
  if (!interpreter || head.first(std::min<qsizetype>(head.size(), looked)).contains('\0')) return false;
  JobPoints points;
  LineSplitter lines;
  const auto take = [&](const QByteArray& line) { interpreter->take(line, 0, false, points); };
  lines.feed(head, take);
  lines.finish(take);
  size_t known = 0;
  for (const SeriesPoints& series : points.series)
    if (isKnownMetric(series.tag)) known = std::max(known, series.points.size());
  return known >= 2;
}

}  // namespace

Claim findLogs(const Folder& folder) {
  static const QRegularExpression usable(QStringLiteral("\\.(log|out)$|(log|stdout|train).*\\.txt$"), QRegularExpression::CaseInsensitiveOption);
  Claim claim;
  for (const QString& name : folder.files) {
    const QString path = folder.filePath(name);
    if (!usable.match(name).hasMatch() || !tellsMetrics(path)) continue;
    FoundRun run{RunFormat::Log, path};
    measure(run, {path});
    claim.runs.push_back(run);
    claim.taken.insert(name);
  }
  return claim;
}

Result<std::unique_ptr<RunSource>> openLog(const FoundRun& run, const QByteArray& resume) {
  if (auto readable = checkReadable(run.path); !readable) return tl::make_unexpected(readable.error());
  auto interpreter = LogInterpreter::make(0, QString());
  if (!interpreter) return tl::make_unexpected(interpreter.error());
  return std::make_unique<LogSource>(run.path, *interpreter, resume);
}

}  // namespace trainyard
