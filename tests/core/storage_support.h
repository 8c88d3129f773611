// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the storage share: a storage with all that it told, and ways to spoil its file.
#pragma once

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <optional>

#include "core/storage/database.h"
#include "core/storage/storage.h"
#include "tests/support/catch_qstring.h"
#include "tests/support/fakes.h"

namespace trainyard::test {

inline constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// A storage on a directory, with what it told.
struct Disk {
  explicit Disk(const QString& dir, OpenMode mode = OpenMode::ReadWrite, bool wait = true) : storage(dir, mode) {
    QObject::connect(&storage, &Storage::opened, &storage, [this](const OpenedStore& store) { opened = store; });
    QObject::connect(&storage, &Storage::openFailed, &storage, [this](const Error& error) { failure = error; });
    QObject::connect(&storage, &JobStore::committed, &storage, [this](const CommittedBatch& batch) { note(batch); });
    QObject::connect(&storage, &JobStore::refused, &storage,
                     [this](quint64 ticket, const Error& error) { refused[ticket] = error; });
    QObject::connect(&storage, &JobStore::troubled, &storage, [this] { ++troubles; });
    QObject::connect(&storage, &JobStore::recovered, &storage, [this] { ++recoveries; });
    QObject::connect(&storage.reader(), &MetricReader::loaded, &storage,
                     [this](quint64 request, const JobPoints& points) { loaded.emplace(request, points); });
    QObject::connect(&storage.reader(), &MetricReader::loadFailed, &storage,
                     [this](quint64 request, const Error& error) { loadFailures.emplace(request, error); });
    storage.open();
    if (wait) REQUIRE(QTest::qWaitFor([this] { return opened || failure; }));
  }
  void note(const CommittedBatch& batch) {
    for (const JobChange& change : batch.changes) tickets << change.ticket;
    for (const JobSummaries& one : batch.summaries)
      for (const SeriesSummary& summary : one.series) summaries[{one.job, summary.tag}] = summary;
    ++batches;
  }
  /// Waits until the change, and with it all that was given before, is on the disk.
  void waitFor(quint64 ticket) { REQUIRE(QTest::qWaitFor([&] { return tickets.contains(ticket); }, 20'000)); }
  void waitForRefusal(quint64 ticket) { REQUIRE(QTest::qWaitFor([&] { return refused.contains(ticket); }, 20'000)); }
  JobPoints history(const SeriesQuery& query) {
    const quint64 request = storage.reader().request(query);
    REQUIRE(QTest::qWaitFor([&] { return loaded.count(request) == 1; }, 20'000));
    return loaded.extract(request).mapped();
  }
  std::vector<Point> points(JobId job, const QString& tag) {
    const JobPoints read = history({.job = job, .tags = {tag}});
    REQUIRE(read.series.size() == 1);
    return read.series[0].points;
  }

  std::optional<OpenedStore> opened;
  std::optional<Error> failure;
  std::multimap<quint64, JobPoints> loaded;
  std::multimap<quint64, Error> loadFailures;
  QList<quint64> tickets;
  std::map<std::pair<JobId, QString>, SeriesSummary> summaries;
  std::map<quint64, Error> refused;
  int batches = 0;
  int troubles = 0;
  int recoveries = 0;
  Storage storage;  ///< last, for it still tells while it is destroyed
};

inline Job someJob(qint64 id) {
  Job job;
  job.id = JobId{id};
  job.settings = simulatedSettings(QStringLiteral("Übung · 学習 %1").arg(id));
  job.createdMs = 1'790'000'000'000;
  job.progress.totalSteps = 3000;
  return job;
}

inline JobPoints pointsOf(JobId job, const QString& tag, std::vector<Point> points) {
  const qint64 last = points.empty() ? 0 : points.back().step;
  return {job, {{tag, std::move(points)}}, {last, 3000, double(last) / 100.0}};
}

inline QString databaseIn(const QString& dir) { return dir + QStringLiteral("/trainyard.db"); }

inline QByteArray hashOf(const QString& path) {
  QFile file(path);
  REQUIRE(file.open(QIODevice::ReadOnly));
  return QCryptographicHash::hash(file.readAll(), QCryptographicHash::Sha256);
}

inline void write(const QString& path, const QByteArray& bytes) {
  QFile file(path);
  REQUIRE(file.open(QIODevice::WriteOnly));
  REQUIRE(file.write(bytes) == bytes.size());
}

/// What a crash at this moment would leave, given that the WAL is not written back meanwhile.
inline void copyDatabase(const QString& from, const QString& to) {
  for (const QLatin1String ending : {QLatin1String(""), QLatin1String("-wal")})
    REQUIRE(QFile::copy(databaseIn(from) + ending, databaseIn(to) + ending));
}

/// Runs SQL on the file through a connection of the test's own.
inline void sql(const QString& dir, const QStringList& statements) {
  Database database(QStringLiteral("test"));
  REQUIRE(database.open(databaseIn(dir), OpenMode::ReadWrite));
  for (const QString& statement : statements) REQUIRE(database.run(statement));
}

/// From now on no point with a step of `fromStep` or more can be written.
inline void breakPoints(const QString& dir, qint64 fromStep = 0) {
  sql(dir, {QStringLiteral("CREATE TRIGGER broken BEFORE INSERT ON points WHEN NEW.step >= %1 "
                           "BEGIN SELECT raise(FAIL, 'injected'); END").arg(fromStep),
            QStringLiteral("CREATE TRIGGER broken_chunk BEFORE INSERT ON chunks WHEN NEW.last_step >= %1 "
                           "BEGIN SELECT raise(FAIL, 'injected'); END").arg(fromStep)});
}

/// From now on no job can be added or changed.
inline void breakJobs(const QString& dir) {
  sql(dir, {QStringLiteral("CREATE TRIGGER broken BEFORE INSERT ON jobs BEGIN SELECT raise(FAIL, 'injected'); END")});
}

inline void mend(const QString& dir) {
  sql(dir, {QStringLiteral("DROP TRIGGER broken"), QStringLiteral("DROP TRIGGER IF EXISTS broken_chunk")});
}

inline bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }
inline bool same(const Point& a, const Point& b) {
  return a.step == b.step && a.wallMs == b.wallMs && same(a.value, b.value);
}
inline bool same(const std::vector<Point>& a, const std::vector<Point>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Point& x, const Point& y) { return same(x, y); });
}
inline bool same(const SeriesSummary& a, const SeriesSummary& b) {
  return a.tag == b.tag && a.count == b.count && a.nanCount == b.nanCount && same(a.last, b.last) && same(a.min, b.min) &&
         same(a.max, b.max);
}

}  // namespace trainyard::test
