// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/api_routes.h"
#include "core/api/history_reads.h"
#include "core/jobs/job_service.h"

namespace trainyard {

/// /api/training: jobs and their metrics, to be polled; what a button does, for programs. Only what is on the disk is told. The ETag of
/// an answer counts the job's committed changes, so that a poll that brings nothing new reads nothing.
class TrainingApi final : public QObject {
  Q_OBJECT
 public:
  static constexpr qint64 usualRows = 200;
  static constexpr qint64 mostRows = 100'000;

  TrainingApi(ApiRoutes& routes, JobService& jobs, MetricReader& reader, QObject* parent = nullptr);

 private:
  struct Wish {
    JobId job;
    qint64 after = -1;
    qint64 limit = usualRows;
    QString series;
    QByteArray tag;  ///< the ETag of the answer
  };
  void list(const ApiCall& call);
  void create(const ApiCall& call);
  void show(const ApiCall& call);
  void metrics(const ApiCall& call);
  void act(const ApiCall& call, bool start);
  void answerRows(const Wish& wish, const HttpReply& reply);
  void answerPage(const Wish& wish, const HttpReply& reply, std::vector<Point> points, qint64 window);
  void count(JobId id);
  [[nodiscard]] Result<JobId> jobOf(const ApiCall& call) const;
  [[nodiscard]] Result<Wish> wishOf(const ApiCall& call) const;
  [[nodiscard]] QByteArray etag(JobId id) const;
  [[nodiscard]] QJsonObject jobJson(JobId id) const;

  JobService& m_jobs;
  HistoryReads m_reads;
  QByteArray m_life;  ///< of this server: counts of another one mean nothing here
  QHash<JobId, quint64> m_counts;
  quint64 m_count = 0;
};

}  // namespace trainyard
