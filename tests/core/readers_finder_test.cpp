// SPDX-License-Identifier: GPL-3.0-or-later
// The walk over folders that finds runs.
#include <sys/stat.h>
#include <unistd.h>

#include "tests/core/readers_support.h"

using namespace trainyard;

namespace {

const QByteArray someEvents = scalarEvent("loss", 1, 1);

QStringList namesOf(const FoundRuns& found) {
  QStringList names;
  for (const FoundRun& run : found.runs) names << run.name;
  return names;
}

void link(const RunFolder& folder, const QString& to, const QString& name) {
  REQUIRE(QDir().mkpath(QFileInfo(folder.path(name)).path()));
  REQUIRE(symlink(QFile::encodeName(to).constData(), QFile::encodeName(folder.path(name)).constData()) == 0);
}

}  // namespace

TEST_CASE("every format has a key and a text of its own", "[readers][finder]") {
  QSet<QString> keys, texts;
  for (int i = 0; i <= int(RunFormat::Log); ++i) {
    const QString key = toKey(RunFormat(i));
    CHECK(runFormatFromKey(key) == RunFormat(i));
    keys << key;
    texts << toText(RunFormat(i));
  }
  CHECK(keys.size() == int(RunFormat::Log) + 1);
  CHECK(texts.size() == keys.size());
  CHECK(runFormatFromKey(QStringLiteral("csv")).error().code == ErrorCode::InvalidInput);
}

TEST_CASE("runs are called after their folders, below the one that was asked for", "[readers][finder]") {
  RunFolder folder;
  folder.write(QStringLiteral("b/train/events.out.tfevents.1"), someEvents);
  folder.write(QStringLiteral("a/events.out.tfevents.1"), someEvents + someEvents);
  folder.write(QStringLiteral("events.out.tfevents.1"), someEvents);
  folder.write(QStringLiteral("a/train.py"), "print()");
  const FoundRuns found = folder.find();
  CHECK(namesOf(found) == QStringList{QDir(folder.path()).dirName(), QStringLiteral("a"), QStringLiteral("b/train")});
  CHECK(found.runs[1].path == folder.path(QStringLiteral("a")));
  CHECK(found.runs[1].bytes == 2 * someEvents.size());
  CHECK(found.runs[1].changedMs > 1'600'000'000'000);
  CHECK(found.files == 4);
  CHECK(found.whole);
  const auto single = findRuns(folder.path(QStringLiteral("a/events.out.tfevents.1")));
  REQUIRE(single);
  CHECK(namesOf(*single) == QStringList{QStringLiteral("a")});
  CHECK(single->runs[0].path == found.runs[1].path);  // the same run, however it was asked for
}

TEST_CASE("runs with the same name are told apart by their paths", "[readers][finder]") {
  RunFolder folder;
  folder.write(QStringLiteral("x/one.wandb"), WandbFile().row(1, {{"x", "1"}}).bytes);
  folder.write(QStringLiteral("x/two.wandb"), WandbFile().row(1, {{"x", "1"}}).bytes);
  folder.write(QStringLiteral("x/events.out.tfevents.1"), someEvents);
  CHECK(namesOf(folder.find()) == QStringList{QStringLiteral("x (TensorBoard)"), QStringLiteral("x/one.wandb"), QStringLiteral("x/two.wandb")});
}

TEST_CASE("links are followed once, and those in a circle are told", "[readers][finder]") {
  RunFolder folder, elsewhere;
  folder.write(QStringLiteral("run-7/events.out.tfevents.1"), someEvents);
  elsewhere.write(QStringLiteral("far/events.out.tfevents.1"), someEvents);
  link(folder, QStringLiteral("run-7"), QStringLiteral("latest"));  // before run-7 in the order of names
  link(folder, QStringLiteral(".."), QStringLiteral("run-7/up"));
  link(folder, QStringLiteral("round"), QStringLiteral("round"));
  link(folder, QStringLiteral("nowhere"), QStringLiteral("broken"));
  link(folder, elsewhere.path(), QStringLiteral("other"));
  const FoundRuns found = folder.find();
  CHECK(namesOf(found) == QStringList{QStringLiteral("other/far"), QStringLiteral("run-7")});
  REQUIRE(found.problems.size() == 2);
  CHECK(found.problems[0] == ReadProblem{folder.path(QStringLiteral("round")), -1, QStringLiteral("This link leads in a circle; it was not followed.")});
  CHECK(found.problems[1] == ReadProblem{folder.path(QStringLiteral("run-7/up")), -1, QStringLiteral("This link leads back to a folder above it; it was not followed.")});
}

TEST_CASE("folders of tools and hidden ones are passed over, but for those where runs are kept", "[readers][finder]") {
  RunFolder folder;
  for (const char* name : {".git", ".venv", "node_modules", "__pycache__", "env/lib", ".wandb", "ok"}) folder.write(QLatin1String(name) + QStringLiteral("/events.out.tfevents.1"), someEvents);
  folder.write(QStringLiteral("env/pyvenv.cfg"), {});
  CHECK(namesOf(folder.find()) == QStringList{QStringLiteral(".wandb"), QStringLiteral("ok")});
  CHECK(findRuns(folder.path(QStringLiteral(".git")))->runs.size() == 1);  // unless they are asked for
}

TEST_CASE("pipes are not opened, and a folder without rights is told", "[readers][finder]") {
  RunFolder folder;
  REQUIRE(mkfifo(QFile::encodeName(folder.path(QStringLiteral("events.out.tfevents.1"))).constData(), 0600) == 0);
  folder.write(QStringLiteral("closed/events.out.tfevents.1"), someEvents);
  folder.write(QStringLiteral("open/events.out.tfevents.1"), someEvents);
  REQUIRE(chmod(QFile::encodeName(folder.path()).constData(), 0755) == 0);
  REQUIRE(chmod(QFile::encodeName(folder.path(QStringLiteral("closed"))).constData(), 0) == 0);
  const uid_t self = geteuid();
  if (self == 0) REQUIRE(seteuid(65'534) == 0);  // root may read all
  const FoundRuns found = folder.find();
  if (self == 0) REQUIRE(seteuid(self) == 0);
  REQUIRE(chmod(QFile::encodeName(folder.path(QStringLiteral("closed"))).constData(), 0755) == 0);
  CHECK(namesOf(found) == QStringList{QStringLiteral("open")});
  REQUIRE(found.problems.size() == 1);
  CHECK(found.problems[0].file == folder.path(QStringLiteral("closed")));
  CHECK(found.problems[0].why.startsWith(QStringLiteral("This folder cannot be read: ")));
}

TEST_CASE("the walk has a depth, can be stopped, and says when there is nothing", "[readers][finder]") {
  RunFolder folder;
  QString deep;
  for (int i = 0; i < 64; ++i) deep += QStringLiteral("d/");
  folder.write(deep + QStringLiteral("events.out.tfevents.1"), someEvents);
  folder.write(deep + QStringLiteral("d/events.out.tfevents.1"), someEvents);
  FoundRuns found = folder.find();
  CHECK(found.runs.size() == 1);
  CHECK(found.problems.size() == 1);
  const auto stopped = findRuns(folder.path(), [](qint64 files) { return files > 0; });
  REQUIRE(stopped);
  CHECK_FALSE(stopped->whole);
  CHECK(stopped->runs.empty());
  CHECK(findRuns(folder.path(QStringLiteral("none"))).error().code == ErrorCode::NotFound);
  CHECK(openRun({RunFormat::TensorBoard, folder.path(QStringLiteral("none"))}, {}).error().code == ErrorCode::NotFound);
}
