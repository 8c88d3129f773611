// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/storage_worker.h"

#include <QFile>
#include <QFileInfo>
#include <QUuid>

namespace trainyard {
namespace {

void keepLatest(std::vector<JobSummaries>& all, JobId job, const std::vector<SeriesSummary>& touched) {
  auto known = std::find_if(all.begin(), all.end(), [job](const JobSummaries& one) { return one.job == job; });
  if (known == all.end()) known = all.insert(all.end(), {job, {}});
  for (const SeriesSummary& summary : touched) {
    const auto same = std::find_if(known->series.begin(), known->series.end(),
                                   [&](const SeriesSummary& one) { return one.tag == summary.tag; });
    if (same == known->series.end())
      known->series.push_back(summary);
    else
      *same = summary;
  }
}

}  // namespace

StorageWorker::StorageWorker(QString path, OpenMode mode)
    : m_path(std::move(path)),
      m_mode(mode),
      m_database(QStringLiteral("write-") + QUuid::createUuid().toString(QUuid::WithoutBraces)) {}

StorageWorker::~StorageWorker() = default;

void StorageWorker::open() {
  if (m_mode == OpenMode::ReadOnly && !QFile::exists(m_path)) {  // nothing was ever queued here
    Q_EMIT opened({{}, JobId{1}}, 0);
    return;
  }
  const auto store = m_database.open(m_path, m_mode).and_then([this] { return load(); });
  if (store) {
    Q_EMIT opened(*store, bytes());
  } else {
    close();
    Q_EMIT openFailed(store.error());
  }
}

Result<OpenedStore> StorageWorker::load() {
  m_metrics = std::make_unique<MetricTable>(m_database);
  auto jobs = m_jobs.all();
  if (!jobs) return tl::make_unexpected(jobs.error());
  auto summaries = m_metrics->summaries();
  if (!summaries) return tl::make_unexpected(summaries.error());
  const auto nextId = m_jobs.nextId();
  if (!nextId) return tl::make_unexpected(nextId.error());
  OpenedStore store{{}, *nextId};
  auto summary = summaries->begin();  // both newest first
  for (Job& job : *jobs) {
    StoredJob stored{std::move(job), {}};
    if (summary != summaries->end() && summary->job == stored.job.id) stored.series = std::move((summary++)->series);
    store.jobs.push_back(std::move(stored));
  }
  return store;
}

void StorageWorker::write(quint64 number, const WriteBatch& batch) {
  const auto committed = apply(batch);
  if (committed) {
    Q_EMIT written(number, *committed, bytes());
    return;
  }
  m_database.rollBack();
  m_metrics->forget();
  Q_EMIT writeFailed(number, committed.error());
}

Result<CommittedBatch> StorageWorker::apply(const WriteBatch& batch) {
  CommittedBatch committed;
  if (const auto begun = m_database.begin(); !begun) return tl::make_unexpected(begun.error());
  for (const WriteOperation& operation : batch) {
    const auto done = std::visit([&](const auto& one) { return apply(one, committed); }, operation);
    if (!done) return tl::make_unexpected(done.error());
  }
  if (const auto done = m_database.commit(); !done) return tl::make_unexpected(done.error());
  return committed;
}

Result<void> StorageWorker::apply(const JobChange& change, CommittedBatch& committed) {
  const auto done = change.remove ? m_jobs.remove(change.job.id) : m_jobs.save(change.job);
  if (!done) return done;
  if (change.remove) m_metrics->forget();
  committed.changes.push_back(change);
  return {};
}

Result<void> StorageWorker::apply(const JobPoints& points, CommittedBatch& committed) {
  const auto touched = m_metrics->append(points);
  if (!touched) return tl::make_unexpected(touched.error());
  if (const auto done = m_jobs.saveProgress(points.job, points.progress); !done) return done;
  keepLatest(committed.summaries, points.job, *touched);
  committed.points.push_back(points);
  return {};
}

void StorageWorker::close() {
  m_metrics.reset();
  m_database.close();
}

qint64 StorageWorker::bytes() const {
  return QFileInfo(m_path).size() + QFileInfo(m_path + QStringLiteral("-wal")).size();
}

}  // namespace trainyard
