// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/storage.h"

#include <QCoreApplication>
#include <QHash>
#include <QTimer>

#include "core/storage/reading_worker.h"
#include "core/storage/storage_worker.h"

namespace trainyard {
namespace {

constexpr int retryPausesMs[] = {100, 200, 400, 800};
constexpr int slowRetryMs = 3'000;
constexpr int refusalMs = 100;
constexpr int pauseMs = 10;  // between transactions of points
static_assert(std::size(retryPausesMs) == Storage::maxRetries);

qint64 pointsIn(const JobPoints& batch) {
  qint64 count = 0;
  for (const SeriesPoints& series : batch.series) count += qint64(series.points.size());
  return count;
}

/// Where in `waiting` each series of a job is. A job tells its series in the same order nearly always, though it may begin anywhere
/// in it; only where that fails all are looked at, once, for a run may have a hundred thousand.
class SeriesPlaces {
 public:
  explicit SeriesPlaces(std::vector<SeriesPoints>& waiting) : m_waiting(waiting) {}

  /// Made when it is new.
  SeriesPoints& of(const QString& tag) {
    if (m_next >= m_waiting.size() || m_waiting[m_next].tag != tag) m_next = find(tag);
    return m_waiting[m_next++];
  }

 private:
  size_t find(const QString& tag) {
    if (m_places.isEmpty())
      for (size_t i = 0; i < m_waiting.size(); ++i) m_places.insert(m_waiting[i].tag, i);
    const auto known = m_places.constFind(tag);
    if (known != m_places.constEnd()) return *known;
    m_places.insert(tag, m_waiting.size());
    m_waiting.push_back({tag, {}});
    return m_waiting.size() - 1;
  }

  std::vector<SeriesPoints>& m_waiting;
  QHash<QString, size_t> m_places;
  size_t m_next = 0;
};

/// Adds points that a job told later to those that wait.
void join(JobPoints& waiting, const JobPoints& later) {
  SeriesPlaces places(waiting.series);
  for (const SeriesPoints& part : later.series) {
    std::vector<Point>& points = places.of(part.tag).points;
    points.insert(points.end(), part.points.begin(), part.points.end());
  }
  waiting.progress = later.progress;
  if (!later.resume.isEmpty()) waiting.resume = later.resume;
  waiting.receipt = std::max(waiting.receipt, later.receipt);
}

/// What the views are told; takes the operations out of the batch.
CommittedBatch committedOf(WriteBatch& batch, const WrittenBatch& written) {
  CommittedBatch committed{{}, {}, written.summaries};
  for (const size_t place : written.kept) {
    if (auto* points = std::get_if<JobPoints>(&batch[place]))
      committed.points.push_back(std::move(*points));
    else
      committed.changes.push_back(std::move(std::get<JobChange>(batch[place])));
  }
  return committed;
}

bool holdsChange(const WriteBatch& batch) {
  return std::any_of(batch.begin(), batch.end(),
                     [](const WriteOperation& operation) { return std::holds_alternative<JobChange>(operation); });
}

}  // namespace

struct Storage::State {
  QString path;
  StorageWorker* worker = nullptr;    // lives in writeThread
  ReadingWorker* reading = nullptr;   // lives in readThread
  QThread writeThread;
  QThread readThread;
  std::unique_ptr<StorageReader> reader;
  QTimer flushTimer;  ///< points wait for company
  QTimer retryTimer;
  WriteBatch waiting;
  QHash<JobId, size_t> joinable;  ///< where in `waiting` the points of a job are that later ones may join
  std::shared_ptr<WriteBatch> inFlight = std::make_shared<WriteBatch>();  ///< read by the worker while it is busy, and changed only else
  quint64 number = 0;  ///< of the batch in flight
  bool hurried = false;  ///< somebody waits for what waits
  bool busy = false;   ///< a batch is at the worker
  bool open = false;
  bool started = false;
  int failures = 0;    ///< in a row
  bool told = false;   ///< this episode of failures
  qint64 backlog = 0;  ///< points accepted and not yet committed
  qint64 bytes = 0;
  quint64 ticket = 0;
  std::optional<Error> lastError;  ///< of the episode of failures
  std::optional<Error> unusable;   ///< why nothing can be written, now and later

