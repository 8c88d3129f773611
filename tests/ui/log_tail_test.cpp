// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/log_tail.h"

#include <QFile>
#include <QTemporaryDir>
#include <catch2/catch.hpp>

using namespace trainyard;

namespace {

struct Tail {
  QTemporaryDir dir;
  QString path = dir.filePath(QStringLiteral("output.log"));
  LogTail tail;
  QString shown;

  Tail() {
    QObject::connect(&tail, &LogTail::read, &tail, [this](const QString&, const QString& text, bool anew) { shown = anew ? text : shown + text; });
  }
  void write(const QByteArray& text, QIODevice::OpenMode mode = QIODevice::Append) {
    QFile file(path);
    REQUIRE(file.open(mode));
    file.write(text);
    file.close();
    tail.setActive(true);
  }
};

}  // namespace

TEST_CASE("a log is followed by whole lines, and read anew when it is replaced", "[log]") {
  Tail log;
  log.tail.follow(log.path);
  log.write("one\ntw");
  CHECK(log.shown == QStringLiteral("one\n"));
  log.write("o\n");
  CHECK(log.shown == QStringLiteral("one\ntwo\n"));
  log.write("3\n", QIODevice::WriteOnly | QIODevice::Truncate);
  CHECK(log.shown == QStringLiteral("3\n"));
}

TEST_CASE("of a long log the last part is shown", "[log]") {
  Tail log;
  QByteArray text;
  for (int i = 0; i < 300'000; ++i) text += "line " + QByteArray::number(i) + '\n';
  log.write(text);
  log.tail.follow(log.path);
  CHECK(log.shown.endsWith(QStringLiteral("line 299999\n")));
  CHECK(log.shown.size() <= LogTail::firstBytes);
}

TEST_CASE("carriage returns, colours and backspaces are folded as a terminal does", "[log]") {
  CHECK(foldedOutput("10%\r50%\r100%\nnext\r\n") == "100%\nnext\n");
  CHECK(foldedOutput("\x1b[31mred\x1b[0m ab\b\bcd\n") == "red cd\n");
  CHECK(foldedOutput(QByteArray(9000, 'x') + "\n").size() < 5000);
}
