// SPDX-License-Identifier: GPL-3.0-or-later
// Databases that other programs write: MLflow's and Trackio's.
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>

#include "core/readers/mlflow_database_source.h"
#include "core/readers/sqlite_file.h"
#include "core/readers/trackio_source.h"
#include "tests/core/table_runs.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

/// A program that has a database open and writes into it.
class Writer {
 public:
  explicit Writer(const QString& path) {
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
    database.setDatabaseName(path);
    REQUIRE(database.open());
  }
  ~Writer() {
    QSqlDatabase::database(m_name).close();
    QSqlDatabase::removeDatabase(m_name);
  }
  void run(const QString& script) const {
    for (const QString& sql : script.split(u';', Qt::SkipEmptyParts)) {
      if (sql.trimmed().isEmpty()) continue;
      QSqlQuery query(QSqlDatabase::database(m_name));
      INFO(sql.toStdString());
      const bool done = query.exec(sql);
      INFO(query.lastError().text().toStdString());
      REQUIRE(done);
    }
  }

 private:
  static inline int s_count = 0;
  QString m_name = QStringLiteral("writer-%1").arg(++s_count);
};

/// The tables as MLflow 2 makes them (its migrations, in short), with two runs, one of them deleted.
const char* const mlflowTables = R"(
CREATE TABLE experiments (experiment_id INTEGER NOT NULL, name VARCHAR(256) NOT NULL, artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32),
  creation_time BIGINT, last_update_time BIGINT, CONSTRAINT experiment_pk PRIMARY KEY (experiment_id), UNIQUE (name));
CREATE TABLE runs (run_uuid VARCHAR(32) NOT NULL, name VARCHAR(250), source_type VARCHAR(20), source_name VARCHAR(500), entry_point_name VARCHAR(50),
  user_id VARCHAR(256), status VARCHAR(9), start_time BIGINT, end_time BIGINT, deleted_time BIGINT, source_version VARCHAR(50), lifecycle_stage VARCHAR(20),
  artifact_uri VARCHAR(200), experiment_id INTEGER, CONSTRAINT run_pk PRIMARY KEY (run_uuid), FOREIGN KEY(experiment_id) REFERENCES experiments (experiment_id));
CREATE TABLE metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL, run_uuid VARCHAR(32) NOT NULL, step BIGINT DEFAULT '0' NOT NULL,
  is_nan BOOLEAN DEFAULT '0' NOT NULL, CONSTRAINT metric_pk PRIMARY KEY (key, timestamp, step, run_uuid, value, is_nan), FOREIGN KEY(run_uuid) REFERENCES runs (run_uuid));
CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
CREATE TABLE params (key VARCHAR(250) NOT NULL, value VARCHAR(8000) NOT NULL, run_uuid VARCHAR(32) NOT NULL, CONSTRAINT param_pk PRIMARY KEY (key, run_uuid));
CREATE TABLE tags (key VARCHAR(250) NOT NULL, value VARCHAR(8000), run_uuid VARCHAR(32) NOT NULL, CONSTRAINT tag_pk PRIMARY KEY (key, run_uuid));
INSERT INTO experiments VALUES (1, 'digits', 'x', 'active', 1, 1), (2, 'gone', 'x', 'deleted', 1, 1);
INSERT INTO runs VALUES ('aa11', 'fox', 'LOCAL', '', '', 'anna', 'RUNNING', 1700000000000, NULL, NULL, '', 'active', 'x', 1),
  ('bb22', 'owl', 'LOCAL', '', '', 'anna', 'FINISHED', 1700000000000, 1700000005000, NULL, '', 'deleted', 'x', 1),
  ('cc33', 'elk', 'LOCAL', '', '', 'anna', 'KILLED', 1700000001000, 1700000005000, NULL, '', 'active', 'x', 1),
  ('dd44', 'ant', 'LOCAL', '', '', 'anna', 'KILLED', 1700000001000, 1700000005000, NULL, '', 'active', 'x', 2);
INSERT INTO metrics VALUES ('train/loss', 2.5, 1700000000100, 'aa11', 0, 0), ('acc', 0.5, 1700000000100, 'aa11', 0, 0),
  ('acc', 0.25, 1700000000100, 'cc33', 0, 0), ('train/loss', 0.0, 1700000000200, 'aa11', 1, 1),
  ('train/loss', 1.7976931348623157e308, 1700000000300, 'aa11', 2, 0), ('train/loss', 1.5, 1700000000400, 'aa11', 2, 0), ('train/loss', 1.25, 1700000000500, 'aa11', 1, 0);
INSERT INTO params VALUES ('learning_rate', '0.5', 'aa11'), ('epochs', '3', 'aa11'), ('x', '1', 'cc33');
INSERT INTO tags VALUES ('mlflow.user', 'anna', 'aa11'), ('team', 'vision', 'aa11');
)";

