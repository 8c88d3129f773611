// SPDX-License-Identifier: GPL-3.0-or-later
// Whichever write to the disk fails: what was acknowledged is there, once and exactly, and nothing that was not given.
// Every write in turn, in each way, with TRAINYARD_ALL_FAULTS in the environment; else every 7th of them, in one way after the other.
#include <QRandomGenerator>
#include <QSqlError>
#include <bit>
#include <set>

#include "core/storage/chunk_table.h"
#include "core/storage/storage_worker.h"
#include "core/storage/store_check.h"
#include "tests/core/storage_faulty_vfs.h"
#include "tests/core/storage_support.h"
#include "tests/support/message_guard.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

const QString tag = QStringLiteral("train/loss");
const QString otherTag = QStringLiteral("lr");

bool exact(const std::vector<Point>& a, const std::vector<Point>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Point& x, const Point& y) {
    const bool sameValue = std::bit_cast<quint64>(x.value) == std::bit_cast<quint64>(y.value) || (std::isnan(x.value) && std::isnan(y.value));
    return x.step == y.step && x.wallMs == y.wallMs && sameValue;
  });
}

/// What a database holds, said simply.
struct Content {
  std::set<qint64> jobs;
  std::map<std::pair<qint64, QString>, std::vector<Point>> series;

  void apply(const WriteBatch& batch) {
    for (const WriteOperation& operation : batch) std::visit([this](const auto& one) { apply(one); }, operation);
  }
  void apply(const JobChange& change) {
    if (!change.remove) {
      jobs.insert(change.job.id.value);
      return;
    }
    jobs.erase(change.job.id.value);
    std::erase_if(series, [&](const auto& one) { return one.first.first == change.job.id.value; });
  }
  void apply(const JobPoints& points) {
    if (!jobs.contains(points.job.value)) return;
    for (const SeriesPoints& part : points.series) {
      auto& own = series[{points.job.value, part.tag}];
      for (const Point& point : part.points) {
        while (!own.empty() && own.back().step >= point.step) own.pop_back();
        own.push_back(point);
      }
    }
  }
  friend bool operator==(const Content& a, const Content& b) {
    return a.jobs == b.jobs && std::equal(a.series.begin(), a.series.end(), b.series.begin(), b.series.end(),
                                          [](const auto& x, const auto& y) { return x.first == y.first && exact(x.second, y.second); });
  }
};

/// As the tables tell it; of format 2 too, whose points are all rows.
Content contentOf(const QString& path) {
  Database database(QStringLiteral("look"));
  REQUIRE(database.open(path, OpenMode::ReadOnly));
  Content content;
  QSqlQuery jobs = database.query();
  REQUIRE(jobs.exec(QStringLiteral("SELECT id FROM jobs")));
  while (jobs.next()) content.jobs.insert(jobs.value(0).toLongLong());
  QSqlQuery series = database.query();
  REQUIRE(series.exec(QStringLiteral("SELECT id, job_id, tag FROM series")));
  if (database.format() < newestFormat) {
    while (series.next()) {
      auto& points = content.series[{series.value(1).toLongLong(), series.value(2).toString()}];
      QSqlQuery rows = database.query();
      REQUIRE(rows.exec(QStringLiteral("SELECT step, wall_ms, value FROM points WHERE series_id = %1 ORDER BY step").arg(series.value(0).toLongLong())));
      while (rows.next()) points.push_back({rows.value(0).toLongLong(), rows.value(1).toLongLong(), restoredValue(rows.value(2))});
    }
    return content;
  }
  SeriesReader reader(database);
  while (series.next()) {
    const auto points = reader.points(series.value(0).toLongLong(), std::numeric_limits<qint64>::min(), std::numeric_limits<qint64>::max());
    REQUIRE(points);
    content.series[{series.value(1).toLongLong(), series.value(2).toString()}] = *points;
  }
  return content;
}

