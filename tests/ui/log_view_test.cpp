// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/log_view.h"

#include <QClipboard>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>

#include "core/runners/run_records.h"
#include "tests/support/ui_fixture.h"
#include "ui/monitor/log_canvas.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct Page {
  QTemporaryDir dir;
  Theme theme{ThemeChoice::Light};
  LogView view{theme};
  LogCanvas* canvas = view.findChild<LogCanvas*>(QStringLiteral("log"));
  Job job;

  Page() {
    qputenv("TRAINYARD_REDUCED_MOTION", "1");
    job.id = JobId{3};
    job.status = JobStatus::Running;
    job.settings.source = JobSource::Command;
    REQUIRE(QDir().mkpath(jobDirectory(dir.path(), job.id)));
    view.resize(700, 400);
  }
  void write(const QByteArray& text, QIODevice::OpenMode mode = QIODevice::Append) const {
    QFile file(outputLogPath(dir.path(), job.id));
    REQUIRE(file.open(QIODevice::WriteOnly | mode));
    file.write(text);
  }
  void open() {
    view.show(dir.path(), job);
    static_cast<QWidget&>(view).show();
  }
  [[nodiscard]] bool sees(const char* text) {
    return QTest::qWaitFor([&] { return view.text().contains(QLatin1String(text)); }, 10'000);
  }
};

QByteArray numbered(int from, int to) {
  QByteArray text;
  for (int i = from; i < to; ++i) text += "line " + QByteArray::number(i) + "\n";
  return text;
}

}  // namespace

