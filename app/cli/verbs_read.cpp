// SPDX-License-Identifier: GPL-3.0-or-later
// Verbs that only look. They open the database read-only and work beside a running window.
#include <QCoreApplication>
#include <QDateTime>
#include <QEventLoop>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <cmath>

#include "app/cli/verbs.h"
#include "core/base/format.h"
#include "core/metrics/points_csv.h"
#include "core/runners/import_runner.h"
#include "core/runners/run_records.h"

namespace trainyard::cli {
namespace {

QString progressOf(const Job& job) {
  const Progress& progress = job.progress;
  if (progress.totalSteps == 0) return progress.step == 0 ? QStringLiteral("-") : countText(progress.step);
  return QStringLiteral("%1/%2").arg(progress.step).arg(progress.totalSteps);
}

/// Columns as wide as their widest cell; the last one as it is.
QString table(const QList<QStringList>& rows) {
  QList<qsizetype> widths;
  for (const QStringList& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (qsizetype i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  QString text;
  for (const QStringList& row : rows) {
    QString line;
    for (qsizetype i = 0; i < row.size(); ++i) line += i + 1 < row.size() ? row[i].leftJustified(widths[i] + 2) : row[i];
    text += line + u'\n';
  }
  return text;
}

Result<QString> readableDir(const CommandLine& line) {
  const QFileInfo info(line.dataDir);
  if (info.exists() && !info.isDir())
    return fail(ErrorCode::StorageOpen, QCoreApplication::translate("CommandLine", "The data directory %1 is a file; choose another with --data-dir.").arg(line.dataDir));
  return info.absoluteFilePath();
}

Result<const Job*> theJob(Yard& yard, const CommandLine& line) {
  const auto ids = idsOf(line);
  if (!ids) return tl::make_unexpected(ids.error());
  const Job* job = yard.jobs().job(ids->first());
  if (job == nullptr) return fail(ErrorCode::NotFound, QCoreApplication::translate("CommandLine", "There is no job %1.").arg(ids->first().value));
  return job;
}

/// How a job that the database calls running has ended while no window was there to write it down.
std::optional<Ending> missedEnding(const Yard& yard, const Job& job) {
  if (job.status != JobStatus::Running) return std::nullopt;
  if (job.settings.source == JobSource::Command) return endingByRecords(jobDirectory(yard.dataDir(), job.id), runName(job));
  if (job.settings.source == JobSource::Imported) return endingByFiles(job, yard.clock().nowMs());
  return std::nullopt;
}

/// The job as it is.
Job trueJob(const Yard& yard, const Job& stored) {
  Job job = stored;
  const auto ending = missedEnding(yard, job);
  if (!ending) return job;
  job.status = isSuccess(ending->kind) ? JobStatus::Complete : JobStatus::Failed;
  job.ending = *ending;
  job.endedMs = ending->atMs > 0 ? ending->atMs : yard.clock().nowMs();  // nobody knows when it was lost
  return job;
}

/// Opens for reading and calls `look`; the exit code.
int reading(const CommandLine& line, const std::function<int(Yard&)>& look) {
  const auto dir = readableDir(line);
  if (!dir) return tell(dir.error());
  Yard yard(*dir, OpenMode::ReadOnly);
  const auto opened = openAndWait(yard);
  return opened ? look(yard) : tell(opened.error());
}

/// A number of JSON; what is none of its numbers as a word.
QString jsonValue(double value) {
  if (value == 0.0 && std::signbit(value)) return QStringLiteral("-0.0");
  if (std::isfinite(value)) return QString::number(value, 'g', QLocale::FloatingPointShortest);
  return std::isnan(value) ? QStringLiteral("\"NaN\"") : value > 0 ? QStringLiteral("\"Infinity\"") : QStringLiteral("\"-Infinity\"");
}

int printCsv(const JobPoints& points) {
  bool printed = print(pointsCsvHeader());
  for (const SeriesPoints& series : points.series) printed = printed && print(pointsCsv(series));
  return printed ? exitDone : exitRefused;
}

int printJsonLines(const JobPoints& points) {
  for (const SeriesPoints& series : points.series) {
    const QString tag = QString::fromUtf8(QJsonDocument(QJsonArray{series.tag}).toJson(QJsonDocument::Compact)).sliced(1).chopped(1);
    for (const Point& point : series.points) {
      const QString line = QStringLiteral("{\"series\":%1,\"step\":%2,\"wall_ms\":%3,\"value\":%4}\n");
      if (!print(line.arg(tag).arg(point.step).arg(point.wallMs).arg(jsonValue(point.value)))) return exitRefused;
    }
  }
  return exitDone;
}

}  // namespace

Result<void> openAndWait(Yard& yard) {
  QEventLoop loop;
  Result<void> result;
  QObject::connect(&yard, &Yard::ready, &loop, &QEventLoop::quit);
  QObject::connect(&yard, &Yard::failed, &loop, [&](const Error& error) {
    result = tl::make_unexpected(error);
    loop.quit();
  });
  yard.open();
  loop.exec();
  return result;
}

int listVerb(const CommandLine& line) {
  return reading(line, [&](Yard& yard) {
    JobService& jobs = yard.jobs();
    if (line.has(QStringLiteral("--json"))) {
      QJsonArray all;
      for (const JobId id : jobs.jobs()) all.append(toJson(trueJob(yard, *jobs.job(id)), jobs.series(id)));
      return print(QString::fromUtf8(QJsonDocument(all).toJson())) ? exitDone : exitRefused;
    }
    if (jobs.jobs().empty()) return print(QStringLiteral("No jobs yet.\n")) ? exitDone : exitRefused;
    QList<QStringList> rows{{QStringLiteral("ID"), QStringLiteral("STATUS"), QStringLiteral("STEP"), QStringLiteral("ADDED"), QStringLiteral("MODEL"), QStringLiteral("NAME")}};
    for (const JobId id : jobs.jobs()) {
      const Job job = trueJob(yard, *jobs.job(id));
      rows << QStringList{QString::number(id.value), toKey(job.status), progressOf(job), relativeTime(job.createdMs, yard.clock().nowMs()),
                          job.settings.model.isEmpty() ? QStringLiteral("-") : job.settings.model, job.settings.name};
    }
    return print(table(rows)) ? exitDone : exitRefused;
  });
}

int showVerb(const CommandLine& line) {
  return reading(line, [&](Yard& yard) {
    const auto found = theJob(yard, line);
    if (!found) return tell(found.error());
    const Job job = trueJob(yard, **found);
    const auto& series = yard.jobs().series(job.id);
    if (line.has(QStringLiteral("--json"))) return print(QString::fromUtf8(QJsonDocument(toJson(job, series)).toJson())) ? exitDone : exitRefused;
    QList<QStringList> rows{{QStringLiteral("id"), QString::number(job.id.value)}, {QStringLiteral("name"), job.settings.name},
                            {QStringLiteral("status"), toKey(job.status)}, {QStringLiteral("step"), progressOf(job)}};
    const QJsonObject object = toJson(job, series);
    for (const char* key : {"model", "reason", "created_at", "started_at", "ended_at"}) {
      const QString value = object[QLatin1String(key)].toString();
      if (!value.isEmpty()) rows << QStringList{QLatin1String(key), value};
    }
    if (!job.settings.command.line.isEmpty()) rows << QStringList{QStringLiteral("command"), job.settings.command.line};
    for (const KeyValue& parameter : job.settings.parameters) rows << QStringList{parameter.key, parameter.value};
    for (const ReadProblem& problem : job.unread.problems) rows << QStringList{QStringLiteral("unread"), toText(problem)};
    for (const auto& [what, count] : job.unread.skipped) rows << QStringList{QStringLiteral("passed over"), QStringLiteral("%1 × %2").arg(count).arg(what)};
    for (const SeriesSummary& summary : series)
      rows << QStringList{summary.tag, QStringLiteral("%1 at step %2 (%3 points)").arg(metricText(summary.last.value)).arg(summary.last.step).arg(summary.count)};
    return print(table(rows)) ? exitDone : exitRefused;
  });
}

int metricsVerb(const CommandLine& line) {
  const QString format = line.has(QStringLiteral("--format")) ? line.value(QStringLiteral("--format")) : QStringLiteral("csv");
  if (format != u"csv" && format != u"jsonl") return tellUsage(QStringLiteral("--format is csv or jsonl."));
  return reading(line, [&](Yard& yard) {
    const auto job = theJob(yard, line);
    if (!job) return tell(job.error());
    const QStringList tags = line.options.value(QStringLiteral("--series"));
    for (const QString& tag : tags)
      if (yard.jobs().series((*job)->id, tag) == nullptr)
        return tell({ErrorCode::NotFound, QCoreApplication::translate("CommandLine", "Job %1 has no series “%2”.").arg((*job)->id.value).arg(tag), {}});
    QEventLoop loop;
    int code = exitRefused;
    MetricReader& reader = yard.storage().reader();
    QObject::connect(&reader, &MetricReader::loaded, &loop, [&](quint64, const JobPoints& points) { code = format == u"csv" ? printCsv(points) : printJsonLines(points); loop.quit(); });
    QObject::connect(&reader, &MetricReader::loadFailed, &loop, [&](quint64, const Error& error) { code = tell(error); loop.quit(); });
    reader.request({.job = (*job)->id, .tags = tags});
    loop.exec();
    return code;
  });
}

}  // namespace trainyard::cli
