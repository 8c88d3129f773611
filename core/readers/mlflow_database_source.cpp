// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/mlflow_database_source.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QRegularExpression>
#include <QVariant>
#include <limits>

#include "core/readers/cell.h"
#include "core/readers/database_source.h"
#include "core/readers/mlflow_run.h"

namespace trainyard {
namespace {

constexpr int mostRuns = 100'000;

/// MLflow keeps infinities as the largest double, and NaN as a 0 with a flag.
double valueOfRow(double value, bool isNan) {
  if (isNan) return std::numeric_limits<double>::quiet_NaN();
  if (std::abs(value) == std::numeric_limits<double>::max()) return std::copysign(std::numeric_limits<double>::infinity(), value);
  return value;
}

Result<QList<KeyValue>> pairsOf(const SqliteFile& file, const QString& table, const QString& run) {
  if (!file.columnsOf(table).contains(QLatin1String("run_uuid"))) return QList<KeyValue>();
  auto rows = file.ask(
      QStringLiteral("SELECT substr(key, 1, 1000), substr(value, 1, 6000) FROM %1 WHERE run_uuid = ? ORDER BY key LIMIT 2000").arg(table),
      {run});
  if (!rows) return tl::make_unexpected(rows.error());
  QList<KeyValue> pairs;
  while (rows->next()) pairs.push_back({rows->value(0).toString(), rows->value(1).toString()});
  if (const auto all = file.ended(*rows); !all) return tl::make_unexpected(all.error());
  return pairs;
}

class MlflowDatabaseSource final : public DatabaseSource {
 public:
  using DatabaseSource::DatabaseSource;

 private:
  Result<QString> markOf(const SqliteFile& file, qint64 row) override {
    auto found = file.ask(
        QStringLiteral(
            "SELECT substr(key, 1, 200) || ' ' || timestamp || ' ' || step || ' ' || value FROM metrics WHERE rowid = ? AND run_uuid = ?"),
        {row, run()});
    if (!found) return tl::make_unexpected(found.error());
    return found->next() ? found->value(0).toString() : QString();
  }

  Result<bool> takeRows(const SqliteFile& file, Place& place, qint64 nowMs) override {
    // The order of the rows is the order in which they were logged; numbers of rows grow with it.
    auto rows = file.ask(QStringLiteral("SELECT rowid, substr(key, 1, 4000), value, timestamp, step, is_nan FROM metrics "
                                        "WHERE run_uuid = ? AND rowid > ? ORDER BY rowid LIMIT %1").arg(rowsAtOnce), {run(), place.row});
    if (!rows) return tl::make_unexpected(rows.error());
    int count = 0;
    qint64 last = place.row;
    for (; rows->next(); ++count) {
      last = rows->value(0).toLongLong();
      const qint64 told = timeMsIn(rows->value(3).toDouble());
      const qint64 step = std::max<qint64>(0, rows->value(4).toLongLong());
      m_series.add(m_series.indexOf(rows->value(1).toString().toUtf8()),
                   {step, told > 0 ? told : nowMs, valueOfRow(rows->value(2).toDouble(), rows->value(5).toBool())});
    }
    if (const auto all = file.ended(*rows); !all) return tl::make_unexpected(all.error());
    if (last == place.row) return false;
    const Result<QString> mark = markOf(file, last);
    if (!mark) return tl::make_unexpected(mark.error());
    place = {last, *mark};
    return count == rowsAtOnce;
  }

