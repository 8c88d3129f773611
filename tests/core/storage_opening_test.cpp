// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <QScopeGuard>

#include "tests/core/storage_support.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

const QStringList endings{QStringLiteral(""), QStringLiteral("-wal"), QStringLiteral("-journal")};

std::map<QString, QByteArray> filesOf(const QString& database) {
  std::map<QString, QByteArray> files;
  for (const QString& ending : endings)
    if (QFile::exists(database + ending)) files[ending] = hashOf(database + ending);
  return files;
}

/// Opening is refused with the code, by every way of opening, and no byte has changed after it.
void checkRefused(const QString& dir, ErrorCode code) {
  const auto before = filesOf(databaseIn(dir));
  for (const OpenMode mode : {OpenMode::ReadWrite, OpenMode::ReadOnly}) {
    Disk disk(dir, mode);
    REQUIRE(disk.failure);
    CHECK(disk.failure->code == code);
    CHECK(disk.failure->message.contains(databaseIn(dir)));
    CHECK(disk.failure->message.endsWith(u'.'));
    const quint64 ticket = disk.storage.submit(someJob(1));
    disk.waitForRefusal(ticket);
    CHECK_FALSE(disk.storage.accepting());
    CHECK(disk.storage.close());
  }
  CHECK(filesOf(databaseIn(dir)) == before);
}

/// A database with one job, closed well.
void makeDatabase(const QString& dir) {
  Disk disk(dir);
  disk.storage.submit(someJob(1));
  disk.storage.append(pointsOf(JobId{1}, QStringLiteral("a"), {{1, 1, 1.0}}));
  REQUIRE(disk.storage.close());
}

/// Root may write anything; for a while we are nobody then. Any other user stays who he is.
[[nodiscard]] auto withoutPrivileges() {
  constexpr uid_t nobody = 65534;
  const bool root = ::geteuid() == 0;
  if (root) REQUIRE(::setresuid(nobody, nobody, 0) == 0);
  return qScopeGuard([root] {
    if (root && ::setresuid(0, 0, 0) != 0) std::abort();
  });
}

constexpr auto everybodyReads = QFile::ReadOwner | QFile::ReadGroup | QFile::ReadOther;
constexpr auto everybodyEnters = everybodyReads | QFile::ExeOwner | QFile::ExeGroup | QFile::ExeOther;

}  // namespace

TEST_CASE("a file that is no database is refused in a sentence and left as it is", "[storage]") {
  const QTemporaryDir dir;
  SECTION("garbage") { write(databaseIn(dir.path()), QByteArray(5000, 'z')); }
  SECTION("one byte") { write(databaseIn(dir.path()), "S"); }
  SECTION("SQLite's header and then garbage") {
    write(databaseIn(dir.path()), QByteArray("SQLite format 3\0", 16) + QByteArray(5000, 'z'));
  }
  SECTION("SQLite's header alone") { write(databaseIn(dir.path()), QByteArray("SQLite format 3\0", 16)); }
  checkRefused(dir.path(), ErrorCode::StorageNotADatabase);
}

