// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/storage.h"

#include <QTimer>

#include "core/storage/reading_worker.h"
#include "core/storage/storage_worker.h"

namespace trainyard {
namespace {

constexpr int retryPausesMs[] = {100, 200, 400, 800};
constexpr int slowRetryMs = 3'000;
static_assert(std::size(retryPausesMs) == Storage::maxRetries);

qint64 pointsIn(const JobPoints& batch) {
  qint64 count = 0;
  for (const SeriesPoints& series : batch.series) count += qint64(series.points.size());
  return count;
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
  WriteBatch inFlight;
  quint64 number = 0;  ///< of the batch in flight
  bool busy = false;   ///< a batch is at the worker
  bool open = false;
  bool started = false;
  int failures = 0;    ///< in a row
  bool told = false;   ///< this episode of failures
  qint64 backlog = 0;  ///< points accepted and not yet committed
  qint64 bytes = 0;
  quint64 ticket = 0;
  std::optional<Error> lastError;
};

Storage::Storage(const QString& dataDir, OpenMode mode, QObject* parent) : JobStore(parent), m_state(std::make_unique<State>()) {
  qRegisterMetaType<WriteBatch>();
  State& s = *m_state;
  s.path = dataDir + QStringLiteral("/trainyard.db");
  s.worker = new StorageWorker(s.path, mode);
  s.reading = new ReadingWorker(s.path);
  s.reader = std::make_unique<StorageReader>(*s.reading);
  s.worker->moveToThread(&s.writeThread);
  s.reading->moveToThread(&s.readThread);
  s.writeThread.setObjectName(QStringLiteral("storage"));
  s.readThread.setObjectName(QStringLiteral("reading"));
  s.flushTimer.setSingleShot(true);
  s.flushTimer.setInterval(batchMs);
  s.retryTimer.setSingleShot(true);
  connect(&s.flushTimer, &QTimer::timeout, this, &Storage::send);
  connect(&s.retryTimer, &QTimer::timeout, this, &Storage::send);
  connect(s.worker, &StorageWorker::opened, this, [this](const OpenedStore& store, qint64 bytes) {
    m_state->open = true;
    m_state->bytes = bytes;
    Q_EMIT opened(store);
    send();
  });
  connect(s.worker, &StorageWorker::openFailed, this, &Storage::openFailed);
  connect(s.worker, &StorageWorker::written, this, &Storage::takeWritten);
  connect(s.worker, &StorageWorker::writeFailed, this, &Storage::takeFailure);
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

void Storage::open() {
  State& s = *m_state;
  if (std::exchange(s.started, true)) return;
  connect(&s.writeThread, &QThread::finished, s.worker, &QObject::deleteLater);
  connect(&s.readThread, &QThread::finished, s.reading, &QObject::deleteLater);
  s.writeThread.start();
  s.readThread.start();
  QMetaObject::invokeMethod(s.worker, &StorageWorker::open, Qt::QueuedConnection);
}

quint64 Storage::submit(Job job) {
  const quint64 ticket = ++m_state->ticket;
  m_state->waiting.emplace_back(JobChange{ticket, std::move(job), false});
  sendSoon(0);
  return ticket;
}

quint64 Storage::submitRemoval(Job job) {
  const quint64 ticket = ++m_state->ticket;
  m_state->waiting.emplace_back(JobChange{ticket, std::move(job), true});
  sendSoon(0);
  return ticket;
}

void Storage::append(JobPoints points) {
  m_state->backlog += pointsIn(points);
  m_state->waiting.emplace_back(std::move(points));
  sendSoon(batchMs);
}

bool Storage::accepting() const {
  return m_state->open && m_state->failures == 0 && m_state->backlog < backlogLimit;
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
  if (!s.open || s.busy) return;  // what waits goes with the next batch
  for (WriteOperation& operation : s.waiting) s.inFlight.push_back(std::move(operation));
  s.waiting.clear();
  if (s.inFlight.empty()) return;
  s.flushTimer.stop();
  s.retryTimer.stop();
  s.busy = true;
  ++s.number;
  QMetaObject::invokeMethod(s.worker, [worker = s.worker, number = s.number, batch = s.inFlight] { worker->write(number, batch); },
                            Qt::QueuedConnection);
}

void Storage::takeWritten(quint64 number, const CommittedBatch& batch, qint64 bytes) {
  State& s = *m_state;
  if (number != s.number || !s.busy) return;
  s.busy = false;
  s.inFlight.clear();
  s.failures = 0;
  s.lastError.reset();
  s.bytes = bytes;
  for (const JobPoints& points : batch.points) s.backlog -= pointsIn(points);
  Q_EMIT committed(batch);
  if (std::exchange(s.told, false)) Q_EMIT recovered();
  if (!s.waiting.empty()) sendSoon(batchMs / 5);
}

void Storage::takeFailure(quint64 number, const Error& error) {
  State& s = *m_state;
  if (number != s.number || !s.busy) return;
  s.busy = false;
  s.lastError = error;
  ++s.failures;
  if (s.failures > maxRetries) {
    refuseChanges(error);
    if (!std::exchange(s.told, true)) Q_EMIT troubled(error);
    s.retryTimer.start(slowRetryMs);
    return;
  }
  s.retryTimer.start(retryPausesMs[s.failures - 1]);
}

/// The retries are used up: the changes of the failed batch are given back to their makers, points are kept.
void Storage::refuseChanges(const Error& error) {
  State& s = *m_state;
  WriteBatch kept;
  std::vector<quint64> tickets;
  for (WriteBatch* batch : {&s.inFlight, &s.waiting}) {
    for (WriteOperation& operation : *batch) {
      if (const auto* change = std::get_if<JobChange>(&operation))
        tickets.push_back(change->ticket);
      else
        kept.push_back(std::move(operation));
    }
    batch->clear();
  }
  s.inFlight = std::move(kept);
  for (const quint64 ticket : tickets) Q_EMIT refused(ticket, error);
}

Result<void> Storage::close() {
  State& s = *m_state;
  if (!s.started || !s.writeThread.isRunning()) return {};
  s.flushTimer.stop();
  s.retryTimer.stop();
  flushBeforeClosing();
  QMetaObject::invokeMethod(s.worker, &StorageWorker::close, Qt::BlockingQueuedConnection);
  QMetaObject::invokeMethod(s.reading, &ReadingWorker::close, Qt::BlockingQueuedConnection);
  for (QThread* thread : {&s.writeThread, &s.readThread}) {
    thread->quit();
    thread->wait();
  }
  const bool wasOpen = std::exchange(s.open, false);
  if (wasOpen && !s.inFlight.empty() && s.lastError) return tl::make_unexpected(*s.lastError);
  return {};
}

/// Writes what is in flight and what waits, here waiting for the worker: the window is gone already.
void Storage::flushBeforeClosing() {
  State& s = *m_state;
  if (!s.open) return;
  // Ends when the worker has done all that was asked of it so far; its answer is queued behind and taken below.
  QMetaObject::invokeMethod(s.worker, [] {}, Qt::BlockingQueuedConnection);
  QCoreApplication::sendPostedEvents(this, QEvent::MetaCall);
  if (s.busy) return;
  send();
  QMetaObject::invokeMethod(s.worker, [] {}, Qt::BlockingQueuedConnection);
  QCoreApplication::sendPostedEvents(this, QEvent::MetaCall);
}

MetricReader& Storage::reader() { return *m_state->reader; }

QString Storage::databasePath() const { return m_state->path; }

qint64 Storage::sizeBytes() const { return m_state->bytes; }

}  // namespace trainyard