/// The program on a database whose disk fails, retrying as Storage does.
class Program {
 public:
  Program(const QString& dir, FaultyVfs& disk, Content content) : m_dir(dir), m_disk(disk), m_content(std::move(content)) {}
  ~Program() { close(); }

  void open() {
    bool isOpen = false;
    for (int tries = 0; tries < 4 && !isOpen; ++tries) {
      if (tries == 2) m_disk.heal();
      m_worker = std::make_unique<StorageWorker>(databaseIn(m_dir), OpenMode::ReadWrite);
      QObject::connect(m_worker.get(), &StorageWorker::opened, m_worker.get(), [&isOpen] { isOpen = true; });
      QObject::connect(m_worker.get(), &StorageWorker::openFailed, m_worker.get(), [this](const Error& error) { expectWords(error); });
      m_worker->open();
      crashOnce({m_content});
    }
    REQUIRE(isOpen);
    for (const QString& name : QSqlDatabase::connectionNames())
      if (name.startsWith(QLatin1String("write-"))) QSqlQuery(QSqlDatabase::database(name)).exec(QStringLiteral("PRAGMA wal_autocheckpoint = 30"));
  }
  void write(const WriteBatch& batch) {
    Content after = m_content;
    after.apply(batch);
    bool written = false;
    const auto told = QObject::connect(m_worker.get(), &StorageWorker::written, m_worker.get(), [&](quint64, const WrittenBatch& committed) {
      written = true;
      for (const JobSummaries& job : committed.summaries)
        for (const SeriesSummary& summary : job.series) expectSummary(after, job.job, summary);
    });
    const auto failed = QObject::connect(m_worker.get(), &StorageWorker::writeFailed, m_worker.get(), [this](quint64, const Error& error) { expectWords(error); });
    for (int tries = 0; tries < 4 && !written; ++tries) {
      if (tries == 2) m_disk.heal();
      m_worker->write(1, batch);
      if (written)
        crashOnce({after});
      else
        crashOnce({m_content, after});
    }
    QObject::disconnect(told);
    QObject::disconnect(failed);
    REQUIRE(written);
    m_content = std::move(after);
  }
  void close() {
    if (!m_worker) return;
    m_worker->close();
    m_worker.reset();
    crashOnce({m_content});
  }
  [[nodiscard]] const Content& content() const { return m_content; }
  /// Whether the disk failed, and what a crash then would have left was looked at.
  [[nodiscard]] bool hasCrashed() const { return m_crashed; }

 private:
  static void expectSummary(const Content& content, JobId job, const SeriesSummary& summary) {
    SeriesSummary expected;
    expected.tag = summary.tag;
    extend(expected, content.series.at({job.value, summary.tag}));
    REQUIRE(same(summary, expected));
  }
  static void expectWords(const Error& error) {
    INFO(error.message.toStdString() << " " << error.detail.toStdString());
    const bool fit = error.code == ErrorCode::StorageWrite || error.code == ErrorCode::StorageFull || error.code == ErrorCode::StorageOpen ||
                     error.code == ErrorCode::StorageRead;
    REQUIRE(fit);
  }
  /// After the failure: what would another program find if this one died now?
  void crashOnce(const std::vector<Content>& possible) {
    if (m_crashed || !m_disk.failed()) return;
    m_crashed = true;
    const QTemporaryDir copy;
    for (const char* ending : {"", "-wal", "-journal"}) {
      const QString file = databaseIn(m_dir) + QLatin1String(ending);
      if (QFile::exists(file)) REQUIRE(QFile::copy(file, databaseIn(copy.path()) + QLatin1String(ending)));
    }
    {
      StorageWorker heir(databaseIn(copy.path()), OpenMode::ReadWrite);
      std::optional<Error> failure;
      QObject::connect(&heir, &StorageWorker::openFailed, &heir, [&](const Error& error) { failure = error; });
      heir.open();
      INFO("after a crash: " << (failure ? (failure->message + failure->detail).toStdString() : std::string()));
      REQUIRE(!failure);
      heir.close();
    }
    expectContent(copy.path(), possible);
  }

