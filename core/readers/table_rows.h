// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/readers/cell.h"
#include "core/readers/delimited.h"
#include "core/readers/series_set.h"

namespace trainyard {

/// The rows of a table to points: which column is the step, which are series.
class TableRows {
 public:
  /// Takes names from a header row. Columns of the same name are one series.
  void setHeader(const DelimitedReader::Row& row);
  [[nodiscard]] bool hasHeader() const { return !m_columns.empty(); }
  /// Whether a row is a header again, as programs write that append to a file: its step is the step's name.
  [[nodiscard]] bool isHeader(const DelimitedReader::Row& row) const;
  /// The column of the step; -1 when rows count.
  [[nodiscard]] int stepColumn() const { return m_step; }
  /// `wallMs` is of rows that tell no time. `rowNumber` is the step of a row that tells none.
  void take(const DelimitedReader::Row& row, qint64 rowNumber, qint64 wallMs, SeriesSet& series);
  [[nodiscard]] RowCount& count() { return m_count; }
  [[nodiscard]] const RowCount& count() const { return m_count; }
  /// Cells that were words.
  [[nodiscard]] qint64 words() const { return m_words; }

 private:
  struct Column {
    QByteArray name;
    int series = unknown;  ///< made by its first number
  };
  static constexpr int unknown = -2;
  [[nodiscard]] qint64 stepOf(const DelimitedReader::Row& row, qint64 rowNumber, const SeriesSet& series);
  [[nodiscard]] std::optional<double> number(const DelimitedReader::Row& row, int column) const;

  std::vector<Column> m_columns;
  int m_step = -1;
  int m_epoch = -1;
  int m_time = -1;
  RowCount m_count;
  qint64 m_words = 0;
};

}  // namespace trainyard
