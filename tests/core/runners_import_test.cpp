// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <catch2/catch.hpp>

#include "core/runners/importer.h"
#include "tests/support/catch_qstring.h"
#include "tests/support/fakes.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

constexpr int patience = 20'000;
constexpr qint64 longAgoMs = 3'600'000;

/// A folder with runs, an importer, and a store that commits at once.
struct Dock {
  QTemporaryDir dir;
  SystemClock clock;
  FakeJobStore store;
  FakeRunner simulated, command;
  std::unique_ptr<ImportRunner> runner = std::make_unique<ImportRunner>(store, clock);
  JobService jobs{{store, simulated, command, *runner, clock}};
  Importer importer{jobs, *runner, clock};
  std::vector<ImportSum> sums;
  QTimer commits;

  Dock() {
    jobs.load({}, JobId{1});
    QObject::connect(&importer, &Importer::found, &importer, [this](const FoundRuns& runs) { importer.take(runs.runs, runs.problems); });
    QObject::connect(&importer, &Importer::finished, &importer, [this](const ImportSum& sum) { sums.push_back(sum); });
    QObject::connect(&store, &JobStore::committed, &importer, [this](const CommittedBatch& batch) {
      for (const JobPoints& points : batch.points)
        if (!points.resume.isEmpty()) store.resumes[points.job] = points.resume;
    });
    QObject::connect(&commits, &QTimer::timeout, &importer, [this] { store.commit(); });
    commits.start(2);
  }
  void write(const char* name, const QByteArray& text, qint64 agoMs = longAgoMs) const {
    const QString path = dir.filePath(QLatin1String(name));
    REQUIRE(QDir().mkpath(QFileInfo(path).path()));
    QFile file(path);
    REQUIRE(file.open(QIODevice::Append));
    file.write(text);
    file.close();
    REQUIRE(file.open(QIODevice::Append));
    REQUIRE(file.setFileTime(QDateTime::currentDateTime().addMSecs(-agoMs), QFileDevice::FileModificationTime));
  }
  const ImportSum& import() {
    const size_t before = sums.size();
    importer.find({dir.path()});
    REQUIRE(QTest::qWaitFor([&] { return sums.size() > before; }, patience));
    REQUIRE(QTest::qWaitFor([&] { return store.waiting.changes.empty() && store.waiting.points.empty(); }, patience));
    return sums.back();
  }
  [[nodiscard]] const Job& job(qint64 id) const { return *jobs.job(JobId{id}); }
  [[nodiscard]] qint64 count(qint64 id, const char* tag) const {
    const SeriesSummary* series = jobs.series(JobId{id}, QLatin1String(tag));
    return series == nullptr ? 0 : series->count;
  }
};

}  // namespace

TEST_CASE("runs become jobs with their points, and the same path again brings nothing", "[imports]") {
  Dock dock;
  dock.write("a/metrics.csv", "step,train/loss\n1,0.5\n2,0.25\n");
  dock.write("b/log.jsonl", "{\"step\": 1, \"loss\": 0.5}\n");
  const ImportSum first = dock.import();
  CHECK(first.added == 2);
  CHECK(first.points == 3);
  CHECK(first.problems.isEmpty());
  REQUIRE(dock.jobs.jobs().size() == 2);
  CHECK(dock.count(1, "train/loss") == 2);
  CHECK(dock.job(1).settings.name.startsWith(QStringLiteral("a")));
  CHECK(dock.job(1).settings.source == JobSource::Imported);
  CHECK(dock.job(1).status == JobStatus::Complete);
  CHECK(dock.job(1).ending.kind == EndKind::Unknown);
  const ImportSum& again = dock.import();
  CHECK(again.added == 0);
  CHECK(again.known == 2);
  CHECK(dock.jobs.jobs().size() == 2);
}

