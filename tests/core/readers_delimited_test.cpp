// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/delimited.h"

#include <catch2/catch.hpp>

#include "core/readers/cell.h"

using namespace trainyard;

namespace {

using Row = DelimitedReader::Row;

QString textOf(const Row& row) {
  QStringList cells;
  for (size_t i = 0; i < row.size(); ++i) cells << QString::fromUtf8(row[i]);
  return cells.join(u'|');
}

/// The rows of a text that is fed in pieces of `piece` bytes.
QStringList rowsOf(const QByteArray& text, char separator = ',', qsizetype piece = 1'000'000) {
  DelimitedReader reader(separator);
  QStringList rows;
  const auto take = [&rows](const Row& row) { rows << textOf(row); };
  for (qsizetype at = 0; at < text.size(); at += piece) reader.feed(QByteArrayView(text).sliced(at, std::min(piece, text.size() - at)), take);
  reader.finish(take);
  return rows;
}

}  // namespace

TEST_CASE("the cells of delimited text", "[readers][table]") {
  const auto [text, rows] = GENERATE(table<QByteArray, QStringList>({
      {"a,b\n1,2\n", {"a|b", "1|2"}},
      {"a,b\r\n1,2\r\n", {"a|b", "1|2"}},
      {"\xef\xbb\xbf" "a,b\n1,2", {"a|b", "1|2"}},
      {"\xef\xbb\xbf\"a\",b\n", {"a|b"}},
      {"   a  ,\t b\n  1 ,2  \n", {"a|b", "1|2"}},
      {"\"a\nb\",\"say \"\"hi\"\"\"\n1,2\n", {"a\nb|say \"hi\"", "1|2"}},
      {"\"a,b\", \" c \" ,d\n", {"a,b| c |d"}},
      {"5\" pipe,2\n", {"5\" pipe|2"}},
      {"a,,c\n,,\n", {"a||c", "||"}},
      {"a,b\n\n\r\n  \n1,2\n", {"a|b", "1|2"}},
      {"\"\"\n", {""}},
      {"", {}},
  }));
  for (qsizetype piece : {1, 2, 3, 100}) CHECK(rowsOf(text, ',', piece) == rows);
}

TEST_CASE("the separator is what stands most often in the header, outside of quotes", "[readers][table]") {
  CHECK(separatorOf("epoch;loss;val\n1,2,3,4,5") == ';');
  CHECK(separatorOf("epoch\tloss,a\tb") == '\t');
  CHECK(separatorOf("a|b|c") == '|');
  CHECK(separatorOf("\"a;b;c;d\",b") == ',');
  CHECK_FALSE(separatorOf("one column\n1"));
}

TEST_CASE("a quote that never closes costs its row and a bounded memory", "[readers][table]") {
  DelimitedReader reader(',');
  std::vector<std::pair<DelimitedReader::Trouble, qint64>> troubles;
  QStringList rows;
  const auto take = [&](const Row& row) {
    if (row.trouble != DelimitedReader::Trouble::None) troubles.emplace_back(row.trouble, row.troubleOffset);
    else rows << textOf(row);
  };
  reader.feed("a,b\n1,\"x\n", take);
  for (int i = 0; i < 3; ++i) reader.feed(QByteArray(1 << 20, 'y'), take);
  reader.feed("\n3,4\n5,\"open", take);
  CHECK(rows == QStringList{"a|b", "3|4"});
  reader.finish(take);
  REQUIRE(troubles.size() == 2);
  CHECK(troubles[0] == std::pair(DelimitedReader::Trouble::OpenQuote, qint64(6)));
  CHECK(troubles[1] == std::pair(DelimitedReader::Trouble::OpenQuote, qint64(9 + (3 << 20) + 7)));
}

TEST_CASE("a million columns are one row of those that are taken", "[readers][table]") {
  DelimitedReader reader(',');
  size_t cells = 0;
  int wide = 0, rows = 0;
  const auto take = [&](const Row& row) {
    cells = row.size();
    wide += row.trouble == DelimitedReader::Trouble::ManyCells;
    ++rows;
  };
  reader.feed(QByteArray("1,").repeated(1'000'000) + "2\n", take);
  CHECK(cells == DelimitedReader::mostCells);
  CHECK(wide == 1);
  reader.feed(QByteArray("1,").repeated(DelimitedReader::mostCells - 1) + "2\n1,2\n", take);
  CHECK(wide == 1);
  CHECK(rows == 3);
}

TEST_CASE("a row without an end is cut", "[readers][table]") {
  DelimitedReader reader(',');
  qint64 offset = -1;
  for (int i = 0; i < 20; ++i) reader.feed(QByteArray(1 << 20, '1'), [](const Row&) { FAIL("no row has ended"); });
  reader.feed("\n", [&offset](const Row& row) { offset = row.trouble == DelimitedReader::Trouble::LongRow ? row.troubleOffset : -1; });
  CHECK(offset == DelimitedReader::longestRow);
}

TEST_CASE("the numbers of cells", "[readers][table]") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(numberIn("1e-3") == 0.001);
  CHECK(numberIn("+2.5") == 2.5);
  CHECK(numberIn("-.5") == -0.5);
  CHECK(numberIn("-Infinity") == -infinity);
  CHECK(numberIn("inf") == infinity);
  CHECK(numberIn("1e999") == infinity);
  CHECK(numberIn("-1e999") == -infinity);
  CHECK(numberIn("1e-999") == 0.0);
  CHECK(std::isnan(numberIn("NaN").value_or(0)));
  for (const char* none : {"", "NA", "None", "+-1", "1_000", "0x10", "12a", "nan(1)", "-", "--1", "1,5", "True", "infinite"}) CHECK_FALSE(numberIn(none));
  CHECK(stepIn(5.0) == 5);
  for (const double none : {-1.0, 0.5, 1e17, infinity}) CHECK_FALSE(stepIn(none));
  CHECK(stepRank("Step") < stepRank("iteration"));
  CHECK(stepRank("iter") < stepRank("Epoch"));
  CHECK(stepRank("loss") == -1);
  CHECK(timeMsIn(1'700'000'000.5) == 1'700'000'000'500);
  CHECK(timeMsIn(1'700'000'000'500.0) == 1'700'000'000'500);
  CHECK(timeMsIn(12.0) == 0);
}