/// As Trackio 0.2x makes them.
const char* const trackioTables = R"(
PRAGMA journal_mode = WAL;
CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, timestamp TEXT NOT NULL, run_name TEXT NOT NULL, step INTEGER NOT NULL,
  metrics TEXT NOT NULL, log_id TEXT, space_id TEXT);
CREATE INDEX idx_metrics_run_step ON metrics(run_id, step);
CREATE INDEX idx_metrics_run_record ON metrics(run_id, run_name, timestamp);
CREATE TABLE configs (id INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL UNIQUE, run_name TEXT NOT NULL, config TEXT NOT NULL, created_at TEXT NOT NULL);
INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES
  ('r1', '2025-08-14T12:00:00.250000+00:00', 'calm-fox', 0, '{"loss": 2.5, "eval": {"acc": 0.5}, "table": {"_type": "trackio.table"}}'),
  ('r2', '2025-08-14T12:00:01+00:00', 'calm-fox', 0, '{"loss": 9}'),
  ('r1', '2025-08-14T12:00:02+00:00', 'calm-fox', 1, '{"loss": "NaN", "eval": {"acc": "Infinity"}}'),
  ('old', '2025-08-14T12:00:02+00:00', 'old', 0, '{"loss": 4}'),
  ('r1', '2025-08-14T12:00:03+00:00', 'calm-fox', 2, '{"loss": 1.');
INSERT INTO configs (run_id, run_name, config, created_at) VALUES ('r1', 'calm-fox', '{"_Username": "anna", "lr": 0.001, "optim": {"name": "adam"}, "batch_size": 16}', 'x');
)";

/// A database that was made by a script.
struct Made {
  QTemporaryDir dir;
  QString path = dir.path() + QStringLiteral("/mlflow.db");
  explicit Made(const char* script) { Writer(path).run(QLatin1String(script)); }
  [[nodiscard]] FoundRun mlflow(const QString& run = QStringLiteral("aa11")) const { return {RunFormat::MlflowDatabase, path, run}; }
  [[nodiscard]] FoundRun trackio(const QString& run) const { return {RunFormat::Trackio, path, run}; }
};

QStringList namesOf(const Claim& claim) {
  QStringList names;
  for (const FoundRun& run : claim.runs) names << run.run + u' ' + run.name;
  return names;
}

}  // namespace

TEST_CASE("the runs of MLflow's database, and what they tell", "[readers][database]") {
  const Made made(mlflowTables);
  const Claim claim = findMlflowDatabase(listed(made.dir.path()));
  CHECK(namesOf(claim) == QStringList{"aa11 digits/fox", "cc33 digits/elk"});
  CHECK(claim.taken == QSet<QString>{"mlflow.db"});
  CHECK(findTrackio(listed(made.dir.path())).runs.empty());

  auto source = opened(openMlflowDatabase(made.mlflow(), {}));
  Series raw;
  readOn(*source, raw, nullptr, addRaw);
  CHECK(textOf(raw) == QStringList{"acc: 0=0.5", "train/loss: 0=2.5 1=nan 2=inf 2=1.5 1=1.25"});
  CHECK(raw["acc"][0].wallMs == 1'700'000'000'100);
  const RunFacts facts = source->facts();
  CHECK(facts.name == "digits/fox");
  CHECK(facts.learningRate == 0.5);
  CHECK(facts.epochs == 3);
  CHECK(facts.parameters == QList<KeyValue>{{"epochs", "3"}, {"learning_rate", "0.5"}, {"tags/team", "vision"}});
  CHECK_FALSE(facts.ending);
  auto killed = opened(openMlflowDatabase(made.mlflow("cc33"), {}));
  Series other;
  readOn(*killed, other);
  REQUIRE(killed->facts().ending);
  CHECK(killed->facts().ending->kind == EndKind::StoppedByUser);
  CHECK(killed->facts().ending->atMs == 1'700'000'005'000);
}

TEST_CASE("a run of MLflow's database has changed when its newest metric was logged", "[readers][database]") {
  const Made made(mlflowTables);
  const auto changedOf = [&made](size_t run) { return findMlflowDatabase(listed(made.dir.path())).runs.at(run).changedMs; };
  CHECK(changedOf(0) == 1'700'000'000'000);
  CHECK(changedOf(1) == 1'700'000'005'000);
  Writer(made.path).run(QStringLiteral("CREATE TABLE latest_metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT, step BIGINT NOT NULL, "
                                       "is_nan BOOLEAN NOT NULL, run_uuid VARCHAR(32) NOT NULL, CONSTRAINT latest_metric_pk PRIMARY KEY (key, run_uuid));"
                                       "INSERT INTO latest_metrics VALUES ('acc', 1, 1700000009000, 3, 0, 'aa11'), ('loss', 1, 1700000008000, 3, 0, 'aa11'), "
                                       "('acc', 1, 1700000001000, 3, 0, 'cc33')"));
  CHECK(changedOf(0) == 1'700'000'009'000);
  CHECK(changedOf(1) == 1'700'000'005'000);
  Writer(made.path).run(QStringLiteral("UPDATE latest_metrics SET timestamp = 9000000000000"));
  CHECK(changedOf(0) == 1'700'000'000'000);  // another machine's clock is ahead
}