 public:
  static void expectContent(const QString& dir, const std::vector<Content>& possible) {
    const Content found = contentOf(databaseIn(dir));
    REQUIRE(std::find(possible.begin(), possible.end(), found) != possible.end());
    const auto report = checkStore(databaseIn(dir));
    REQUIRE(report);
    REQUIRE(report->problems == QStringList());
  }

 private:
  QString m_dir;
  FaultyVfs& m_disk;
  Content m_content;
  std::unique_ptr<StorageWorker> m_worker;
  bool m_crashed = false;
};

/// Batches one after the other; at an empty one the program is closed and opened again.
using Script = std::vector<WriteBatch>;

double someValue(QRandomGenerator& random) {
  switch (random.bounded(40)) {
    case 0: return notANumber;
    case 1: return -0.0;
    case 2: return infinity;
    default: return double(float(random.generateDouble() - 0.3));
  }
}

std::vector<Point> between(qint64 from, qint64 to, QRandomGenerator& random) {
  std::vector<Point> points;
  for (qint64 step = from; step < to; ++step) points.push_back({step, 1'790'000'000'000 + step * 100 + random.bounded(40), someValue(random)});
  return points;
}

JobChange added(qint64 job) { return {1, someJob(job), false}; }
JobChange removed(qint64 job) { return {1, someJob(job), true}; }