TEST_CASE("the log opens at its end, follows what is written, and stays where somebody scrolled to", "[log]") {
  Page page;
  page.write(numbered(0, 50'000));
  page.open();
  REQUIRE(page.sees("line 49999"));
  page.write("10%\r50%\r100% done\n\x1b[31mred\x1b[0m text\n");
  REQUIRE(page.sees("red text"));
  CHECK(page.view.text().contains(QStringLiteral("\n100% done\n")));
  QTest::keyClick(page.canvas, Qt::Key_PageUp);
  CHECK_FALSE(page.canvas->isFollowing());
  const QString seen = page.view.text();
  const int place = page.canvas->verticalScrollBar()->value();
  page.write(numbered(0, 5'000));
  REQUIRE(QTest::qWaitFor([&] { return page.canvas->verticalScrollBar()->value() < place; }, 10'000));  // it noticed the growth
  CHECK(page.view.text() == seen);
  QTest::keyClick(page.canvas, Qt::Key_Home);
  REQUIRE(page.sees("line 0\nline 1\n"));
  QTest::keyClick(page.canvas, Qt::Key_End);
  REQUIRE(page.sees("line 4999"));
  CHECK(page.canvas->isFollowing());
}

TEST_CASE("every line can be reached by scrolling, in order", "[log]") {
  Page page;
  page.write(numbered(0, 3'000));
  page.open();
  REQUIRE(page.sees("line 2999"));
  QTest::keyClick(page.canvas, Qt::Key_Home);
  REQUIRE(page.sees("line 0\n"));
  int next = 0;
  for (int page_number = 0; page_number < 400 && next < 3'000; ++page_number) {
    for (const QString& line : page.view.text().split(u'\n')) {
      if (line.isEmpty()) continue;
      const int number = line.mid(5).toInt();
      REQUIRE(number <= next);  // no line is jumped over
      next = std::max(next, number + 1);
    }
    QTest::keyClick(page.canvas, Qt::Key_PageDown);
    REQUIRE(QTest::qWaitFor([&] { return next >= 3'000 || page.view.text().contains(QStringLiteral("line %1").arg(next)); }, 5'000));
  }
  CHECK(next == 3'000);
}

TEST_CASE("search finds forward and backward, around the end, and says when there is nothing", "[log]") {
  Page page;
  page.write(numbered(0, 100'000) + "the Needle here\n" + numbered(0, 100'000));
  page.open();
  REQUIRE(page.sees("line 99999"));
  auto* field = page.view.findChild<QLineEdit*>(QStringLiteral("logSearch"));
  auto* found = page.view.findChild<QLabel*>(QStringLiteral("logFound"));
  field->setText(QStringLiteral("needle"));
  QTest::keyClick(field, Qt::Key_Return);
  REQUIRE(page.sees("the Needle here"));
  CHECK_FALSE(page.canvas->isFollowing());
  field->setText(QStringLiteral("NEEDLE"));  // a capital: case counts
  QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
  CHECK(QTest::qWaitFor([&] { return found->text() == QStringLiteral("Not found"); }, 10'000));
  field->setText(QStringLiteral("line 77 "));
  field->setText(QStringLiteral("line 77777"));
  QTest::keyClick(field, Qt::Key_Return);
  REQUIRE(page.sees("line 77777"));
  const qint64 first = page.canvas->marked();
  page.view.find(true);
  REQUIRE(QTest::qWaitFor([&] { return page.canvas->marked() != first; }, 10'000));
  page.view.find(false);
  CHECK(QTest::qWaitFor([&] { return page.canvas->marked() == first; }, 10'000));
}

TEST_CASE("the first traceback is told with its last line, and leads there", "[log]") {
  Page page;
  QSignalSpy errors(&page.view, &LogView::firstErrorFound);
  page.write(numbered(0, 40'000));
  page.open();
  REQUIRE(page.sees("line 39999"));
  page.write("Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    boom()\n");
  page.write("RuntimeError: CUDA error: out of memory\n" + numbered(0, 40'000));
  REQUIRE(QTest::qWaitFor([&] { return !errors.isEmpty(); }, 10'000));
  CHECK(errors[0][0].toString() == QStringLiteral("RuntimeError: CUDA error: out of memory"));
  page.view.showOffset(errors[0][1].toLongLong());
  CHECK(page.sees("Traceback (most recent call last):"));
}

TEST_CASE("a log that is truncated or replaced is read anew", "[log]") {
  Page page;
  page.write(numbered(0, 1'000));
  page.open();
  REQUIRE(page.sees("line 999"));
  page.write("fresh start\n", QIODevice::Truncate);
  REQUIRE(page.sees("fresh start"));
  CHECK_FALSE(page.view.text().contains(QStringLiteral("line 999")));
}

TEST_CASE("a time leads to what was written then", "[log]") {
  Page page;
  page.write(numbered(0, 10'000));
  QFile system(jobDirectory(page.dir.path(), page.job.id) + QStringLiteral("/system.jsonl"));
  REQUIRE(system.open(QIODevice::WriteOnly));
  system.write("{\"n\": 0, \"ms\": 1000, \"log\": 0, \"metrics\": 0}\n{\"n\": 1, \"ms\": 11000, \"log\": 98890, \"metrics\": 0}\n");
  system.close();
  page.open();
  REQUIRE(page.sees("line 9999"));
  page.view.showTime(6'000);
  CHECK(page.sees("line 5055"));
}

TEST_CASE("what is selected is copied, also over lines that are not at hand", "[log]") {
  Page page;
  page.write("a \x1b[32mgreen\x1b[0m word\n" + numbered(0, 20'000));
  page.open();
  REQUIRE(page.sees("line 19999"));
  QTest::keyClick(page.canvas, Qt::Key_A, Qt::ControlModifier);
  QTest::keyClick(page.canvas, Qt::Key_C, Qt::ControlModifier);
  REQUIRE(QTest::qWaitFor([] { return QGuiApplication::clipboard()->text().size() > 1000; }, 10'000));
  const QString copied = QGuiApplication::clipboard()->text();
  CHECK(copied.startsWith(QStringLiteral("a green word\nline 0\n")));
  CHECK(copied.contains(QStringLiteral("\nline 19999\n")));
}

TEST_CASE("a selection over several lines begins and ends where it is drawn", "[log]") {
  Page page;
  page.write("alpha beta\ngamma delta\nepsilon zeta\n");
  page.open();
  REQUIRE(page.sees("epsilon zeta"));
  const QFontMetrics metrics = page.canvas->viewport()->fontMetrics();
  const auto at = [&](int row, int column) {
    return QPoint(10 + metrics.horizontalAdvance(QString(column, u'a')) + 1, 5 + row * (metrics.height() + 2) + metrics.height() / 2);
  };
  QTest::mousePress(page.canvas->viewport(), Qt::LeftButton, {}, at(0, 6));
  QMouseEvent move(QEvent::MouseMove, at(2, 7), page.canvas->viewport()->mapToGlobal(at(2, 7)), Qt::NoButton, Qt::LeftButton, {});
  QCoreApplication::sendEvent(page.canvas->viewport(), &move);
  QGuiApplication::clipboard()->clear();
  QTest::keyClick(page.canvas, Qt::Key_C, Qt::ControlModifier);
  REQUIRE(QTest::qWaitFor([] { return !QGuiApplication::clipboard()->text().isEmpty(); }, 10'000));
  CHECK(QGuiApplication::clipboard()->text() == QStringLiteral("beta\ngamma delta\nepsilon"));
}

TEST_CASE("a simulated run's events are told, and a queued program's log is awaited", "[log]") {
  Page page;
  page.open();
  page.job.settings.source = JobSource::Simulated;
  page.job.createdMs = 1'790'000'000'000;
  page.view.show(page.dir.path(), page.job);
  CHECK(page.view.text().endsWith(QStringLiteral("added to the queue")));
  page.job.settings.source = JobSource::Command;
  page.job.status = JobStatus::Queued;
  page.view.show(page.dir.path(), page.job);
  CHECK(page.view.findChild<QLabel*>(QStringLiteral("logNote"))->text() == QStringLiteral("The program's output appears here once it runs."));
  CHECK(page.view.text().isEmpty());
}

TEST_CASE("an imported run's own output is its log, and its events are where it has none", "[log]") {
  Page page;
  page.job.settings.source = JobSource::Imported;
  page.job.settings.imported = {QStringLiteral("wandb"), page.dir.filePath(QStringLiteral("run-1/run-1.wandb")), {}};
  page.job.status = JobStatus::Complete;
  page.job.createdMs = 1'790'000'000'000;
  page.job.startedMs = 1'600'000'000'000;
  page.job.endedMs = page.job.startedMs + 60'000;
  page.job.progress.step = 12;
  page.open();
  const QStringList events = page.view.text().split(u'\n', Qt::SkipEmptyParts);
  REQUIRE(events.size() == 3);
  CHECK(events[0].endsWith(QStringLiteral("started")));
  CHECK(events[1].endsWith(QStringLiteral("complete after 12 steps")));
  CHECK(events[2].endsWith(QStringLiteral("imported")));
  REQUIRE(QDir().mkpath(page.dir.filePath(QStringLiteral("run-1/files"))));
  QFile output(page.dir.filePath(QStringLiteral("run-1/files/output.log")));
  REQUIRE(output.open(QIODevice::WriteOnly));
  QSignalSpy errors(&page.view, &LogView::firstErrorFound);
  output.write("epoch 1\nTraceback (most recent call last):\n  File \"a.py\", line 3\nValueError: bad shape\n");
  output.close();
  REQUIRE(page.sees("epoch 1"));
  REQUIRE(QTest::qWaitFor([&] { return !errors.isEmpty(); }, 10'000));
  CHECK(errors.first().first().toString() == QStringLiteral("ValueError: bad shape"));
  CHECK(page.view.findChild<QLabel*>(QStringLiteral("logNote"))->text() == output.fileName());
  page.view.update(page.job);
  CHECK(page.view.text().contains(QStringLiteral("epoch 1")));
}
