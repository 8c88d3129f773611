// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/storage_worker.h"

#include <QFile>
#include <QFileInfo>
#include <QUuid>

namespace trainyard {
namespace {

constexpr int pagesAtOnce = 4'096;
constexpr qint64 newestAtOnce = 256;    ///< jobs that a window is told at first
constexpr qint64 olderAtOnce = 500;     ///< a few milliseconds of the window's thread

/// `touched` is in any order; what is kept, in that of the tags. A run may have thousands of series.
void keepLatest(std::vector<JobSummaries>& all, JobId job, std::vector<SeriesSummary> touched) {
  const auto byTag = [](const SeriesSummary& one, const SeriesSummary& other) { return one.tag < other.tag; };
  std::sort(touched.begin(), touched.end(), byTag);
  auto known = std::find_if(all.begin(), all.end(), [job](const JobSummaries& one) { return one.job == job; });
  if (known == all.end()) {
    all.push_back({job, std::move(touched)});
    return;
  }
  std::vector<SeriesSummary> both;
  std::set_union(std::make_move_iterator(touched.begin()), std::make_move_iterator(touched.end()), std::make_move_iterator(known->series.begin()),
                 std::make_move_iterator(known->series.end()), std::back_inserter(both), byTag);  // of equal ones the first
  known->series = std::move(both);
}

}  // namespace

StorageWorker::StorageWorker(QString path, OpenMode mode)
    : m_path(std::move(path)),
      m_mode(mode),
      m_database(QStringLiteral("write-") + QUuid::createUuid().toString(QUuid::WithoutBraces)) {}

StorageWorker::~StorageWorker() = default;

void StorageWorker::open(Opening how) {
  if (m_mode == OpenMode::ReadOnly && !QFile::exists(m_path)) {  // nothing was ever queued here
    Q_EMIT opened({{}, JobId{1}}, 0);
    return;
  }
  const auto store = m_database.open(m_path, m_mode).and_then([this, how] { return load(how); });
  if (store) {
    Q_EMIT opened(*store, bytes());
    if (m_mode == OpenMode::ReadWrite) sealOldSeries();
  } else {
    close();
    Q_EMIT openFailed(store.error());
  }
}

Result<OpenedStore> StorageWorker::load(Opening how) {
  if (m_database.format() == 0) return OpenedStore{{}, JobId{1}};  // an empty file, which we may only read
  m_tables = std::make_unique<Tables>(m_database);
  const auto nextId = m_tables->jobs.nextId();
  if (!nextId) return tl::make_unexpected(nextId.error());
  m_readDownTo = *nextId;
  auto store = portion(how == Opening::Whole ? -1 : newestAtOnce);
  if (store && !store->complete)
    if (const auto added = addOpen(*store); !added) return tl::make_unexpected(added.error());
  if (!store) return store;
  store->nextId = *nextId;
  const auto resumes = m_tables->jobs.resumes();
  if (!resumes) return tl::make_unexpected(resumes.error());
  if (!resumes->isEmpty())
    for (StoredJob& stored : store->jobs) stored.resume = resumes->value(stored.job.id);
  return store;
}

/// The newest jobs that are not told yet, at most `most`; all for -1.
Result<OpenedStore> StorageWorker::portion(qint64 most) {
  auto jobs = m_tables->jobs.newest(m_readDownTo, most);
  if (!jobs) return tl::make_unexpected(jobs.error());
  OpenedStore store{{}, {}, most < 0 || qint64(jobs->size()) < most};
  if (jobs->empty()) return store;
  auto summaries = m_tables->metrics.summaries(jobs->back().id, JobId{jobs->front().id.value + 1});
  if (!summaries) return tl::make_unexpected(summaries.error());
  m_readDownTo = jobs->back().id;
  auto summary = summaries->begin();  // both newest first
  for (Job& job : *jobs) {
    std::vector<SeriesSummary> series;
    if (summary != summaries->end() && summary->job == job.id) series = std::move((summary++)->series);
    if (!m_toldOpen.contains(job.id)) store.jobs.push_back({std::move(job), std::move(series)});
  }
  return store;
}

/// Adds the older jobs that wait or run.
Result<void> StorageWorker::addOpen(OpenedStore& store) {
  auto jobs = m_tables->jobs.open(m_readDownTo);
  if (!jobs) return tl::make_unexpected(jobs.error());
  for (Job& job : *jobs) {
    auto summaries = m_tables->metrics.summaries(job.id, JobId{job.id.value + 1});
    if (!summaries) return tl::make_unexpected(summaries.error());
    m_toldOpen.insert(job.id);
    StoredJob stored{std::move(job), {}};
    if (!summaries->empty()) stored.series = std::move(summaries->front().series);
    store.jobs.push_back(std::move(stored));
  }
  return {};
}

/// A portion a turn, so that writing waits for one at most.
void StorageWorker::readOlder() {
  if (!m_tables) return;  // closed meanwhile
  const auto older = portion(olderAtOnce);
  if (!older) {
    Q_EMIT olderFailed(older.error());
    return;
  }
  Q_EMIT olderRead(*older);
}

/// What an older format kept as rows becomes chunks, a series a transaction. What fails is tried again at the next opening.
void StorageWorker::sealOldSeries() {
  for (bool more = true; more;) {
    const auto sealed = m_database.begin().and_then([this] { return m_tables->metrics.sealOldSeries(); });
    const auto done = sealed ? m_database.commit() : tl::make_unexpected(sealed.error());
    if (!done) {
      qWarning("%s %s", qUtf8Printable(done.error().message), qUtf8Printable(done.error().detail));
      m_database.rollBack();
      m_tables->metrics.forget();
      return;
    }
    more = *sealed;
  }
}

/// Gives the file system back what removed jobs have left, a bounded part at a time.
void StorageWorker::giveSpaceBack() {
  if (m_freed == 0 || !m_tables) return;
  const auto left = m_database.vacuum(pagesAtOnce);
  if (!left) {
    qWarning("%s %s", qUtf8Printable(left.error().message), qUtf8Printable(left.error().detail));
    m_freed = 0;
  } else if (*left == 0 || *left == std::exchange(m_freed, *left)) {
    m_freed = 0;  // there is none, or the file was made by a version that could not shrink it
  }
  if (m_freed != 0) QMetaObject::invokeMethod(this, &StorageWorker::giveSpaceBack, Qt::QueuedConnection);
}

void StorageWorker::write(quint64 number, const WriteBatch& batch) {
  Q_ASSERT(m_tables != nullptr && m_mode == OpenMode::ReadWrite);
  const auto applied = apply(batch);
  if (applied) {
    giveSpaceBack();
    Q_EMIT written(number, *applied, bytes());
    return;
  }
  m_database.rollBack();
  m_tables->metrics.forget();
  Q_EMIT writeFailed(number, applied.error());
}

Result<WrittenBatch> StorageWorker::apply(const WriteBatch& batch) {
  WrittenBatch written;
  if (const auto begun = m_database.begin(); !begun) return tl::make_unexpected(begun.error());
  for (size_t place = 0; place < batch.size(); ++place) {
    const auto done = std::visit([&](const auto& one) { return apply(one, written); }, batch[place]);
    if (!done) return tl::make_unexpected(done.error());
    if (*done) written.kept.push_back(place);
  }
  const auto done = (batch.empty() ? tryWriting() : Result<void>()).and_then([this] { return m_database.commit(); });
  if (!done) return tl::make_unexpected(done.error());
  return written;
}

/// Writes a page, though with what it holds already.
Result<void> StorageWorker::tryWriting() const {
  return m_database.run(QStringLiteral("PRAGMA user_version = %1").arg(m_database.format()));
}

Result<bool> StorageWorker::apply(const JobChange& change, WrittenBatch&) {
  const auto done = change.remove ? m_tables->jobs.remove(change.job.id) : m_tables->jobs.save(change.job);
  if (!done) return tl::make_unexpected(done.error());
  if (change.remove) {
    m_tables->metrics.forget();
    m_freed = std::numeric_limits<qint64>::max();
  }
  return true;
}

Result<bool> StorageWorker::apply(const JobPoints& points, WrittenBatch& written) {
  const auto known = m_tables->jobs.saveProgress(points.job, points.progress);
  if (!known || !*known) return known;
  if (!points.resume.isEmpty())
    if (const auto kept = m_tables->jobs.saveResume(points.job, points.resume); !kept) return tl::make_unexpected(kept.error());
  const auto touched = m_tables->metrics.append(points);
  if (!touched) return tl::make_unexpected(touched.error());
  keepLatest(written.summaries, points.job, *touched);
  return true;
}

void StorageWorker::readResume(JobId job) {
  const auto resume = m_tables != nullptr ? m_tables->jobs.resume(job) : Result<QByteArray>(QByteArray());
  if (!resume) qWarning("%s %s", qUtf8Printable(resume.error().message), qUtf8Printable(resume.error().detail));
  Q_EMIT resumeRead(job, resume.value_or(QByteArray()));
}

void StorageWorker::close() {
  m_tables.reset();
  // The last connection to close empties the WAL; this brings it into the file where another program still reads. It
  // does not wait for that program.
  if (m_database.isOpen() && m_mode == OpenMode::ReadWrite)
    if (const auto done = m_database.run(QStringLiteral("PRAGMA wal_checkpoint(PASSIVE)")); !done)
      qInfo("%s", qUtf8Printable(done.error().detail));  // what is in the WAL is safe there
  m_database.close();
}

qint64 StorageWorker::bytes() const {
  return QFileInfo(m_path).size() + QFileInfo(m_path + QStringLiteral("-wal")).size();
}

}  // namespace trainyard