TEST_CASE("of MLflow's database only what is new is read, also by a reader that begins anew", "[readers][database]") {
  const Made made(mlflowTables);
  const Writer writer(made.path);
  const QString mode = GENERATE(QStringLiteral("DELETE"), QStringLiteral("WAL"));
  writer.run("PRAGMA journal_mode = " + mode);
  auto source = opened(openMlflowDatabase(made.mlflow(), {}));
  Series all;
  QByteArray resume;
  readOn(*source, all, &resume);
  CHECK(source->read(someDay).points.series.empty());
  writer.run("INSERT INTO metrics VALUES ('acc', 0.75, 1700000000600, 'aa11', 1, 0), ('acc', 1, 1700000000600, 'cc33', 1, 0);"
             "UPDATE runs SET status = 'FAILED', end_time = 1700000009000 WHERE run_uuid = 'aa11'");
  const auto resumed = opened(openMlflowDatabase(made.mlflow(), resume));
  for (RunSource* one : {source.get(), resumed.get()}) {
    Series news;
    readOn(*one, news, nullptr, addRaw);
    CHECK(textOf(news) == QStringList{"acc: 1=0.75"});
    CHECK(one->facts().endedMs == 1'700'000'009'000);
    CHECK(one->facts().ending.has_value());
    CHECK(one->takeNotice().isEmpty());
  }
}

TEST_CASE("a database whose rows were numbered anew is read from its begin", "[readers][database]") {
  const Made made(mlflowTables);
  auto source = opened(openMlflowDatabase(made.mlflow(), {}));
  Series all;
  readOn(*source, all);
  Writer(made.path).run("CREATE TABLE kept AS SELECT * FROM metrics WHERE rowid NOT IN (1, 3); DELETE FROM metrics; INSERT INTO metrics SELECT * FROM kept; DROP TABLE kept");
  Series anew;
  readOn(*source, anew, nullptr, addRaw);
  CHECK(textOf(anew) == QStringList{"acc: 0=0.5", "train/loss: 1=nan 2=inf 2=1.5 1=1.25"});
  CHECK(source->takeNotice().contains("mlflow.db"));
}

TEST_CASE("more rows than are read at once", "[readers][database]") {
  const Made made(mlflowTables);
  Writer(made.path).run("INSERT INTO metrics WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 60009) "
                        "SELECT 'many', i, 1700000000000 + i, 'aa11', i, 0 FROM n");
  auto source = opened(openMlflowDatabase(made.mlflow(), {}));
  const RunSource::Part first = source->read(someDay);
  CHECK(first.more);
  Series all;
  add(all, first.points);
  readOn(*source, all);
  CHECK(all["many"].size() == 60'000);
  CHECK(all["many"].back().value == 60'009);
}

TEST_CASE("Trackio's database: runs that have one name are two", "[readers][database]") {
  const Made made(trackioTables);
  const Claim claim = findTrackio(listed(made.dir.path()));
  CHECK(namesOf(claim) == QStringList{"r1 mlflow/calm-fox", "r2 mlflow/calm-fox", "old mlflow/old"});
  CHECK(findMlflowDatabase(listed(made.dir.path())).taken.isEmpty());
  auto source = opened(openTrackio(made.trackio("r1"), {}));
  Series raw;
  QByteArray resume;
  readOn(*source, raw, &resume, addRaw);
  CHECK(textOf(raw["eval/acc"]) == "0=0.5 1=inf");
  CHECK(textOf(raw["loss"]) == "0=2.5 1=nan");
  CHECK(raw["loss"][0].wallMs == 1'755'172'800'250);
  const auto problems = source->takeProblems();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].why == "Row 5 is no whole JSON object.");
  const RunFacts facts = source->facts();
  CHECK(facts.learningRate == 0.001);
  CHECK(facts.batchSize == 16);
  CHECK(facts.parameters == QList<KeyValue>{{"lr", "0.001"}, {"optim/name", "adam"}, {"batch_size", "16"}});
  CHECK(source->skipped() == SkippedCounts{{"text", 1}});

  const Writer writer(made.path);
  writer.run("INSERT INTO metrics (run_id, timestamp, run_name, step, metrics) VALUES ('r1', '2025-08-14T12:00:04+00:00', 'calm-fox', 3, '{\"loss\": 0.5}')");
  const auto resumed = opened(openTrackio(made.trackio("r1"), resume));
  for (RunSource* one : {source.get(), resumed.get()}) {
    Series news;
    readOn(*one, news, nullptr, addRaw);
    CHECK(textOf(news) == QStringList{"loss: 3=0.5"});
  }
}

