// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/live_store.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QTemporaryDir>
#include <QTimer>

#include "tests/bench/bench_store.h"
#include "tests/bench/figures.h"

namespace trainyard {
namespace {

constexpr int jobs = 100;
constexpr int seriesOfJob = 4;
constexpr int tickMs = 2;

class Live {
 public:
  Live(double pointsPerSecond, double seconds) : m_total(qint64(pointsPerSecond / seriesOfJob * seconds)), m_perMs(pointsPerSecond / seriesOfJob / 1e3) {}

  LiveResult run() {
    prepare();
    QObject::connect(&m_store.storage(), &Storage::committed, [this](const CommittedBatch& batch) { take(batch); });
    QTimer tick;
    tick.setTimerType(Qt::PreciseTimer);
    QObject::connect(&tick, &QTimer::timeout, [this] { tell(); });
    const double before = threadSeconds();
    const double processBefore = processSeconds();
    m_clock.start();
    tick.start(tickMs);
    m_store.waitUntil([this] { return m_done >= m_total; });
    const double wall = double(m_clock.nsecsElapsed()) * 1e-9;
    m_result.callerShare = (threadSeconds() - before - m_ownSeconds) / wall;
    m_result.processShare = (processSeconds() - processBefore - m_ownSeconds) / wall;
    return std::move(m_result);
  }

 private:
  void prepare() {
    for (int job = 0; job < jobs; ++job) {
      m_store.addJob(JobId{job + 1});
      m_base.push_back(1 + job * 256 / jobs);
      JobPoints batch{JobId{job + 1}, {}, {}};
      for (int i = 0; i < seriesOfJob; ++i) m_made.fill(batch.series.emplace_back(SeriesPoints{tagOf(i), {}}).points, i, 0, m_base.back());
      m_rows += seriesOfJob * m_base.back();
      m_store.storage().append(std::move(batch));
    }
    m_store.waitUntil([this] { return m_store.committedPoints() >= m_rows; });
  }

  /// Steps that are due by now, one job after the other.
  void tell() {
    const double begun = threadSeconds();
    std::vector<JobPoints> due;
    const auto until = std::min(m_total, qint64(double(m_clock.nsecsElapsed()) * 1e-6 * m_perMs));
    for (; m_told < until; ++m_told) {
      const qint64 job = m_told % jobs;
      const qint64 step = m_base[size_t(job)] + m_told / jobs;
      JobPoints batch{JobId{job + 1}, {}, {step, 0, 0.0}};
      for (int i = 0; i < seriesOfJob; ++i) batch.series.push_back({tagOf(i), {m_made.at(i, step)}});
      due.push_back(std::move(batch));
    }
    m_ownSeconds += threadSeconds() - begun;
    m_result.kept = m_result.kept && m_store.storage().accepting();
    for (JobPoints& batch : due) {
      m_toldMs.push_back(double(m_clock.nsecsElapsed()) * 1e-6);
      m_store.storage().append(std::move(batch));
    }
  }

  void take(const CommittedBatch& batch) {
    const double begun = threadSeconds();
    const double now = double(m_clock.nsecsElapsed()) * 1e-6;
    for (const JobPoints& points : batch.points) {
      const qint64 job = points.job.value - 1;
      for (const Point& point : points.series.front().points) {
        m_result.latenciesMs.push_back(now - m_toldMs[size_t((point.step - m_base[size_t(job)]) * jobs + job)]);
        ++m_done;
      }
    }
    m_ownSeconds += threadSeconds() - begun;
  }

  QTemporaryDir m_dir;
  BenchStore m_store{m_dir.path()};
  MadePoints m_made{MadePoints::Values::Float32};
  qint64 m_total;  ///< steps
  double m_perMs;
  qint64 m_rows = 0;
  std::vector<qint64> m_base;
  std::vector<double> m_toldMs;
  qint64 m_told = 0;
  qint64 m_done = 0;
  double m_ownSeconds = 0.0;
  QElapsedTimer m_clock;
  LiveResult m_result;
};

}  // namespace

LiveResult runLive(double pointsPerSecond, double seconds) { return Live(pointsPerSecond, seconds).run(); }

}  // namespace trainyard