TEST_CASE("a run that has grown is read on, and only what is new comes", "[imports]") {
  Dock dock;
  dock.write("a/metrics.csv", "step,loss\n1,0.5\n");
  dock.import();
  dock.write("a/metrics.csv", "2,0.25\n3,0.125\n", longAgoMs / 2);
  const ImportSum& sum = dock.import();
  CHECK(sum.grown == 1);
  CHECK(sum.points == 2);
  CHECK(dock.count(1, "loss") == 3);
  CHECK(dock.job(1).status == JobStatus::Complete);
}

TEST_CASE("a run whose files have just changed runs, and its new lines come by themselves", "[imports]") {
  Dock dock;
  dock.write("a/metrics.csv", "step,loss\n1,0.5\n", 0);
  dock.import();
  CHECK(dock.job(1).status == JobStatus::Running);
  dock.write("a/metrics.csv", "2,0.25\n", 0);
  CHECK(QTest::qWaitFor([&] { return dock.count(1, "loss") == 2; }, patience));
  CHECK(dock.job(1).status == JobStatus::Running);
}

TEST_CASE("reading that somebody stops ends, and the run is not taken up by its folder's watch", "[imports]") {
  Dock dock;
  dock.write("a/metrics.csv", "step,loss\n1,0.5\n", 0);
  dock.import();
  REQUIRE(dock.jobs.stop(JobId{1}));
  REQUIRE(QTest::qWaitFor([&] { return isEnded(dock.job(1).status); }, patience));
  CHECK(dock.job(1).ending.reason == QStringLiteral("no longer followed: you stopped reading it"));
  dock.write("a/metrics.csv", "2,0.25\n", 0);
  dock.write("b/metrics.csv", "step,loss\n1,0.5\n", 0);
  dock.importer.setWatched({dock.dir.path()});
  REQUIRE(QTest::qWaitFor([&] { return dock.jobs.job(JobId{2}) != nullptr; }, patience));
  CHECK(isEnded(dock.job(1).status));
}

TEST_CASE("a watched folder brings runs that appear in it", "[imports]") {
  Dock dock;
  dock.importer.setWatched({dock.dir.path()});
  REQUIRE(QTest::qWaitFor([&] { return !dock.importer.isImporting(); }, patience));
  dock.write("deep/er/metrics.csv", "step,loss\n1,0.5\n", 0);
  REQUIRE(QTest::qWaitFor([&] { return dock.count(1, "loss") == 1; }, patience));
  CHECK(dock.job(1).status == JobStatus::Running);
}

TEST_CASE("an import that is cancelled keeps what it has and says so", "[imports]") {
  Dock dock;
  for (int i = 0; i < 60; ++i) dock.write(qPrintable(QStringLiteral("run%1/metrics.csv").arg(i)), "step,loss\n1,0.5\n", 0);
  QObject::connect(&dock.jobs, &JobService::jobAdded, &dock.importer, [&dock] { dock.importer.cancel(); });
  const ImportSum& sum = dock.import();
  CHECK(sum.cancelled);
  CHECK(sum.added < 60);
}

TEST_CASE("what is gone or cannot be read is told with its file", "[imports]") {
  Dock dock;
  dock.importer.find({dock.dir.filePath(QStringLiteral("nowhere"))});
  REQUIRE(QTest::qWaitFor([&] { return !dock.sums.empty(); }, patience));
  REQUIRE(dock.sums.back().problems.size() == 1);
  CHECK(dock.sums.back().problems.first().file.endsWith(QStringLiteral("nowhere")));
}

TEST_CASE("an imported run is neither run again nor started", "[imports]") {
  Dock dock;
  dock.write("a/metrics.csv", "step,loss\n1,0.5\n");
  dock.import();
  CHECK(dock.jobs.runAgain(JobId{1}).error().code == ErrorCode::NotAllowed);
  CHECK(dock.jobs.start(JobId{1}).error().code == ErrorCode::NotAllowed);
  CHECK(dock.jobs.import(simulatedSettings(QStringLiteral("x"))).error().code == ErrorCode::InvalidInput);
}