TEST_CASE("an old database of Trackio, whose runs have names only", "[readers][database]") {
  const Made made("CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL, run_name TEXT NOT NULL, step INTEGER, metrics TEXT NOT NULL);"
                  "INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES ('2025-08-14T12:00:02', 'old', 3, '{\"loss\": 4}'), ('2025-08-14T12:00:02', 'new', 0, '{\"loss\": 5}'),"
                  "('2025-08-14T12:00:02', 'old', NULL, '{\"loss\": -Infinity}')");
  CHECK(namesOf(findTrackio(listed(made.dir.path()))) == QStringList{"old mlflow/old", "new mlflow/new"});
  auto source = opened(openTrackio(made.trackio("old"), {}));
  Series raw;
  readOn(*source, raw, nullptr, addRaw);
  CHECK(textOf(raw) == QStringList{"loss: 3=4 4=-inf"});
  CHECK(source->facts().parameters.isEmpty());
  CHECK(source->takeProblems().empty());
}

TEST_CASE("wrong databases: one sentence each, and no view is asked", "[readers][database]") {
  const Made view("CREATE TABLE runs (lifecycle_stage, run_uuid); CREATE TABLE experiments (experiment_id);"
                  "CREATE VIEW metrics AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS run_uuid, 0 AS is_nan FROM n");
  CHECK(findMlflowDatabase(listed(view.dir.path())).runs.empty());

  const QTemporaryDir dir;
  const QString path = dir.path() + "/x.db";
  put(path, "");
  CHECK(findMlflowDatabase(listed(dir.path())).taken.isEmpty());
  put(path, QByteArray(8'192, '\0'));
  CHECK(findMlflowDatabase(listed(dir.path())).problems.empty());
  put(path, "SQLite format 3" + QByteArray(10'000, '\x7f'));
  CHECK(findMlflowDatabase(listed(dir.path())).runs.empty());
  REQUIRE_FALSE(openMlflowDatabase({RunFormat::MlflowDatabase, dir.path() + "/none.db", "a"}, {}));

  const Made made(mlflowTables);
  QFile file(made.path);
  REQUIRE(file.open(QIODevice::ReadWrite));
  const QByteArray bytes = file.readAll();
  file.close();
  auto source = opened(openMlflowDatabase(made.mlflow(), {}));
  Series all;
  readOn(*source, all);
  put(made.path, bytes.first(4'096) + QByteArray(bytes.size() - 4'096, '\x55'));
  (void)source->read(someDay);
  const auto problems = source->takeProblems();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].why == made.path + " is a damaged database.");
  (void)source->read(someDay);
  CHECK(source->takeProblems().empty());  // it is tried again, but told once
}

TEST_CASE("a damaged page in the middle of a database is told, not taken for the end of its rows", "[readers][database]") {
  const Made made(mlflowTables);
  QStringList rows;
  for (int step = 10; step < 4'000; ++step) rows << QStringLiteral("('deep', 1.5, 1700000000600, 'aa11', %1, 0)").arg(step);
  Writer(made.path).run(QStringLiteral("INSERT INTO metrics VALUES ") + rows.join(u','));
  QFile file(made.path);
  REQUIRE(file.open(QIODevice::ReadWrite));
  constexpr qint64 page = 4'096;
  const qint64 pages = file.size() / page;
  REQUIRE(pages > 60);
  for (qint64 at = pages / 3; at < pages * 2 / 3; ++at) {
    REQUIRE(file.seek(at * page));
    REQUIRE(file.write(QByteArray(page, '\x55')) == page);
  }
  file.close();
  auto source = opened(openMlflowDatabase(made.mlflow(), {}));
  (void)source->read(someDay);
  const auto problems = source->takeProblems();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].why == made.path + " is a damaged database.");
  CHECK_FALSE(source->facts().ending);
}

TEST_CASE("a database that is locked is tried again", "[readers][database]") {
  const Made made(mlflowTables);
  const Writer writer(made.path);
  writer.run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  auto source = opened(openMlflowDatabase(made.mlflow(), {}));
  (void)source->read(someDay);
  const auto problems = source->takeProblems();
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].why.contains("locked by another program"));
  writer.run("PRAGMA locking_mode = NORMAL; COMMIT; SELECT count(*) FROM runs");
  Series all;
  readOn(*source, all);
  CHECK(all.size() == 2);
}