/// Rows, sealed chunks, merged ones, restarts in chunks and rows, a removal with its vacuum.
Script wholeLife() {
  QRandomGenerator random(11);
  Script script;
  script.push_back({added(1), added(2), pointsOf(JobId{1}, tag, between(0, 10, random))});
  script.push_back({pointsOf(JobId{2}, tag, between(0, 6'000, random)), pointsOf(JobId{2}, otherTag, between(0, 40, random))});
  for (qint64 step = 10; step < 13; ++step)
    script.push_back({pointsOf(JobId{1}, tag, between(step, step + 1, random)), pointsOf(JobId{1}, otherTag, between(step, step + 2, random))});
  qint64 next = 13;
  for (int i = 0; i < 18; ++i, next += 260) script.push_back({pointsOf(JobId{1}, tag, between(next, next + 260, random))});
  for (const qint64 count : {100, 200, 90}) {
    script.push_back({pointsOf(JobId{1}, tag, between(next, next + count, random))});
    next += count;
  }
  script.push_back({});
  script.push_back({pointsOf(JobId{1}, tag, between(next - 30, next + 10, random))});  // a restart among the rows
  script.push_back({pointsOf(JobId{1}, tag, between(next, next + 13'000, random))});   // fills a chunk
  script.push_back({pointsOf(JobId{1}, tag, between(9'000, 9'050, random)), pointsOf(JobId{1}, otherTag, between(5, 300, random))});  // cuts it
  script.push_back({pointsOf(JobId{1}, tag, between(9'049, 9'051, random)), removed(2)});
  script.push_back({added(3), pointsOf(JobId{3}, tag, between(0, 300, random)), pointsOf(JobId{2}, tag, between(0, 5, random))});
  script.push_back({});
  script.push_back({pointsOf(JobId{3}, tag, between(100, 700, random))});
  return script;
}

Script afterMigration() {
  QRandomGenerator random(12);
  return {{pointsOf(JobId{1}, tag, between(3'000, 3'010, random))},
          {pointsOf(JobId{1}, tag, between(1'500, 1'800, random)), added(3)},
          {},
          {pointsOf(JobId{3}, tag, between(0, 300, random)), removed(2)}};
}

/// Version 2 as it was, with a series long enough to be sealed.
QByteArray longVersion2() {
  const QTemporaryDir dir;
  const QString path = databaseIn(dir.path());
  REQUIRE(QFile::copy(QStringLiteral(TEST_DATA_DIR "/databases/v2.db"), path));
  REQUIRE(QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner));
  {
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("old"));
    database.setDatabaseName(path);
    REQUIRE(database.open());
    for (const char* statement :
         {"BEGIN", "DELETE FROM points WHERE series_id = 1",
          "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2999) "
          "INSERT INTO points SELECT 1, i, 1790000000000 + i * 100, (i * 7919 % 1000) / 1000.0 FROM n",
          "UPDATE series SET count = 3000, nan_count = 0, last_step = 2999, last_ms = 1790000299900, last = (2999 * 7919 % 1000) / 1000.0, "
          "min_step = 0, min_ms = 1790000000000, min = 0.0, max_step = 321, max_ms = 1790000032100, max = 0.999 WHERE id = 1",
          "COMMIT"}) {
      QSqlQuery query(database);
      const bool done = query.exec(QString::fromLatin1(statement));
      INFO(query.lastError().text().toStdString());
      REQUIRE(done);
    }
    database.close();
  }
  QSqlDatabase::removeDatabase(QStringLiteral("old"));
  QFile file(path);
  REQUIRE(file.open(QIODevice::ReadOnly));
  return file.readAll();
}

/// Nothing of what the scripts are for was left out: there are chunks, and no space that a vacuum should have given back.
void expectAllReached(const QString& path) {
  Database database(QStringLiteral("look"));
  REQUIRE(database.open(path, OpenMode::ReadOnly));
  CHECK(database.number(QStringLiteral("SELECT count(*) FROM chunks")).value_or(0) > 1);
  const bool shrinks = database.number(QStringLiteral("PRAGMA auto_vacuum")) == qint64(2);
  if (shrinks) CHECK(database.number(QStringLiteral("PRAGMA freelist_count")) == qint64(0));
}

/// How often it touched the disk.
int runScript(const QByteArray& before, const Script& script, int n, FaultyVfs::Kind kind) {
  const QTemporaryDir dir;
  Content content;
  if (!before.isEmpty()) {
    write(databaseIn(dir.path()), before);
    content = contentOf(databaseIn(dir.path()));
  }
  FaultyVfs disk(databaseIn(dir.path()));
  Program program(dir.path(), disk, content);
  disk.failAt(n, kind);
  program.open();
  for (const WriteBatch& batch : script) {
    if (!batch.empty()) {
      program.write(batch);
      continue;
    }
    program.close();
    program.open();
  }
  program.close();
  const int count = disk.count();
  disk.heal();
  REQUIRE(program.hasCrashed() == (n > 0));
  Program::expectContent(dir.path(), {program.content()});
  if (n == 0) expectAllReached(databaseIn(dir.path()));
  return count;
}

void failEverywhere(const QByteArray& before, const Script& script) {
  const ExpectMessage warning(QStringLiteral("^(The database could not be (written|read)\\.|The disk is full)"));
  const int count = runScript(before, script, 0, FaultyVfs::Kind::Io);
  REQUIRE(count > 100);
  const bool all = qEnvironmentVariableIsSet("TRAINYARD_ALL_FAULTS");
  constexpr FaultyVfs::Kind kinds[] = {FaultyVfs::Kind::Io, FaultyVfs::Kind::Full, FaultyVfs::Kind::StaysFull};
  for (int n = 1; n <= count; n += all ? 1 : 7)
    for (int kind = 0; kind < 3; ++kind) {
      if (!all && kind != n % 3) continue;
      INFO("failure " << n << " of " << count << ", kind " << kind);
      runScript(before, script, n, kinds[kind]);
    }
}

}  // namespace

TEST_CASE("whichever write of a life fails, nothing acknowledged is lost and nothing is doubled", "[storage][faults]") { failEverywhere({}, wholeLife()); }

TEST_CASE("whichever write of a migration fails, it is whole afterwards", "[storage][faults]") { failEverywhere(longVersion2(), afterMigration()); }
