// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "tests/bench/made_points.h"

namespace trainyard {

/// The peer: one row a point through SQLite's C API, in WAL mode with synchronous = NORMAL.
struct SqliteRows {
  static constexpr qint64 rowsATransaction = 10'000;

  /// Whether the bench was built with SQLite's headers.
  [[nodiscard]] static bool isThere();
  /// Seconds to insert and commit `count` rows of `series` series into a new database.
  [[nodiscard]] static double insert(const QString& path, int series, qint64 count, const MadePoints& made);
  /// Milliseconds of each of `transactions` commits of `rows` rows into a new database.
  [[nodiscard]] static std::vector<double> commits(const QString& path, int transactions, qint64 rows, const MadePoints& made);
  /// Seconds to read all rows and keep the least and the greatest value of each of 1200 columns over the steps.
  [[nodiscard]] static double scan(const QString& path, qint64 steps);
};

}  // namespace trainyard
