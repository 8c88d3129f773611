// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/run_reader.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonDocument>

namespace trainyard {
namespace {

// A log without values is not read anew from its begin after a crash: its place is kept now and then.
constexpr qint64 keepEveryMs = 5'000;
constexpr qint64 keepEveryBytes = 8 << 20;
constexpr qint64 freshMs = 4'000;  ///< a measurement that is not older was made just now

}  // namespace

RunReader::Source::Source(const QString& path, const QString& called) : name(called), file(path) {
  historyEnd = QFileInfo(path).size();
}

void RunReader::Source::resumeAt(const QJsonObject& place) {
  base = place[QLatin1String("offset")].toInteger();
  file.resumeAt(base, place[QLatin1String("file")].toString().toULongLong(),
                QByteArray::fromBase64(place[QLatin1String("before")].toString().toLatin1()));
}

/// The file's number is text: JSON's numbers are doubles, and it may have 64 bits.
QJsonObject RunReader::Source::place() const {
  return {{QStringLiteral("offset"), lineEnd()},
          {QStringLiteral("file"), QString::number(file.fileNumber())},
          {QStringLiteral("before"), QString::fromLatin1(file.before(lineEnd()).toBase64())}};
}

RunReader::RunReader(const Job& job, const QString& directory, LogInterpreter interpreter, const QByteArray& resume)
    : m_interpreter(std::move(interpreter)),
      m_log(directory + QStringLiteral("/output.log"), QStringLiteral("output.log")),
      m_metrics(directory + QStringLiteral("/metrics.jsonl"), QStringLiteral("metrics.jsonl")),
      m_system(directory + QStringLiteral("/system.jsonl"), QStringLiteral("system.jsonl")),
      m_times(RunTimes::read(directory + QStringLiteral("/system.jsonl"))),
      m_job(job.id),
      m_progress(job.progress) {
  const QJsonObject kept = QJsonDocument::fromJson(resume).object();
  if (kept.isEmpty()) return;
  m_log.resumeAt(kept[QLatin1String("log")].toObject());
  m_metrics.resumeAt(kept[QLatin1String("metrics")].toObject());
  m_system.resumeAt(kept[QLatin1String("system")].toObject());
  m_interpreter.restore(kept[QLatin1String("lines")].toObject());
}

QByteArray RunReader::readSource(Source& source) {
  const QByteArray bytes = source.file.read();
  if (source.file.takeRestarted()) {
    source.lines.reset();
    source.base = 0;
    source.historyEnd = 0;
    m_notice = QCoreApplication::translate("Run", "Its %1 became shorter or was replaced; it is read anew from its begin.").arg(source.name);
  }
  if (source.file.takeVanished())
    m_notice = QCoreApplication::translate("Run", "Its %1 was deleted; what the program still writes into it cannot be read.").arg(source.name);
  return bytes;
}

qint64 RunReader::timeOf(const Source& source, RunTimes::File file, qint64 nowMs) const {
  const qint64 end = source.lineEnd();
  return end > source.historyEnd ? nowMs : m_times.timeOf(file, end, nowMs);
}

void RunReader::takeLine(Source& source, RunTimes::File file, const QByteArray& line, qint64 nowMs, JobPoints& points) {
  m_interpreter.take(line, timeOf(source, file, nowMs), file == RunTimes::File::Metrics, points);
}

RunReader::Part RunReader::read(qint64 nowMs) {
  Part part{{m_job, {}, m_progress}, false, std::nullopt};
  const QByteArray output = readSource(m_log);
  m_log.lines.feed(output, [&](const QByteArray& line) { takeLine(m_log, RunTimes::File::Log, line, nowMs, part.points); });
  const QByteArray metrics = readSource(m_metrics);
  m_metrics.lines.feed(metrics, [&](const QByteArray& line) { takeLine(m_metrics, RunTimes::File::Metrics, line, nowMs, part.points); });
  const QByteArray system = readSource(m_system);
  m_system.lines.feed(system, [&](const QByteArray& line) { takeSystemLine(line, nowMs, part); });
  m_progress = part.points.progress;
  part.more = output.size() == Follower::mostAtOnce || metrics.size() == Follower::mostAtOnce || system.size() == Follower::mostAtOnce;
  if (isWorthKeeping(part.points, nowMs)) part.points.resume = resume();
  return part;
}

JobPoints RunReader::finish(qint64 nowMs) {
  JobPoints points{m_job, {}, m_progress};
  m_log.lines.finish([&](const QByteArray& line) { takeLine(m_log, RunTimes::File::Log, line, nowMs, points); });
  m_metrics.lines.finish([&](const QByteArray& line) { takeLine(m_metrics, RunTimes::File::Metrics, line, nowMs, points); });
  if (!points.series.empty()) points.resume = resume();
  return points;
}

QString RunReader::takeNotice() { return std::exchange(m_notice, {}); }

void RunReader::takeSystemLine(const QByteArray& line, qint64 nowMs, Part& part) {
  SystemSample sample;
  if (!parseSample(line, sample)) return;
  const auto add = [&](const char* tag, double value) {
    auto& all = part.points.series;
    const QString name = QLatin1String(tag);
    auto known = std::find_if(all.begin(), all.end(), [&name](const SeriesPoints& one) { return one.tag == name; });
    if (known == all.end()) known = all.insert(all.end(), {name, {}});
    known->points.push_back({sample.number, sample.wallMs, value});
  };
  constexpr double megabyte = 1e6;
  if (sample.residentBytes > 0) add("system/memory_megabytes", sample.residentBytes / megabyte);
  if (nowMs - sample.wallMs < freshMs) part.sampleNumber = sample.number;
  if (sample.number == 0) return;  // rates are since the sample before
  add("system/cpu_cores", sample.cpu);
  add("system/disk_read_megabytes_per_second", sample.readPerSecond / megabyte);
  add("system/disk_written_megabytes_per_second", sample.writtenPerSecond / megabyte);
}

QByteArray RunReader::resume() const {
  return QJsonDocument(QJsonObject{{QStringLiteral("log"), m_log.place()},
                                   {QStringLiteral("metrics"), m_metrics.place()},
                                   {QStringLiteral("system"), m_system.place()},
                                   {QStringLiteral("lines"), m_interpreter.state()}})
      .toJson(QJsonDocument::Compact);
}

bool RunReader::isWorthKeeping(const JobPoints& points, qint64 nowMs) {
  const qint64 offset = m_log.lineEnd() + m_metrics.lineEnd();
  const bool due = offset - m_keptOffset >= keepEveryBytes || (offset != m_keptOffset && nowMs - m_keptMs >= keepEveryMs);
  if (points.series.empty() && !due) return false;
  m_keptMs = nowMs;
  m_keptOffset = offset;
  return true;
}

}  // namespace trainyard