  [[nodiscard]] bool isFlooded() const { return backlog * 2 >= backlogLimit; }
};

Storage::Storage(const QString& dataDir, OpenMode mode, QObject* parent)
    : JobStore(parent), m_state(std::make_unique<State>()) {
  qRegisterMetaType<WrittenBatch>();
  State& s = *m_state;
  s.path = dataDir + QStringLiteral("/trainyard.db");
  if (mode == OpenMode::ReadOnly)
    s.unusable = Error{ErrorCode::StorageWrite, tr("%1 was opened for reading only.").arg(s.path), {}};
  s.worker = new StorageWorker(s.path, mode);
  s.reading = new ReadingWorker(s.path);
  s.reader = std::make_unique<StorageReader>(*s.reading);
  s.worker->moveToThread(&s.writeThread);
  s.reading->moveToThread(&s.readThread);
  s.writeThread.setObjectName(QStringLiteral("storage"));
  s.readThread.setObjectName(QStringLiteral("reading"));
  s.flushTimer.setSingleShot(true);
  s.retryTimer.setSingleShot(true);
  connect(&s.flushTimer, &QTimer::timeout, this, &Storage::send);
  connect(&s.retryTimer, &QTimer::timeout, this, &Storage::send);
  connect(s.worker, &StorageWorker::opened, this, &Storage::takeOpened);
  connect(s.worker, &StorageWorker::openFailed, this, &Storage::takeOpenFailure);
  connect(s.worker, &StorageWorker::olderRead, this, &Storage::takeOlder);
  connect(s.worker, &StorageWorker::olderFailed, this, &Storage::olderFailed);
  connect(s.worker, &StorageWorker::written, this, &Storage::takeWritten);
  connect(s.worker, &StorageWorker::writeFailed, this, &Storage::takeFailure);
  connect(s.worker, &StorageWorker::resumeRead, this, &JobStore::resumeRead);
}

Storage::~Storage() {
  if (const auto closed = close(); !closed)
    qCritical("%s %s", qUtf8Printable(closed.error().message), qUtf8Printable(closed.error().detail));
  State& s = *m_state;
  if (!s.started) {  // the threads never ran, and nobody else deletes what should have lived in them
    delete s.worker;
    delete s.reading;
  }
}

void Storage::open(Opening how) {
  State& s = *m_state;
  if (std::exchange(s.started, true)) return;
  connect(&s.writeThread, &QThread::finished, s.worker, &QObject::deleteLater);
  connect(&s.readThread, &QThread::finished, s.reading, &QObject::deleteLater);
  s.writeThread.start();
  s.readThread.start();
  QMetaObject::invokeMethod(s.worker, [worker = s.worker, how] { worker->open(how); }, Qt::QueuedConnection);
}

void Storage::takeOpened(const OpenedStore& store, qint64 bytes) {
  m_state->open = true;
  m_state->bytes = bytes;
  Q_EMIT opened(store);
  send();
  if (!store.complete) readOlder();
}

/// The next portion is read when the one before was taken, so that one at most is on its way.
void Storage::takeOlder(const OpenedStore& portion) {
  Q_EMIT olderRead(portion);
  if (!portion.complete) readOlder();
}

void Storage::readOlder() { QMetaObject::invokeMethod(m_state->worker, &StorageWorker::readOlder, Qt::QueuedConnection); }

void Storage::takeOpenFailure(const Error& error) {
  m_state->unusable = error;
  Q_EMIT openFailed(error);
  refuseChanges(error);
}

quint64 Storage::submit(Job job) { return take({0, std::move(job), false}); }

quint64 Storage::submitRemoval(Job job) { return take({0, std::move(job), true}); }

quint64 Storage::take(JobChange change) {
  State& s = *m_state;
  change.ticket = ++s.ticket;
  if (s.unusable) {
    refuseLater(change.ticket, *s.unusable);
  } else {
    s.joinable.remove(change.job.id);
    s.waiting.emplace_back(std::move(change));
    sendSoon(0);
  }
  return s.ticket;
}

/// Never at once: the caller has no ticket yet, and one who gives a refused change again would do nothing else.
void Storage::refuseLater(quint64 ticket, const Error& error) {
  QTimer::singleShot(refusalMs, this, [this, ticket, error] { Q_EMIT refused(ticket, error); });
}

void Storage::append(const JobPoints& points) {
  State& s = *m_state;
  s.backlog += pointsIn(points);
  if (const auto known = s.joinable.constFind(points.job); known != s.joinable.constEnd()) {
    join(std::get<JobPoints>(s.waiting[*known]), points);
  } else {
    s.joinable.insert(points.job, s.waiting.size());
    s.waiting.emplace_back(points);
  }
  sendSoon(s.isFlooded() ? 0 : batchMs);  // a flood is written while the rest of it is made
}

void Storage::hurry() {
  m_state->hurried = true;
  sendSoon(0);
}

bool Storage::accepting() const {
  const State& s = *m_state;
  return s.open && !s.unusable && s.failures == 0 && s.backlog < backlogLimit;
}

void Storage::requestResume(JobId job) {
  QMetaObject::invokeMethod(m_state->worker, [worker = m_state->worker, job] { worker->readResume(job); }, Qt::QueuedConnection);
}

void Storage::retryNow() {
  if (m_state->failures > 0 && !m_state->busy) send();
}

/// At most `ms` from now; at once after the caller's turn for 0, so that what one turn gives goes into one transaction.
void Storage::sendSoon(int ms) {
  QTimer& timer = m_state->flushTimer;
  if (m_state->failures > 0) return;  // the retry takes it along
  if (!timer.isActive() || timer.remainingTime() > ms) timer.start(ms);
}

void Storage::send() {
  State& s = *m_state;
  if (!s.open || s.unusable || s.busy) return;  // what waits goes with the next batch
  for (WriteOperation& operation : s.waiting) s.inFlight->push_back(std::move(operation));
  s.waiting.clear();
  s.joinable.clear();
  s.hurried = false;
  // After failures an empty batch is sent as well: it finds out whether runners may go on.
  if (s.inFlight->empty() && s.failures == 0) return;
  s.flushTimer.stop();
  s.retryTimer.stop();
  s.busy = true;
  ++s.number;
  const auto write = [worker = s.worker, number = s.number, batch = s.inFlight] { worker->write(number, *batch); };
  QMetaObject::invokeMethod(s.worker, write, Qt::QueuedConnection);
}

void Storage::takeWritten(quint64 number, const WrittenBatch& written, qint64 bytes) {
  State& s = *m_state;
  if (number != s.number || !s.busy) return;
  s.busy = false;
  const auto batch = std::exchange(s.inFlight, std::make_shared<WriteBatch>());
  for (const WriteOperation& operation : *batch)
    if (const auto* points = std::get_if<JobPoints>(&operation)) s.backlog -= pointsIn(*points);
  s.failures = 0;
  s.lastError.reset();
  s.bytes = bytes;
  Q_EMIT committed(committedOf(*batch, written));
  if (std::exchange(s.told, false)) Q_EMIT recovered();
  if (!s.waiting.empty()) sendSoon(holdsChange(s.waiting) || s.isFlooded() || s.hurried ? 0 : pauseMs);
}

void Storage::takeFailure(quint64 number, const Error& error) {
  State& s = *m_state;
  if (number != s.number || !s.busy) return;
  s.busy = false;
  s.lastError = error;
  ++s.failures;
  const bool exhausted = s.failures > maxRetries;
  s.retryTimer.start(exhausted ? slowRetryMs : retryPausesMs[s.failures - 1]);
  if (exhausted) refuseChanges(error);
  if (s.failures > 1 && !std::exchange(s.told, true)) Q_EMIT troubled(error);
}

/// The changes are given back to their makers, points are kept.
void Storage::refuseChanges(const Error& error) {
  State& s = *m_state;
  WriteBatch kept;
  std::vector<quint64> tickets;
  for (WriteBatch* batch : {s.inFlight.get(), &s.waiting}) {
    for (WriteOperation& operation : *batch) {
      if (const auto* change = std::get_if<JobChange>(&operation))
        tickets.push_back(change->ticket);
      else
        kept.push_back(std::move(operation));
    }
    batch->clear();
  }
  s.joinable.clear();
  *s.inFlight = std::move(kept);
  for (const quint64 ticket : tickets) Q_EMIT refused(ticket, error);
}

Result<void> Storage::close() {
  State& s = *m_state;
  if (!s.writeThread.isRunning()) return unwritten();
  flushBeforeClosing();
  s.flushTimer.stop();
  s.retryTimer.stop();
  // The reader first, for the last connection to close is the one that empties the WAL.
  s.reader->close();
  s.readThread.requestInterruption();
  QMetaObject::invokeMethod(s.reading, &ReadingWorker::close, Qt::BlockingQueuedConnection);
  QMetaObject::invokeMethod(s.worker, &StorageWorker::close, Qt::BlockingQueuedConnection);
  for (QThread* thread : {&s.readThread, &s.writeThread}) {
    thread->quit();
    thread->wait();
  }
  s.open = false;
  if (!s.unusable) s.unusable = Error{ErrorCode::StorageWrite, tr("%1 is closed.").arg(s.path), {}};
  return unwritten();
}

/// Writes what is in flight and what waits, here waiting for the worker: the window is gone already.
void Storage::flushBeforeClosing() {
  const State& s = *m_state;
  constexpr int tries = 2;
  int failed = 0;
  hearWorker();  // of the opening, too
  while (s.open && !s.unusable && failed < tries && !(s.waiting.empty() && s.inFlight->empty())) {
    send();
    hearWorker();
    failed = s.failures > 0 ? failed + 1 : 0;
  }
}

/// Returns when the worker has done all that was asked of it so far, and its answers are taken.
void Storage::hearWorker() {
  QMetaObject::invokeMethod(m_state->worker, [] {}, Qt::BlockingQueuedConnection);
  QCoreApplication::sendPostedEvents(this, QEvent::MetaCall);
}

/// What was accepted and has not been written is given up, and told of once.
Result<void> Storage::unwritten() {
  State& s = *m_state;
  const bool lost = !s.waiting.empty() || !s.inFlight->empty() || s.lastError;
  const Error why = s.lastError ? *s.lastError
                    : s.unusable ? *s.unusable
                                 : Error{ErrorCode::StorageWrite, tr("%1 was never opened.").arg(s.path), {}};
  s.waiting.clear();
  s.inFlight->clear();
  s.lastError.reset();
  s.backlog = 0;
  if (lost) return tl::make_unexpected(why);
  return {};
}

MetricReader& Storage::reader() { return *m_state->reader; }

QString Storage::databasePath() const { return m_state->path; }

qint64 Storage::sizeBytes() const { return m_state->bytes; }

}  // namespace trainyard