  Result<RunFacts> readFacts(const SqliteFile& file) override {
    RunFacts facts;
    auto own = file.ask(QStringLiteral("SELECT substr(r.name, 1, 1000), r.status, r.start_time, r.end_time, substr(e.name, 1, 1000) FROM runs r "
                                       "LEFT JOIN experiments e ON e.experiment_id = r.experiment_id WHERE r.run_uuid = ?"), {run()});
    if (!own) return tl::make_unexpected(own.error());
    const auto parameters = pairsOf(file, QStringLiteral("params"), run());
    const auto tags = pairsOf(file, QStringLiteral("tags"), run());
    if (!parameters) return tl::make_unexpected(parameters.error());
    if (!tags) return tl::make_unexpected(tags.error());
    addMlflow(facts, *parameters, *tags);
    if (!own->next()) {
      if (const auto all = file.ended(*own); !all) return tl::make_unexpected(all.error());
      return facts;
    }
    facts.startedMs = own->value(2).toLongLong();
    facts.endedMs = own->value(3).toLongLong();
    facts.ending = mlflowEnding(own->value(1).toString(), facts.endedMs);
    facts.name = mlflowName(own->value(4).toString(), own->value(0).toString(), run());
    return facts;
  }
};

bool isMlflow(const SqliteFile& file) {
  const QStringList metrics = file.columnsOf(QStringLiteral("metrics")), runs = file.columnsOf(QStringLiteral("runs"));
  return metrics.contains(QLatin1String("run_uuid")) && metrics.contains(QLatin1String("is_nan")) &&
         runs.contains(QLatin1String("lifecycle_stage")) &&
         file.columnsOf(QStringLiteral("experiments")).contains(QLatin1String("experiment_id"));
}

Result<bool> addRuns(Claim& claim, const QString& path) {
  SqliteFile file;
  if (auto opened = file.open(path); !opened) return tl::make_unexpected(opened.error());
  if (!isMlflow(file)) return false;
  const bool hasLatest = file.columnsOf(QStringLiteral("latest_metrics")).contains(QLatin1String("timestamp"));  // since MLflow 1.2
  const QString latest = hasLatest ? QStringLiteral("latest_metrics") : QStringLiteral("(SELECT NULL AS run_uuid, 0 AS timestamp)");
  const qint64 changedMs = databaseChangedMs(path);  // the clock of another machine may be ahead
  auto rows = file.ask(
      QStringLiteral("SELECT substr(r.run_uuid, 1, 200), substr(r.name, 1, 1000), "
                     "max(coalesce(r.end_time, r.start_time, 0), CASE WHEN m.at <= %3 THEN m.at ELSE 0 END), substr(e.name, 1, 1000) FROM runs r "
                     "LEFT JOIN experiments e ON e.experiment_id = r.experiment_id "
                     "LEFT JOIN (SELECT run_uuid, max(timestamp) AS at FROM %2 GROUP BY run_uuid) m ON m.run_uuid = r.run_uuid "
                     "WHERE r.lifecycle_stage IS NOT 'deleted' AND e.lifecycle_stage IS NOT 'deleted' ORDER BY r.start_time LIMIT %1")
          .arg(mostRuns)
          .arg(latest)
          .arg(changedMs));
  if (!rows) return tl::make_unexpected(rows.error());
  while (rows->next()) {
    const QString id = rows->value(0).toString();
    claim.runs.push_back({RunFormat::MlflowDatabase, path, id, mlflowName(rows->value(3).toString(), rows->value(1).toString(), id), 0,
                          std::min(changedMs, rows->value(2).toLongLong())});
  }
  if (const auto all = file.ended(*rows); !all) return tl::make_unexpected(all.error());
  return true;
}

}  // namespace

Claim findMlflowDatabase(const Folder& folder) {
  static const QRegularExpression usable(QStringLiteral("\\.(db|sqlite|sqlite3)$"), QRegularExpression::CaseInsensitiveOption);
  Claim claim;
  for (const QString& name : folder.files) {
    const QString path = folder.filePath(name);
    if (!usable.match(name).hasMatch()) continue;
    const Result<bool> found = addRuns(claim, path);
    if (!found && found.error().code == ErrorCode::StorageNotADatabase) continue;
    if (!found) claim.problems.push_back({path, -1, found.error().message});
    if (!found || *found) claim.taken.insert(name);
  }
  return claim;
}

Result<std::unique_ptr<RunSource>> openMlflowDatabase(const FoundRun& run, const QByteArray& resume) {
  if (!QFileInfo(run.path).isFile())
    return fail(ErrorCode::NotFound, QCoreApplication::translate("Readers", "%1 is not there any more.").arg(run.path));
  return std::make_unique<MlflowDatabaseSource>(run, resume);
}

}  // namespace trainyard
