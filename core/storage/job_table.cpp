// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/job_table.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QSqlError>
#include <QVariant>
#include <array>
#include <cmath>

namespace trainyard {
namespace {

// In the order in which rows are bound and read. A database of an older format, which may only be read, lacks the last ones.
constexpr int columnsOfFormat1 = 26;
constexpr int columnsOfFormat2 = 37;
constexpr int columnsOfFormat4 = 41;

const QStringList& columns() {
  static const QStringList names{
      QStringLiteral("id"),         QStringLiteral("name"),          QStringLiteral("model"),
      QStringLiteral("dataset"),    QStringLiteral("source"),        QStringLiteral("epochs"),
      QStringLiteral("learning_rate"), QStringLiteral("batch_size"), QStringLiteral("seed"),
      QStringLiteral("steps_per_epoch"), QStringLiteral("parameters"), QStringLiteral("command_line"),
      QStringLiteral("working_directory"), QStringLiteral("environment"), QStringLiteral("pattern"),
      QStringLiteral("status"),     QStringLiteral("end_kind"),      QStringLiteral("end_code"),
      QStringLiteral("reason"),     QStringLiteral("created_ms"),    QStringLiteral("started_ms"),
      QStringLiteral("ended_ms"),   QStringLiteral("deleted_ms"),    QStringLiteral("step"),
      QStringLiteral("total_steps"), QStringLiteral("epoch"),        QStringLiteral("priority"),
      QStringLiteral("after_job"),  QStringLiteral("retries"),       QStringLiteral("retry_delay_s"),
      QStringLiteral("on_trouble"), QStringLiteral("gpus"),          QStringLiteral("queue_position"),
      QStringLiteral("retry_of"),   QStringLiteral("attempt"),       QStringLiteral("not_before_ms"),
      QStringLiteral("devices"),    QStringLiteral("import_format"),  QStringLiteral("import_path"),
      QStringLiteral("import_run"), QStringLiteral("files_ms"),      QStringLiteral("unread")};
  return names;
}

/// Pairs as JSON, in order: [["key", "value"], ...].
QString pairsToText(const QList<KeyValue>& pairs) {
  QJsonArray array;
  for (const KeyValue& pair : pairs) array.append(QJsonArray{pair.key, pair.value});
  return QString::fromUtf8(QJsonDocument(array).toJson(QJsonDocument::Compact));
}

QList<KeyValue> pairsFromText(const QString& text) {
  QList<KeyValue> pairs;
  if (text == u"[]") return pairs;
  const QJsonArray items = QJsonDocument::fromJson(text.toUtf8()).array();
  for (const auto& item : items)
    pairs << KeyValue{item.toArray()[0].toString(), item.toArray()[1].toString()};
  return pairs;
}

/// SQLite refuses NULL in our columns, and QString() binds as NULL.
QString present(const QString& text) { return text.isNull() ? QLatin1String("") : text; }

/// A log may say "epoch: nan"; SQLite would take that for NULL, and refuse the points that came with it for ever.
double storedEpoch(const Progress& progress) { return std::isnan(progress.epoch) ? 0.0 : progress.epoch; }

QVariantList valuesOf(const Job& job) {
  const JobSettings& s = job.settings;
  return {job.id.value, present(s.name), present(s.model), present(s.dataset), toKey(s.source), s.epochs,
          s.learningRate, s.batchSize, s.seed, s.stepsPerEpoch, pairsToText(s.parameters), present(s.command.line),
          present(s.command.workingDirectory), pairsToText(s.command.environment), present(s.command.pattern),
          toKey(job.status), toKey(job.ending.kind), job.ending.code, present(job.ending.reason), job.createdMs,
          job.startedMs, job.endedMs, job.deletedMs, job.progress.step, job.progress.totalSteps, storedEpoch(job.progress),
          s.scheduling.priority, s.scheduling.after.value, s.scheduling.retries, s.scheduling.retryDelayS,
          toKey(s.scheduling.onTrouble), s.scheduling.gpus, job.queuePosition, job.retryOf.value, job.attempt,
          job.notBeforeMs, present(job.devices), present(s.imported.format), present(s.imported.path), present(s.imported.run),
          job.filesMs, present(toText(job.unread))};
}

/// The texts of the row before: what rows have in common is held once.
using LastTexts = std::vector<QString>;

/// Reads a row's values one after the other.
class Row {
 public:
  Row(const QSqlQuery& query, LastTexts& last) : m_query(query), m_last(last) {}
  qint64 whole() { return m_query.value(m_next++).toLongLong(); }
  double real() { return m_query.value(m_next++).toDouble(); }
  QString text() {
    QString& last = m_last[size_t(m_next)];
    const QString text = m_query.value(m_next++).toString();
    if (text != last) last = text;
    return last;
  }

