// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/sqlite_rows.h"

#ifndef HAVE_SQLITE

namespace trainyard {

bool SqliteRows::isThere() { return false; }
double SqliteRows::insert(const QString&, int, qint64, const MadePoints&) { return 0.0; }
std::vector<double> SqliteRows::commits(const QString&, int, qint64, const MadePoints&) { return {}; }
double SqliteRows::scan(const QString&, qint64) { return 0.0; }

}  // namespace trainyard

#else

#include <sqlite3.h>

#include <QElapsedTimer>
#include <QFile>
#include <algorithm>
#include <limits>

#include "core/metrics/pixel_columns.h"

namespace trainyard {
namespace {

class Rows {
 public:
  explicit Rows(const QString& path) {
    check(sqlite3_open(QFile::encodeName(path).constData(), &m_database));
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = NORMAL");
  }
  ~Rows() {
    sqlite3_finalize(m_insert);
    check(sqlite3_close(m_database));
  }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  void create() {
    run("CREATE TABLE points (series_id INTEGER, step INTEGER, wall_ms INTEGER, value REAL)");
    check(sqlite3_prepare_v2(m_database, "INSERT INTO points VALUES (?, ?, ?, ?)", -1, &m_insert, nullptr));
  }
  void run(const char* sql) { check(sqlite3_exec(m_database, sql, nullptr, nullptr, nullptr)); }
  void insert(int series, const Point& point) {
    sqlite3_bind_int(m_insert, 1, series);
    sqlite3_bind_int64(m_insert, 2, point.step);
    sqlite3_bind_int64(m_insert, 3, point.wallMs);
    sqlite3_bind_double(m_insert, 4, point.value);
    if (sqlite3_step(m_insert) != SQLITE_DONE) check(SQLITE_ERROR);
    sqlite3_reset(m_insert);
  }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(m_database, sql, -1, &statement, nullptr));
    return statement;
  }

 private:
  void check(int code) const {
    if (code != SQLITE_OK) qFatal("SQLite: %s", sqlite3_errmsg(m_database));
  }
  sqlite3* m_database = nullptr;
  sqlite3_stmt* m_insert = nullptr;
};

}  // namespace

bool SqliteRows::isThere() { return true; }

double SqliteRows::insert(const QString& path, int series, qint64 count, const MadePoints& made) {
  Rows rows(path);
  rows.create();
  QElapsedTimer timer;
  timer.start();
  for (qint64 i = 0; i < count;) {
    rows.run("BEGIN IMMEDIATE");
    for (qint64 end = std::min(count, i + rowsATransaction); i < end; ++i) rows.insert(int(i % series), made.at(int(i % series), i / series));
    rows.run("COMMIT");
  }
  return double(timer.nsecsElapsed()) * 1e-9;
}

std::vector<double> SqliteRows::commits(const QString& path, int transactions, qint64 rows, const MadePoints& made) {
  Rows table(path);
  table.create();
  std::vector<double> ms;
  QElapsedTimer timer;
  for (int i = 0; i < transactions; ++i) {
    timer.start();
    table.run("BEGIN IMMEDIATE");
    for (qint64 row = 0; row < rows; ++row) table.insert(int(row), made.at(int(row), i));
    table.run("COMMIT");
    ms.push_back(double(timer.nsecsElapsed()) * 1e-6);
  }
  return ms;
}

double SqliteRows::scan(const QString& path, qint64 steps) {
  Rows rows(path);
  const PixelColumns columns{0.0, double(steps), 1'200};
  std::vector<double> least(size_t(columns.count), std::numeric_limits<double>::infinity());
  std::vector<double> greatest(size_t(columns.count), -std::numeric_limits<double>::infinity());
  QElapsedTimer timer;
  timer.start();
  sqlite3_stmt* all = rows.prepare("SELECT step, value FROM points");
  while (sqlite3_step(all) == SQLITE_ROW) {
    const auto column = size_t(columns.columnOf(double(sqlite3_column_int64(all, 0))));
    const double value = sqlite3_column_double(all, 1);
    least[column] = std::min(least[column], value);
    greatest[column] = std::max(greatest[column], value);
  }
  sqlite3_finalize(all);
  return double(timer.nsecsElapsed()) * 1e-9;
}

}  // namespace trainyard

#endif
