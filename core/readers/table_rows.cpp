// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/table_rows.h"

#include "core/readers/cell.h"

namespace trainyard {

void TableRows::setHeader(const DelimitedReader::Row& row) {
  m_columns.clear();
  m_step = m_epoch = m_time = -1;
  int best = -1;
  for (size_t i = 0; i < row.size(); ++i) {
    const QByteArrayView name = row[i];
    const int rank = stepRank(name);
    if (rank >= 0 && (m_step < 0 || rank < best)) {
      m_step = int(i);
      best = rank;
    }
    if (rank == epochRank && m_epoch < 0) m_epoch = int(i);
    if (m_time < 0 && isTimeName(name)) m_time = int(i);
    m_columns.push_back({name.toByteArray()});
  }
}

bool TableRows::isHeader(const DelimitedReader::Row& row) const {
  const size_t step = size_t(std::max(0, m_step));
  return step < row.size() && step < m_columns.size() && row[step] == m_columns[step].name && !numberIn(row[step]);
}

std::optional<double> TableRows::number(const DelimitedReader::Row& row, int column) const {
  return column >= 0 && size_t(column) < row.size() ? numberIn(row[size_t(column)]) : std::nullopt;
}

qint64 TableRows::stepOf(const DelimitedReader::Row& row, qint64 rowNumber, const SeriesSet& series) {
  if (const auto told = number(row, m_step))
    if (const auto counted = m_count.take(*told, rowNumber == 0 ? 0 : series.lastStep() + 1, rowNumber == 0)) return *counted;
  if (m_count.isOn()) return series.lastStep();
  for (const int column : {m_step, m_epoch})
    if (const auto value = number(row, column))
      if (const auto step = stepIn(*value)) return *step;
  return rowNumber;
}

void TableRows::take(const DelimitedReader::Row& row, qint64 rowNumber, qint64 wallMs, SeriesSet& series) {
  const qint64 step = stepOf(row, rowNumber, series);
  const qint64 told = timeMsIn(number(row, m_time).value_or(0.0));
  const qint64 time = told > 0 ? told : wallMs;
  const size_t cells = std::min(row.size(), m_columns.size());
  for (size_t i = 0; i < cells; ++i) {
    if ((int(i) == m_step && !m_count.isOn()) || row[i].isEmpty()) continue;
    const auto value = numberIn(row[i]);
    if (!value) {
      m_words += isMissing(row[i]) ? 0 : 1;
      continue;
    }
    Column& column = m_columns[i];
    if (column.series == unknown) column.series = series.indexOf(column.name);
    series.add(column.series, {step, time, *value});
  }
}

}  // namespace trainyard
