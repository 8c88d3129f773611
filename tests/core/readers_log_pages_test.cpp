// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/log_pages.h"

#include <QTemporaryDir>
#include <catch2/catch.hpp>
#include <random>

#include "core/readers/traceback.h"

using namespace trainyard;

namespace {

struct Log {
  QTemporaryDir dir;
  QString path = dir.path() + QStringLiteral("/output.log");
  LogPages pages;

  explicit Log(const QByteArray& text) {
    write(text);
    REQUIRE(pages.open(path));
  }
  void write(const QByteArray& text) const {
    QFile file(path);
    REQUIRE(file.open(QIODevice::WriteOnly | QIODevice::Append));
    REQUIRE(file.write(text) == text.size());
  }
};

QStringList textsOf(const std::vector<LogRow>& rows) {
  QStringList texts;
  for (const LogRow& row : rows) texts << row.line.text;
  return texts;
}

}  // namespace

TEST_CASE("long lines are read backward whole, and as many as are near", "[readers][log]") {
  QByteArray text;
  for (int i = 0; i < 300; ++i) text += QByteArray::number(i) + QByteArray(10'000, 'x') + '\n';
  Log log(text);
  const auto rows = log.pages.rowsBefore(text.size(), 300);
  REQUIRE(rows.size() > 90);
  int number = 300 - int(rows.size());
  for (const LogRow& row : rows) REQUIRE(row.line.text.startsWith(QString::number(number++) + u'x'));
}

TEST_CASE("lines are read forward and backward from any byte", "[readers][log]") {
  Log log("one\ntwo\n\nfour\nfive");
  CHECK(textsOf(log.pages.rowsFrom(0, 10)) == QStringList{"one", "two", "", "four", "five"});
  CHECK(textsOf(log.pages.rowsFrom(4, 2)) == QStringList{"two", ""});
  CHECK(textsOf(log.pages.rowsBefore(log.pages.size(), 2)) == QStringList{"four", "five"});
  CHECK(textsOf(log.pages.rowsBefore(9, 10)) == QStringList{"one", "two", ""});
  CHECK(textsOf(log.pages.rowsBefore(9, 1)) == QStringList{""});
  CHECK(log.pages.rowsBefore(0, 5).empty());
  CHECK(log.pages.lineStart(6) == 4);
  CHECK(log.pages.lineStart(4) == 4);
  CHECK(log.pages.lineStart(2) == 0);
  log.write("!\nsix\n");
  CHECK(textsOf(log.pages.rowsBefore(log.pages.size(), 2)) == QStringList{"five!", "six"});
}

TEST_CASE("pages join without a gap at any place of a long log", "[readers][log]") {
  std::mt19937 random(9);
  QByteArray text;
  std::vector<qint64> starts;
  while (text.size() < 3'000'000) {
    starts.push_back(text.size());
    const auto length = random() % 1000 == 0 ? random() % 200'000 : random() % 120;
    text += QByteArray(qsizetype(length), char('a' + random() % 26)) + '\n';
  }
  Log log(text);
  for (int round = 0; round < 300; ++round) {
    const size_t line = random() % starts.size();
    const qint64 end = line + 1 < starts.size() ? starts[line + 1] : text.size();
    REQUIRE(log.pages.lineStart(starts[line] + qint64(random() % quint64(end - starts[line]))) == starts[line]);
    const auto after = log.pages.rowsFrom(starts[line], 50);
    for (size_t i = 0; i < after.size(); ++i) REQUIRE(after[i].offset == starts[line + i]);
    const auto before = log.pages.rowsBefore(starts[line], 50);
    REQUIRE(before.size() == std::min<size_t>(50, line));
    for (size_t i = 0; i < before.size(); ++i) REQUIRE(before[i].offset == starts[line - before.size() + i]);
    if (!before.empty()) REQUIRE(before.back().next == starts[line]);
  }
}

TEST_CASE("a line without an end costs no memory, and is shown in pieces", "[readers][log]") {
  Log log(QByteArray(3'000'000, 'x'));
  const auto rows = log.pages.rowsFrom(0, 100);
  CHECK(rows.size() == 12);
  CHECK(rows[0].line.text.size() == 4097);  // cut, with its sign
  CHECK(rows.back().next == 3'000'000);
  CHECK_FALSE(log.pages.rowsBefore(3'000'000, 3).empty());
}

TEST_CASE("a replaced file is noticed", "[readers][log]") {
  Log log("one\n");
  CHECK_FALSE(log.pages.isReplaced());
  QFile file(log.path + QStringLiteral(".new"));
  REQUIRE(file.open(QIODevice::WriteOnly));
  file.close();
  REQUIRE(QFile::remove(log.path));
  REQUIRE(file.rename(log.path));
  CHECK(log.pages.isReplaced());
}

TEST_CASE("a line is shown as a terminal leaves it", "[readers][log]") {
  CHECK(styledLine("10%\r20%\r30%").text == QStringLiteral("30%"));
  CHECK(styledLine("whole\r").text == QStringLiteral("whole"));
  CHECK(styledLine("a\tb").text == QStringLiteral("a       b"));
  CHECK(styledLine("ab\bc\x07").text == QStringLiteral("ac"));
  CHECK(styledLine("\x1b]0;title\x07text\x1b[2K\x1b[1A").text == QStringLiteral("text"));
  CHECK(styledLine("Übung 学习").text == QStringLiteral("Übung 学习"));
  CHECK(styledLine("\xff\xfe bad").text.contains(QChar::ReplacementCharacter));
  CHECK(styledLine(QByteArray(10'000, 'x')).text.size() == 4097);
  CHECK(styledLine("cut\x1b[").text == QStringLiteral("cut"));
}

TEST_CASE("colours become spans", "[readers][log]") {
  const StyledLine line = styledLine("plain \x1b[1;31mred\x1b[0m \x1b[38;5;208mextended\x1b[39m\x1b[48;2;1;2;3mtrue\x1b[m");
  CHECK(line.text == QStringLiteral("plain red extendedtrue"));
  REQUIRE(line.spans.size() == 3);
  CHECK(line.spans[0].from == 6);
  CHECK(line.spans[0].length == 3);
  CHECK(line.spans[0].style.foreground == 1);
  CHECK(line.spans[0].style.bold);
  CHECK(line.spans[1].style.foreground == (TextStyle::trueColor | 0xff8700));
  CHECK(line.spans[2].style.background == (TextStyle::trueColor | 0x010203));
  CHECK(styledLine("\x1b[93mx").spans[0].style.foreground == 11);
  CHECK(styledLine("\x1b[38;5;244mx").spans[0].style.foreground == (TextStyle::trueColor | 0x808080));
}

TEST_CASE("the first error of a log is found with its last line", "[readers][log]") {
  const QByteArray log = "step 1\nTraceback (most recent call last):\n  File \"a.py\", line 3\n    x = y\nValueError: bad shape\nmore\n";
  const qsizetype at = findError(log);
  REQUIRE(at == 7);
  CHECK(readError(log.mid(at), at, false)->line == QStringLiteral("ValueError: bad shape"));
  CHECK_FALSE(readError(log.mid(at, 60), at, false));
  CHECK(readError("terminate called after throwing an instance of 'std::bad_alloc'\n", 5, false)->line.startsWith(QStringLiteral("terminate called")));
  CHECK(findError("all is well\n") == -1);
}
