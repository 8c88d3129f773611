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
  Importer importer{jobs, *runner};
  std::vector<ImportSum> sums;
  QTimer commits;

  Dock() {
    jobs.load({}, JobId{1});
    QObject::connect(&importer, &Importer::found, &importer, [this](quint64, const FoundRuns& runs) { importer.take(runs.runs, runs.problems); });
    QObject::connect(&importer, &Importer::finished, &importer, [this](quint64, const ImportSum& sum) { sums.push_back(sum); });
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

TEST_CASE("an import tells as many points as are in the store, and only when they are", "[imports]") {
  Dock dock;
  dock.write("a/log.jsonl", "{\"step\": 1, \"loss\": 0.5}\n{\"step\": 2, \"loss\": 0.4}\n{\"step\": 3, \"loss\": 0.3}\n{\"step\": 2, \"loss\": 0.2}\n");
  QByteArray rows = "step,loss\n";
  for (int step = 0; step < 300'000; ++step) rows += QByteArray::number(step) + ",0.5\n";  // more than is read at once
  dock.write("b/metrics.csv", rows, 0);  // and it runs on
  const qint64 told = dock.import().points;
  CHECK(dock.job(2).status == JobStatus::Running);
  CHECK(told == dock.jobs.pointCount());
  CHECK(told > 300'000);
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

TEST_CASE("files that were copied look new, but points that were logged long ago do not run", "[imports]") {
  Dock dock;
  dock.write("a/log.jsonl", "{\"step\": 1, \"loss\": 0.5, \"timestamp\": 1700000000}\n{\"step\": 2, \"loss\": 0.25, \"timestamp\": 1700000060}\n", 0);
  dock.import();
  REQUIRE(QTest::qWaitFor([&] { return isEnded(dock.job(1).status); }, patience));
  CHECK(dock.job(1).startedMs == 1'700'000'000'000);
  CHECK(dock.job(1).endedMs == 1'700'000'060'000);
  CHECK(dock.job(1).ending.reason.startsWith(QStringLiteral("ended, unknown how")));
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
  dock.importer.setWatched({});
  REQUIRE(QTest::qWaitFor([&] { return !dock.importer.isImporting(); }, patience));
  CHECK(dock.import().grown == 1);  // who asks for it gets the rest
  CHECK(dock.count(1, "loss") == 2);
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

TEST_CASE("what could not be read of a run stays with it, once, until its file is another one", "[imports]") {
  Dock dock;
  dock.write("a/log.jsonl", "{\"step\": 1, \"loss\": 0.5}\n{\"step\": 2, \"loss\"\n");
  REQUIRE(dock.import().problems.size() == 1);
  REQUIRE(dock.job(1).unread.problems.size() == 1);
  CHECK(dock.job(1).unread.problems.first().file.endsWith(QStringLiteral("a/log.jsonl")));
  CHECK(dock.job(1).unread.problems.first().offset == 25);
  dock.write("a/log.jsonl", "{\"step\": 3, \"loss\": 0.25}\n", longAgoMs / 2);
  CHECK(dock.import().grown == 1);
  CHECK(dock.count(1, "loss") == 2);
  CHECK(dock.job(1).unread.problemCount() == 1);
  REQUIRE(QFile::remove(dock.dir.filePath(QStringLiteral("a/log.jsonl"))));
  dock.write("a/log.jsonl", "{\"step\": 1, \"loss\": 0.125}\n", longAgoMs / 4);
  CHECK(dock.import().grown == 1);
  CHECK(dock.job(1).unread.isEmpty());
}

TEST_CASE("more problems than are kept are counted, and none twice", "[imports]") {
  Unread unread;
  QList<ReadProblem> many;
  for (int i = 0; i < Unread::mostProblems + 7; ++i) many << ReadProblem{QStringLiteral("/a"), i, QStringLiteral("It is no number.")};
  unread.add(many.first(5));
  unread.add(many);
  CHECK(unread.problems.size() == Unread::mostProblems);
  CHECK(unread.furtherProblems == 7);
  CHECK(unread.problemCount() == Unread::mostProblems + 7);
  CHECK(unreadFromText(toText(unread)) == unread);
  CHECK(toText(Unread{}).isEmpty());
  CHECK(unreadFromText(QStringLiteral("{\"problems\": [3")).isEmpty());
}

TEST_CASE("a run that nobody reads has ended when its files are still or gone", "[imports]") {
  Dock dock;
  Job job;
  job.filesMs = 5;
  const auto endingOf = [&](const char* name) {
    job.settings.imported.path = dock.dir.filePath(QLatin1String(name));
    return endingByFiles(job, dock.clock.nowMs());
  };
  dock.write("fresh/deep/metrics.csv", "step,loss\n", 0);
  CHECK_FALSE(endingOf("fresh"));
  CHECK_FALSE(endingOf("fresh/deep/metrics.csv"));
  dock.write("old.csv", "step,loss\n");
  const auto ended = endingOf("old.csv");
  REQUIRE(ended);
  CHECK(ended->kind == EndKind::Unknown);
  CHECK(std::abs(dock.clock.nowMs() - longAgoMs - ended->atMs) < 60'000);
  const auto gone = endingOf("nowhere");
  REQUIRE(gone);
  CHECK(gone->reason.contains(QStringLiteral("gone")));
  CHECK(gone->atMs == 5);
}

TEST_CASE("two imports at once: each is answered with its own sum, and a run of both comes once", "[imports]") {
  Dock dock;
  dock.commits.stop();  // so that jobs are not on the disk yet when the second one begins
  dock.importer.disconnect();
  dock.write("one/a/metrics.csv", "step,loss\n1,0.5\n");
  dock.write("two/b/metrics.csv", "step,loss\n1,0.5\n2,0.25\n");
  std::map<quint64, ImportSum> sums;
  std::map<quint64, quint64> importOf;
  QObject::connect(&dock.importer, &Importer::found, &dock.importer,
                   [&](quint64 search, const FoundRuns& runs) { importOf[search] = dock.importer.take(runs.runs, runs.problems); });
  QObject::connect(&dock.importer, &Importer::finished, &dock.importer, [&](quint64 import, const ImportSum& sum) { sums[import] = sum; });
  const quint64 all = dock.importer.find({dock.dir.path()});
  REQUIRE(QTest::qWaitFor([&] { return importOf.contains(all); }, patience));
  const quint64 two = dock.importer.find({dock.dir.filePath(QStringLiteral("two"))});
  const quint64 none = dock.importer.find({dock.dir.path()});
  dock.importer.stopFinding(none);
  REQUIRE(QTest::qWaitFor([&] { return importOf.contains(two) && sums.contains(importOf[two]); }, patience));
  CHECK(sums[importOf[two]].known == 1);
  dock.commits.start(2);
  REQUIRE(QTest::qWaitFor([&] { return sums.contains(importOf[all]) && !dock.importer.isImporting(); }, patience));
  CHECK(sums[importOf[all]].added == 2);
  CHECK(sums[importOf[all]].points == 3);
  CHECK(sums[importOf[two]].points == 0);
  CHECK_FALSE(importOf.contains(none));
  CHECK(dock.jobs.jobs().size() == 2);
}

TEST_CASE("a run whose job cannot be written is told, and its import ends", "[imports]") {
  Dock dock;
  dock.commits.stop();
  dock.write("a/metrics.csv", "step,loss\n1,0.5\n");
  dock.importer.find({dock.dir.path()});
  REQUIRE(QTest::qWaitFor([&] { return !dock.store.waiting.changes.empty(); }, patience));
  dock.store.refuseAll({ErrorCode::StorageFull, QStringLiteral("The disk is full."), {}});
  REQUIRE(dock.sums.size() == 1);
  CHECK(dock.sums[0].added == 0);
  CHECK(dock.sums[0].jobs.isEmpty());
  REQUIRE(dock.sums[0].problems.size() == 1);
  CHECK(dock.sums[0].problems[0].why == QStringLiteral("The disk is full."));
  dock.commits.start(2);
  CHECK(dock.import().added == 1);
}

TEST_CASE("a file that is no run is told", "[imports]") {
  Dock dock;
  dock.write("notes.csv", "name,colour\na,red\n");
  dock.importer.find({dock.dir.filePath(QStringLiteral("notes.csv"))});
  REQUIRE(QTest::qWaitFor([&] { return !dock.sums.empty(); }, patience));
  REQUIRE(dock.sums[0].problems.size() == 1);
  CHECK(dock.sums[0].problems[0].file.endsWith(QStringLiteral("notes.csv")));
}

TEST_CASE("what a cancelled import left out does not come back with the watch, but when it is asked for", "[imports]") {
  Dock dock;
  for (int i = 0; i < 60; ++i) dock.write(qPrintable(QStringLiteral("run%1/metrics.csv").arg(i)), "step,loss\n1,0.5\n");
  const auto cancelling = QObject::connect(&dock.jobs, &JobService::jobAdded, &dock.importer, [&dock] { dock.importer.cancel(); });
  dock.import();
  QObject::disconnect(cancelling);
  const auto taken = int(dock.jobs.jobs().size());
  REQUIRE(taken < 60);
  dock.importer.setWatched({dock.dir.path()});
  dock.write("later/metrics.csv", "step,loss\n1,0.5\n");
  REQUIRE(QTest::qWaitFor([&] { return int(dock.jobs.jobs().size()) > taken; }, patience));
  CHECK(int(dock.jobs.jobs().size()) == taken + 1);
  dock.importer.setWatched({});
  REQUIRE(QTest::qWaitFor([&] { return !dock.importer.isImporting(); }, patience));
  CHECK(dock.import().added == 60 - taken);
}

TEST_CASE("an imported run is neither run again nor started", "[imports]") {
  Dock dock;
  dock.write("a/metrics.csv", "step,loss\n1,0.5\n");
  dock.import();
  CHECK(dock.jobs.runAgain(JobId{1}).error().code == ErrorCode::NotAllowed);
  CHECK(dock.jobs.start(JobId{1}).error().code == ErrorCode::NotAllowed);
  CHECK(dock.jobs.import(simulatedSettings(QStringLiteral("x"))).error().code == ErrorCode::InvalidInput);
}
