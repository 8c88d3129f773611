// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/delimited.h"
#include "core/readers/series_set.h"
#include "core/readers/table_rows.h"

using namespace trainyard;

/// The first byte says in which pieces the rest comes; the pieces make no difference.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const QByteArrayView text(data + 1, qsizetype(size) - 1);
  const char separator = separatorOf(text).value_or(',');
  size_t cells[2] = {0, 0};
  for (int round = 0; round < 2; ++round) {
    const qsizetype piece = round == 0 ? text.size() : data[0] + 1;
    DelimitedReader reader(separator);
    TableRows rows;
    SeriesSet series;
    qint64 number = 0;
    const auto take = [&](const DelimitedReader::Row& row) {
      cells[round] += row.size() + 1;
      if (!rows.hasHeader()) rows.setHeader(row);
      else rows.take(row, number++, 0, series);
    };
    for (qsizetype at = 0; at < text.size(); at += piece) reader.feed(text.sliced(at, std::min(piece, text.size() - at)), take);
    reader.finish(take);
    if (reader.consumed() != text.size()) abort();
    (void)series.take();
  }
  if (cells[0] != cells[1]) abort();
  return 0;
}