 private:
  const QSqlQuery& m_query;
  LastTexts& m_last;
  int m_next = 0;
};

void readScheduling(Row& row, Job& job) {
  Scheduling& scheduling = job.settings.scheduling;
  scheduling.priority = int(row.whole());
  scheduling.after = JobId{row.whole()};
  scheduling.retries = int(row.whole());
  scheduling.retryDelayS = int(row.whole());
  scheduling.onTrouble = troubleResponseFromKey(row.text()).value_or(TroubleResponse::Tell);
  scheduling.gpus = int(row.whole());
  job.queuePosition = row.real();
  job.retryOf = JobId{row.whole()};
  job.attempt = int(row.whole());
  job.notBeforeMs = row.whole();
  job.devices = row.text();
}

void readImport(Row& row, Job& job) {
  ImportSettings& imported = job.settings.imported;
  imported.format = row.text();
  imported.path = row.text();
  imported.run = row.text();
  job.filesMs = row.whole();
}

Result<Job> jobFrom(const QSqlQuery& query, int format, LastTexts& last) {
  Row row(query, last);
  Job job;
  JobSettings& s = job.settings;
  job.id = JobId{row.whole()};
  s.name = row.text();
  s.model = row.text();
  s.dataset = row.text();
  const auto source = jobSourceFromKey(row.text());
  s.epochs = row.whole();
  s.learningRate = row.real();
  s.batchSize = row.whole();
  s.seed = row.whole();
  s.stepsPerEpoch = row.whole();
  s.parameters = pairsFromText(row.text());
  s.command.line = row.text();
  s.command.workingDirectory = row.text();
  s.command.environment = pairsFromText(row.text());
  s.command.pattern = row.text();
  const auto status = jobStatusFromKey(row.text());
  const auto kind = endKindFromKey(row.text());
  job.ending.code = static_cast<int>(row.whole());
  job.ending.reason = row.text();
  job.createdMs = row.whole();
  job.startedMs = row.whole();
  job.endedMs = row.whole();
  job.deletedMs = row.whole();
  job.progress.step = row.whole();
  job.progress.totalSteps = row.whole();
  job.progress.epoch = row.real();
  job.queuePosition = double(job.id.value);
  if (format > 1) readScheduling(row, job);
  if (format > 3) readImport(row, job);
  if (format > 4) job.unread = unreadFromText(row.text());
  if (!source || !status || !kind)
    return fail(ErrorCode::StorageRead, Storage::tr("Job %1 in the database cannot be understood.").arg(job.id.value),
                !source ? source.error().message : !status ? status.error().message : kind.error().message);
  s.source = *source;
  job.status = *status;
  job.ending.kind = *kind;
  return job;
}

}  // namespace

JobTable::JobTable(const Database& database)
    : m_database(database),
      m_saveProgress(database, QStringLiteral("UPDATE jobs SET step = ?, total_steps = ?, epoch = ? WHERE id = ?")),
      m_saveResume(database, QStringLiteral("INSERT INTO readers (job_id, resume) VALUES (?, ?) "
                                            "ON CONFLICT (job_id) DO UPDATE SET resume = excluded.resume")) {}

Result<void> JobTable::saveResume(JobId id, const QByteArray& resume) {
  return m_saveResume.run({id.value, QString::fromUtf8(resume)}).map([](const QSqlQuery*) {});
}

Result<QByteArray> JobTable::resume(JobId id) const {
  QSqlQuery query = m_database.query();
  query.prepare(QStringLiteral("SELECT resume FROM readers WHERE job_id = ?"));
  query.addBindValue(id.value);
  if (const auto done = execute(query, ErrorCode::StorageRead); !done) return tl::make_unexpected(done.error());
  return query.next() ? query.value(0).toString().toUtf8() : QByteArray();
}

Result<QHash<JobId, QByteArray>> JobTable::resumes() const {
  QHash<JobId, QByteArray> found;
  if (m_database.format() < 2) return found;
  QSqlQuery query = m_database.query();
  query.setForwardOnly(true);
  query.prepare(QStringLiteral("SELECT job_id, resume FROM readers JOIN jobs ON jobs.id = job_id WHERE status = 'running'"));
  if (const auto done = execute(query, ErrorCode::StorageRead); !done) return tl::make_unexpected(done.error());
  while (query.next()) found.insert(JobId{query.value(0).toLongLong()}, query.value(1).toString().toUtf8());
  if (query.lastError().isValid()) return tl::make_unexpected(errorOf(query, ErrorCode::StorageRead));
  return found;
}


Result<void> JobTable::save(const Job& job) const {
  QStringList updates;
  for (const QString& column : columns().mid(1)) updates << QStringLiteral("%1 = excluded.%1").arg(column);
  QStringList marks;
  marks.fill(QStringLiteral("?"), columns().size());
  static const QString sql = QStringLiteral("INSERT INTO jobs (%1) VALUES (%2) ON CONFLICT (id) DO UPDATE SET %3")
                                 .arg(columns().join(u','), marks.join(u','), updates.join(u','));
  QSqlQuery query = m_database.query();
  query.prepare(sql);
  for (const QVariant& value : valuesOf(job)) query.addBindValue(value);
  return execute(query);
}

Result<void> JobTable::remove(JobId id) const {
  QSqlQuery query = m_database.query();
  query.prepare(QStringLiteral("DELETE FROM jobs WHERE id = ?"));
  query.addBindValue(id.value);
  return execute(query);
}

Result<bool> JobTable::saveProgress(JobId id, const Progress& progress) {
  return m_saveProgress.run({progress.step, progress.totalSteps, storedEpoch(progress), id.value})
      .map([](const QSqlQuery* query) { return query->numRowsAffected() > 0; });
}

Result<std::vector<Job>> JobTable::newest(JobId before, qint64 most) const { return select(QStringLiteral("id < ?"), before, most); }

Result<std::vector<Job>> JobTable::open(JobId before) const {
  return select(QStringLiteral("id < ? AND status IN ('queued', 'running')"), before, -1);
}

/// `most` < 0 = all.
Result<std::vector<Job>> JobTable::select(const QString& condition, JobId before, qint64 most) const {
  QSqlQuery query = m_database.query();
  query.setForwardOnly(true);
  const int format = m_database.format();
  const qsizetype known = format > 4 ? columns().size() : format > 3 ? columnsOfFormat4 : format > 1 ? columnsOfFormat2 : columnsOfFormat1;
  const QStringList present = columns().first(known);
  query.prepare(QStringLiteral("SELECT %1 FROM jobs WHERE %2 ORDER BY id DESC LIMIT ?").arg(present.join(u','), condition));
  query.addBindValue(before.value);
  query.addBindValue(most);
  if (const auto done = execute(query, ErrorCode::StorageRead); !done) return tl::make_unexpected(done.error());
  std::vector<Job> jobs;
  LastTexts last(size_t(present.size()));
  while (query.next()) {
    auto job = jobFrom(query, format, last);
    if (!job) return tl::make_unexpected(job.error());
    jobs.push_back(std::move(*job));
  }
  // Rows end with an error as they end with the last one.
  if (query.lastError().isValid()) return tl::make_unexpected(errorOf(query, ErrorCode::StorageRead));
  return jobs;
}

Result<JobId> JobTable::nextId() const {
  const auto last = m_database.number(QStringLiteral(
      "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'jobs'), 0), "
      "coalesce((SELECT max(id) FROM jobs), 0))"));
  if (!last) return tl::make_unexpected(last.error());
  return JobId{*last + 1};
}

}  // namespace trainyard
