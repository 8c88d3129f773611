// SPDX-License-Identifier: GPL-3.0-or-later
// Stand-ins for the outside world: time, disk and processes move when a test says so.
#pragma once

#include <algorithm>
#include <deque>
#include <variant>

#include "core/base/clock.h"
#include "core/jobs/job_store.h"
#include "core/metrics/metric_reader.h"
#include "core/runners/runner.h"

namespace trainyard::test {

class ManualClock final : public Clock {
 public:
  qint64 now = 1'790'000'000'000;
  [[nodiscard]] qint64 nowMs() const override { return now; }
};

/// Keeps what was given until commit() or refuseAll(). With `automatic`, commits at once.
class FakeJobStore final : public JobStore {
  Q_OBJECT
 public:
  using JobStore::JobStore;
  bool automatic = false;
  bool accepts = true;
  int retries = 0;
  QHash<JobId, QByteArray> resumes;  ///< what is on the disk
  CommittedBatch waiting;
  std::map<JobId, std::map<QString, SeriesSummary>> summaries;

  quint64 submit(Job job) override { return add({++m_ticket, std::move(job), false}); }
  quint64 submitRemoval(Job job) override { return add({++m_ticket, std::move(job), true}); }
  void append(const JobPoints& points) override {
    waiting.points.push_back(points);
    if (automatic) commit();
  }
  [[nodiscard]] bool accepting() const override { return accepts; }
  void requestResume(JobId job) override { Q_EMIT resumeRead(job, resumes.value(job)); }
  void retryNow() override { ++retries; }

  void commit() {
    CommittedBatch batch = std::exchange(waiting, {});
    for (const JobPoints& points : batch.points) {
      JobSummaries touched{points.job, {}};
      for (const SeriesPoints& series : points.series) {
        SeriesSummary& summary = summaries[points.job][series.tag];
        summary.tag = series.tag;
        extend(summary, series.points);
        touched.series.push_back(summary);
      }
      batch.summaries.push_back(touched);
    }
    Q_EMIT committed(batch);
  }
  void refuseAll(const Error& error) {
    const auto changes = std::exchange(waiting.changes, {});
    for (const JobChange& change : changes) Q_EMIT refused(change.ticket, error);
  }

 private:
  quint64 add(JobChange change) {
    waiting.changes.push_back(std::move(change));
    // Later, as the real store does: the caller must have the ticket first.
    if (automatic) QMetaObject::invokeMethod(this, &FakeJobStore::commit, Qt::QueuedConnection);
    return m_ticket;
  }
  quint64 m_ticket = 0;
};

class FakeRunner final : public Runner {
  Q_OBJECT
 public:
  using Runner::Runner;
  Result<void> answer;
  std::vector<Job> started;
  QList<QByteArray> resumes;
  std::vector<JobId> stopped;
  std::vector<Ending> reasons;

  [[nodiscard]] Result<void> check(const Job&) const override { return answer; }
  void start(const Job& job) override { started.push_back(job); }
  void takeOver(const Job& job, const QByteArray& resume) override {
    started.push_back(job);
    resumes << resume;
  }
  void stop(JobId job, const Ending& why) override {
    stopped.push_back(job);
    reasons.push_back(why);
  }
  void shutDown() override {}

  void produce(JobId job, qint64 step, double loss, qint64 total = 3000) {
    Q_EMIT produced({job, {{QStringLiteral("train/loss"), {{step, 0, loss}}}}, {step, total, double(step) / 100.0}});
  }
  void finish(JobId job, const Ending& ending) { Q_EMIT ended(job, ending); }
};

/// Answers requests from what it holds when answerAll() is called.
class FakeMetricReader final : public MetricReader {
  Q_OBJECT
 public:
  using MetricReader::MetricReader;
  std::map<JobId, JobPoints> held;
  std::deque<std::pair<quint64, SeriesQuery>> requests;

  quint64 request(const SeriesQuery& query) override {
    requests.emplace_back(++m_number, query);
    return m_number;
  }
  void answerAll() {
    for (const auto& [number, query] : std::exchange(requests, {})) {
      JobPoints points{query.job, {}, {}};
      if (const auto it = held.find(query.job); it != held.end()) {
        points.progress = it->second.progress;
        for (const SeriesPoints& series : it->second.series)
          if (query.tags.isEmpty() || query.tags.contains(series.tag)) points.series.push_back(series);
      }
      Q_EMIT loaded(number, points);
    }
  }

 private:
  quint64 m_number = 0;
};

/// Settings that pass every check.
inline JobSettings simulatedSettings(const QString& name = QStringLiteral("vit-small")) {
  JobSettings settings;
  settings.name = name;
  settings.model = QStringLiteral("ViT-S/16");
  settings.dataset = QStringLiteral("imagenette");
  settings.epochs = 30;
  settings.learningRate = 3e-4;
  settings.batchSize = 128;
  settings.seed = 42;
  return settings;
}

}  // namespace trainyard::test
