// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_status.h"

#include <catch2/catch.hpp>
#include <map>

using namespace trainyard;

TEST_CASE("only the four edges of the table lead from one status to another", "[status]") {
  const std::vector<std::pair<JobStatus, JobStatus>> edges{{JobStatus::Queued, JobStatus::Running},
                                                           {JobStatus::Queued, JobStatus::Failed},
                                                           {JobStatus::Running, JobStatus::Complete},
                                                           {JobStatus::Running, JobStatus::Failed}};
  for (const JobStatus from : allJobStatuses) {
    for (const JobStatus to : allJobStatuses) {
      const bool legal = std::find(edges.begin(), edges.end(), std::pair(from, to)) != edges.end();
      const auto result = transition(from, to);
      CHECK(result.has_value() == legal);
      if (!legal) CHECK(result.error().code == ErrorCode::NotAllowed);
    }
  }
}

TEST_CASE("each status has its own button", "[status]") {
  CHECK(primaryAction(JobStatus::Queued) == JobAction::Start);
  CHECK(primaryAction(JobStatus::Running) == JobAction::Stop);
  CHECK(primaryAction(JobStatus::Complete) == JobAction::View);
  CHECK(primaryAction(JobStatus::Failed) == JobAction::View);
  CHECK_FALSE(isAllowed(JobStatus::Running, JobAction::Delete));
  CHECK_FALSE(isAllowed(JobStatus::Complete, JobAction::Start));
  CHECK(isAllowed(JobStatus::Failed, JobAction::RunAgain));
}

TEST_CASE("keys of statuses and reasons read back", "[status]") {
  for (const JobStatus status : allJobStatuses) CHECK(jobStatusFromKey(toKey(status)).value() == status);
  for (int kind = 0; kind <= int(EndKind::StorageError); ++kind)
    CHECK(endKindFromKey(toKey(EndKind(kind))).value() == EndKind(kind));
  CHECK_FALSE(jobStatusFromKey(QStringLiteral("paused")));
  CHECK_FALSE(endKindFromKey(QString()));
}

TEST_CASE("each status offers exactly its own actions", "[status]") {
  using A = JobAction;
  const std::map<JobStatus, QList<JobAction>> offered{{JobStatus::Queued, {A::Start, A::Stop, A::View, A::Rename, A::Delete}},
                                                      {JobStatus::Running, {A::Stop, A::View, A::Rename}},
                                                      {JobStatus::Complete, {A::View, A::RunAgain, A::Rename, A::Delete}},
                                                      {JobStatus::Failed, {A::View, A::RunAgain, A::Rename, A::Delete}}};
  for (const JobStatus status : allJobStatuses) {
    CHECK(allowedActions(status) == offered.find(status)->second);
    for (const A action : {A::Start, A::Stop, A::View, A::RunAgain, A::Rename, A::Delete})
      CHECK(isAllowed(status, action) == allowedActions(status).contains(action));
    CHECK(isAllowed(status, primaryAction(status)));
  }
}

TEST_CASE("a job has ended when it is complete or failed", "[status]") {
  CHECK_FALSE(isEnded(JobStatus::Queued));
  CHECK_FALSE(isEnded(JobStatus::Running));
  CHECK(isEnded(JobStatus::Complete));
  CHECK(isEnded(JobStatus::Failed));
}

TEST_CASE("the keys are the words that files and scripts know", "[status]") {
  CHECK(toKey(JobStatus::Queued) == QStringLiteral("queued"));
  CHECK(toKey(JobStatus::Running) == QStringLiteral("running"));
  CHECK(toKey(JobStatus::Complete) == QStringLiteral("complete"));
  CHECK(toKey(JobStatus::Failed) == QStringLiteral("failed"));
  const char* kinds[] = {"none", "completed", "stopped", "exit", "signal", "nan", "start", "lost", "storage"};
  for (int kind = 0; kind <= int(EndKind::StorageError); ++kind) CHECK(toKey(EndKind(kind)) == QLatin1String(kinds[kind]));
  CHECK(jobStatusFromKey(QStringLiteral("Queued")).error().code == ErrorCode::InvalidInput);
  CHECK(endKindFromKey(QStringLiteral("paused")).error().code == ErrorCode::InvalidInput);
}

TEST_CASE("a refused transition says which and changes nothing", "[status]") {
  CHECK(transition(JobStatus::Complete, JobStatus::Running).error().message ==
        QStringLiteral("A complete job cannot become running."));
}
