// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench_store.h"

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QFileInfo>
#include <QTimer>

namespace trainyard {

QString tagOf(int series) { return QStringLiteral("series/%1").arg(series); }

double heldMiB() {
  const auto heap = mallinfo2();
  return double(heap.uordblks + heap.hblkhd) / 1048576.0;
}

qint64 bytesOf(const QString& dir) {
  const QString path = dir + QStringLiteral("/trainyard.db");
  return QFileInfo(path).size() + QFileInfo(path + QStringLiteral("-wal")).size();
}

void forgetFile(const QString& path) {
  const int file = ::open(QFile::encodeName(path).constData(), O_RDWR);
  if (file < 0) qFatal("%s", qUtf8Printable(path));
  fdatasync(file);
  if (posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) != 0) qWarning("The page cache could not be dropped.");
  ::close(file);
}

BenchStore::BenchStore(const QString& dir, Opening how) : m_storage(std::make_unique<Storage>(dir, OpenMode::ReadWrite)) {
  QObject::connect(m_storage.get(), &Storage::openFailed, [](const Error& error) { qFatal("%s", qUtf8Printable(error.message)); });
  QObject::connect(m_storage.get(), &Storage::troubled, [](const Error& error) { qFatal("%s %s", qUtf8Printable(error.message), qUtf8Printable(error.detail)); });
  QObject::connect(m_storage.get(), &Storage::committed, [this](const CommittedBatch& batch) {
    for (const JobPoints& points : batch.points)
      for (const SeriesPoints& series : points.series) m_committed += qint64(series.points.size());
  });
  QEventLoop loop;
  QElapsedTimer timer;
  QObject::connect(m_storage.get(), &Storage::opened, &loop, [&](const OpenedStore& store) {
    m_openedMs = double(timer.nsecsElapsed()) * 1e-6;
    m_opened = store;
    loop.quit();
  });
  timer.start();
  QObject::connect(m_storage.get(), &Storage::olderRead, [this](const OpenedStore& portion) {
    m_opened.jobs.insert(m_opened.jobs.end(), portion.jobs.begin(), portion.jobs.end());
    m_opened.complete = portion.complete;
  });
  m_storage->open(how);
  loop.exec();
}

BenchStore::~BenchStore() { close(); }

void BenchStore::close() {
  if (!m_storage) return;
  if (const auto closed = m_storage->close(); !closed) qFatal("%s", qUtf8Printable(closed.error().message));
  m_storage.reset();
}

void BenchStore::waitUntilComplete() {
  while (!m_opened.complete) {
    QEventLoop loop;
    QObject::connect(m_storage.get(), &Storage::olderRead, &loop, &QEventLoop::quit);
    loop.exec();
  }
}

void BenchStore::addJob(JobId id) {
  Job job;
  job.id = id;
  job.status = JobStatus::Running;
  job.settings.name = QStringLiteral("bench %1").arg(id.value);
  m_storage->submit(job);
}

void BenchStore::addEndedJob(JobId id) {
  Job job;
  job.id = id;
  job.status = JobStatus::Complete;
  job.ending.kind = EndKind::Completed;
  job.settings.name = QStringLiteral("job %1").arg(id.value);
  job.settings.model = QStringLiteral("ViT-S/16");
  job.settings.dataset = QStringLiteral("CIFAR-10");
  job.settings.epochs = 3;
  job.settings.learningRate = 0.0003;
  job.createdMs = 1'700'000'000'000 + id.value;
  job.endedMs = job.createdMs + 60'000;
  m_storage->submit(job);
  m_storage->append({id, {{QStringLiteral("train/loss"), {{300, job.endedMs, 0.5}}}, {QStringLiteral("val/loss"), {{300, job.endedMs, 0.6}}}}, {300, 300, 3.0}});
}

void BenchStore::waitUntil(const std::function<bool()>& done) {
  while (!done()) {
    QEventLoop loop;
    QObject::connect(m_storage.get(), &Storage::committed, &loop, &QEventLoop::quit);
    loop.exec();
  }
}

double BenchStore::fill(JobId job, int series, qint64 pointsPerSeries, qint64 chunk, const MadePoints& made) {
  const qint64 wanted = m_committed + series * pointsPerSeries;
  qint64 next = 0;
  QTimer turn;  // as the runners' signals come: one batch a turn of the event loop
  QObject::connect(&turn, &QTimer::timeout, [&] {
    if (next >= pointsPerSeries) return turn.stop();
    if (!m_storage->accepting()) return;
    JobPoints batch{job, {}, {next, 0, 0.0}};
    const qint64 count = std::min(chunk, pointsPerSeries - next);
    for (int i = 0; i < series; ++i) made.fill(batch.series.emplace_back(SeriesPoints{tagOf(i), {}}).points, i, next, count);
    next += count;
    m_storage->append(std::move(batch));
    turn.setInterval(m_storage->accepting() ? 0 : 1);  // it does not take the processor from the thread that writes
  });
  QElapsedTimer timer;
  timer.start();
  turn.setTimerType(Qt::PreciseTimer);
  turn.start(0);
  waitUntil([&] { return m_committed >= wanted; });
  return double(timer.nsecsElapsed()) * 1e-9;
}

double BenchStore::read(const SeriesQuery& query, JobPoints& answer) {
  QEventLoop loop;
  double ms = 0.0;
  QElapsedTimer timer;
  QObject::connect(&m_storage->reader(), &MetricReader::loaded, &loop, [&](quint64, const JobPoints& points) {
    ms = double(timer.nsecsElapsed()) * 1e-6;
    answer = points;
    loop.quit();
  });
  QObject::connect(&m_storage->reader(), &MetricReader::loadFailed, &loop, [](quint64, const Error& error) { qFatal("%s", qUtf8Printable(error.message)); });
  timer.start();
  m_storage->reader().request(query);
  loop.exec();
  return ms;
}

}  // namespace trainyard
