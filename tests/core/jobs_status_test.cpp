// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_status.h"

#include <catch2/catch.hpp>

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
