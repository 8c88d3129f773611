// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job.h"

#include <catch2/catch.hpp>

using namespace trainyard;

TEST_CASE("a source's key reads back, and no other word is one", "[job]") {
  CHECK(toKey(JobSource::Simulated) == QStringLiteral("simulated"));
  CHECK(toKey(JobSource::Command) == QStringLiteral("command"));
  for (const JobSource source : {JobSource::Simulated, JobSource::Command})
    CHECK(jobSourceFromKey(toKey(source)).value() == source);
  for (const char* wrong : {"", "Simulated", "shell"}) {
    const auto source = jobSourceFromKey(QString::fromLatin1(wrong));
    REQUIRE_FALSE(source);
    CHECK(source.error().code == ErrorCode::InvalidInput);
  }
}

TEST_CASE("progress is a share of the known total and never leaves 0 to 1", "[job]") {
  CHECK(Progress{}.fraction() == 0.0);
  CHECK(Progress{5, 0, 0.0}.fraction() == 0.0);
  CHECK(Progress{25, 100, 0.25}.fraction() == 0.25);
  CHECK(Progress{100, 100, 1.0}.fraction() == 1.0);
  CHECK(Progress{101, 100, 1.0}.fraction() == 1.0);
  CHECK(Progress{-1, 100, 0.0}.fraction() == 0.0);
}

TEST_CASE("only a simulated job's steps are planned", "[job]") {
  JobSettings settings;
  settings.epochs = 1'000'000;
  settings.stepsPerEpoch = 10'000'000;
  CHECK(plannedSteps(settings) == 10'000'000'000'000);
  settings.source = JobSource::Command;
  CHECK(plannedSteps(settings) == 0);
}

TEST_CASE("jobs that differ in one setting are not equal", "[job]") {
  Job one;
  one.settings.parameters = {{QStringLiteral("a"), QStringLiteral("1")}};
  Job other = one;
  CHECK(one == other);
  other.settings.parameters.first().value = QStringLiteral("2");
  CHECK_FALSE(one == other);
}