TEST_CASE("our own database that was cut or overwritten is said to be damaged, and left as it is", "[storage]") {
  const QTemporaryDir dir;
  makeDatabase(dir.path());
  QFile file(databaseIn(dir.path()));
  REQUIRE(file.open(QIODevice::ReadWrite));
  SECTION("cut") { REQUIRE(file.resize(5'000)); }
  SECTION("overwritten behind its header") {
    REQUIRE(file.seek(100));
    REQUIRE(file.write(QByteArray(3'000, 'z')) == 3'000);
  }
  file.close();
  checkRefused(dir.path(), ErrorCode::StorageDamaged);
}

TEST_CASE("somebody else's database is refused in a sentence and left as it is", "[storage]") {
  const QTemporaryDir dir;
  makeDatabase(dir.path());
  const QString application = GENERATE(QStringLiteral("7"), QStringLiteral("0"));
  const QString journal = GENERATE(QStringLiteral("WAL"), QStringLiteral("DELETE"));
  sql(dir.path(),
      {QStringLiteral("PRAGMA application_id = ") + application, QStringLiteral("PRAGMA journal_mode = ") + journal});
  checkRefused(dir.path(), ErrorCode::StorageNotADatabase);
}

TEST_CASE("a newer version's database is refused in a sentence and left as it is", "[storage]") {
  const QTemporaryDir dir;
  makeDatabase(dir.path());
  const QString journal = GENERATE(QStringLiteral("WAL"), QStringLiteral("DELETE"));
  sql(dir.path(), {QStringLiteral("PRAGMA user_version = 99"), QStringLiteral("PRAGMA journal_mode = ") + journal});
  checkRefused(dir.path(), ErrorCode::StorageTooNew);
  Disk disk(dir.path());
  CHECK(disk.failure->message.contains(QStringLiteral("(format 99; this program knows %1)").arg(newestFormat)));
}

TEST_CASE("a newer version that crashed is known by its WAL, and that is left as it is too", "[storage]") {
  const QTemporaryDir dir;
  const QTemporaryDir crashed;
  makeDatabase(dir.path());
  {
    Database database(QStringLiteral("test"));
    REQUIRE(database.open(databaseIn(dir.path()), OpenMode::ReadWrite));
    REQUIRE(database.run(QStringLiteral("PRAGMA user_version = 99")));
    copyDatabase(dir.path(), crashed.path());
  }
  REQUIRE(QFileInfo(databaseIn(crashed.path()) + QStringLiteral("-wal")).size() > 0);
  checkRefused(crashed.path(), ErrorCode::StorageTooNew);
}

TEST_CASE("what cannot be opened is refused in a sentence", "[storage]") {
  const QTemporaryDir dir;
  QString where = dir.path();
  SECTION("a folder in the place of the file") { REQUIRE(QDir(where).mkdir(QStringLiteral("trainyard.db"))); }
  SECTION("a folder in the place of the WAL") {
    makeDatabase(where);
    REQUIRE(QDir(where).mkdir(QStringLiteral("trainyard.db-wal")));
  }
  SECTION("no data directory") { where += QStringLiteral("/not/there"); }
  SECTION("a file in the place of the data directory") {
    where += QStringLiteral("/file");
    write(where, "x");
  }
  Disk disk(where);
  REQUIRE(disk.failure);
  CHECK(disk.failure->code == ErrorCode::StorageOpen);
  CHECK(disk.failure->message.contains(databaseIn(where)));
}

TEST_CASE("a database that the user may not write is refused for writing and read as it is", "[storage]") {
  const QTemporaryDir dir;
  makeDatabase(dir.path());
  QFile file(databaseIn(dir.path()));
  QFile folder(dir.path());
  const auto mine = folder.permissions();
  const auto back = qScopeGuard([&] { folder.setPermissions(mine); });
  SECTION("nor its folder") {
    REQUIRE(file.setPermissions(everybodyReads));
    REQUIRE(folder.setPermissions(everybodyEnters));
  }
  SECTION("though its folder") {
    REQUIRE(file.setPermissions(everybodyReads));
    REQUIRE(folder.setPermissions(everybodyEnters | QFile::WriteOwner | QFile::WriteGroup | QFile::WriteOther));
  }
  const auto nobody = withoutPrivileges();
  const QByteArray before = hashOf(databaseIn(dir.path()));
  {
    Disk disk(dir.path());
    REQUIRE(disk.failure);
    CHECK(disk.failure->code == ErrorCode::StorageOpen);
  }
  Disk reader(dir.path(), OpenMode::ReadOnly);
  REQUIRE(reader.opened);
  CHECK(reader.opened->jobs.size() == 1);
  CHECK(reader.points(JobId{1}, QStringLiteral("a")).size() == 1);
  REQUIRE(reader.storage.close());
  CHECK(hashOf(databaseIn(dir.path())) == before);
}

TEST_CASE("a database that the user may not read is refused", "[storage]") {
  const QTemporaryDir dir;
  makeDatabase(dir.path());
  REQUIRE(QFile::setPermissions(dir.path(), everybodyEnters | QFile::WriteOwner));
  REQUIRE(QFile::setPermissions(databaseIn(dir.path()), {}));
  const auto nobody = withoutPrivileges();
  Disk disk(dir.path(), OpenMode::ReadOnly);
  REQUIRE(disk.failure);
  CHECK(disk.failure->code == ErrorCode::StorageOpen);
}

TEST_CASE("an empty file becomes a database", "[storage]") {
  const QTemporaryDir dir;
  write(databaseIn(dir.path()), {});
  Disk disk(dir.path());
  REQUIRE(disk.opened);
  CHECK(disk.opened->nextId == JobId{1});
  disk.waitFor(disk.storage.submit(someJob(1)));
}

TEST_CASE("reading only creates nothing and finds no jobs", "[storage]") {
  const QTemporaryDir dir;
  SECTION("where there is no file") {
    Disk disk(dir.path(), OpenMode::ReadOnly);
    REQUIRE(disk.opened);
    CHECK(disk.opened->jobs.empty());
    CHECK(disk.history({.job = JobId{1}}).series.empty());
    CHECK(disk.storage.close());
    CHECK(QDir(dir.path()).isEmpty());
  }
  SECTION("where the file is empty") {
    write(databaseIn(dir.path()), {});
    Disk disk(dir.path(), OpenMode::ReadOnly);
    REQUIRE(disk.opened);
    CHECK(disk.opened->jobs.empty());
    CHECK(disk.history({.job = JobId{1}}).series.empty());
    CHECK(disk.storage.close());
    CHECK(QFileInfo(databaseIn(dir.path())).size() == 0);
  }
}

TEST_CASE("a storage that only reads refuses changes", "[storage]") {
  const QTemporaryDir dir;
  makeDatabase(dir.path());
  Disk disk(dir.path(), OpenMode::ReadOnly);
  CHECK_FALSE(disk.storage.accepting());
  const quint64 ticket = disk.storage.submitRemoval(someJob(1));
  CHECK(disk.refused.empty());  // not before the caller has the ticket
  disk.waitForRefusal(ticket);
  CHECK(disk.refused[ticket].code == ErrorCode::StorageWrite);
  CHECK(disk.storage.close());
  Disk again(dir.path());
  CHECK(again.opened->jobs.size() == 1);
}

TEST_CASE("a reader finds what a database holds that was empty when it looked first", "[storage]") {
  const QTemporaryDir dir;
  write(databaseIn(dir.path()), {});
  Disk reader(dir.path(), OpenMode::ReadOnly);
  CHECK(reader.history({.job = JobId{1}}).series.empty());
  makeDatabase(dir.path());
  CHECK(reader.points(JobId{1}, QStringLiteral("a")).size() == 1);
}

TEST_CASE("the connection is as the house wants it", "[storage]") {
  const QTemporaryDir dir;
  Database database(QStringLiteral("test"));
  REQUIRE(database.open(databaseIn(dir.path()), OpenMode::ReadWrite));
  CHECK(database.number(QStringLiteral("PRAGMA foreign_keys")) == qint64(1));
  CHECK(database.number(QStringLiteral("PRAGMA synchronous")) == qint64(1));
  CHECK(database.number(QStringLiteral("PRAGMA busy_timeout")).value_or(0) > 0);
  CHECK(database.number(QStringLiteral("PRAGMA application_id")) == qint64(applicationId));
  CHECK(database.number(QStringLiteral("SELECT journal_mode = 'wal' FROM pragma_journal_mode")) == qint64(1));
}

TEST_CASE("there is a migration to every format, and the last one is the newest", "[storage]") {
  const QTemporaryDir dir;
  makeDatabase(dir.path());  // registers the scripts
  const QStringList scripts = QDir(QStringLiteral(":/trainyard/schema")).entryList(QDir::Files, QDir::Name);
  REQUIRE(scripts.size() == newestFormat);
  for (int version = 1; version <= newestFormat; ++version)
    CHECK(scripts[version - 1].startsWith(QStringLiteral("%1_").arg(version, 3, 10, QLatin1Char('0'))));
}

TEST_CASE("a database of every earlier version opens", "[storage]") {
  for (int version = 1; version <= newestFormat; ++version) {
    const QTemporaryDir dir;
    REQUIRE(QFile::copy(QStringLiteral(TEST_DATA_DIR "/databases/v%1.db").arg(version), databaseIn(dir.path())));
    REQUIRE(QFile::setPermissions(databaseIn(dir.path()), QFile::ReadOwner | QFile::WriteOwner));
    Disk disk(dir.path());
    REQUIRE(disk.opened);
    REQUIRE(disk.opened->jobs.size() == 2);
    CHECK(disk.opened->jobs[1].job.settings.name == QStringLiteral("vit-small"));
    const JobPoints read = disk.history({.job = JobId{1}});
    REQUIRE(read.series.size() == 5);
    REQUIRE(disk.opened->jobs[1].series.size() == 5);
    const Job& waiting = disk.opened->jobs[0].job;
    CHECK(waiting.queuePosition == (version == 1 ? 2.0 : 1.5));
    CHECK(waiting.settings.scheduling == (version == 1 ? Scheduling{} : Scheduling{1, JobId{1}, 2, 30, TroubleResponse::StopAndRetry, 2}));
    for (size_t i = 0; i < read.series.size(); ++i) {
      SeriesSummary summary;
      summary.tag = read.series[i].tag;
      extend(summary, read.series[i].points);
      CHECK(same(disk.opened->jobs[1].series[i], summary));
    }
  }
}

TEST_CASE("a reader that may change nothing reads a database of an earlier version", "[storage]") {
  const QTemporaryDir dir;
  REQUIRE(QFile::copy(QStringLiteral(TEST_DATA_DIR "/databases/v1.db"), databaseIn(dir.path())));
  Disk disk(dir.path(), OpenMode::ReadOnly);
  REQUIRE(disk.opened);
  REQUIRE(disk.opened->jobs.size() == 2);
  CHECK(disk.opened->jobs[1].job.settings.name == QStringLiteral("vit-small"));
  CHECK(disk.opened->jobs[1].job.queuePosition == 1.0);
}

TEST_CASE("where a reader goes on is kept with its points, and only for a running job", "[storage]") {
  const QTemporaryDir dir;
  {
    Disk disk(dir.path());
    Job job;
    job.id = JobId{1};
    job.settings = simulatedSettings();
    job.status = JobStatus::Running;
    disk.storage.submit(job);
    job.id = JobId{2};
    job.status = JobStatus::Complete;
    disk.storage.submit(job);
    for (const qint64 id : {1, 2})
      for (const char* place : {"first", "second"}) disk.storage.append({JobId{id}, {}, {}, place});
    REQUIRE(disk.storage.close());
  }
  Disk disk(dir.path());
  REQUIRE(disk.opened->jobs.size() == 2);
  CHECK(disk.opened->jobs[1].resume == "second");
  CHECK(disk.opened->jobs[0].resume.isEmpty());
}
