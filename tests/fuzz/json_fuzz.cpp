// SPDX-License-Identifier: GPL-3.0-or-later
#include <QJsonObject>

#include "core/readers/json_rows.h"

using namespace trainyard;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const QByteArrayView text(data, qsizetype(size));
  JsonScanner whole(text);
  for (auto token = whole.next(); token != JsonScanner::Token::End && token != JsonScanner::Token::Error; token = whole.next())
    if (whole.depth() > JsonScanner::deepest) abort();
  JsonRows rows;
  SeriesSet series;
  qint64 number = 0;
  for (const QByteArray& line : text.toByteArray().split('\n')) {
    JsonScanner scanner(line);
    if (scanner.next() == JsonScanner::Token::ObjectBegin) (void)rows.take(scanner, number++, 0, series);
  }
  (void)series.take();
  (void)rows.state();
  return 0;
}
