// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/fakes.h"
#include "tests/ui/charts_support.h"
#include "ui/charts/chart_saver.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct Fixture {
  QTemporaryDir dir;
  Settings settings{dir.path()};
  FakeMetricReader reader;
  Theme theme{ThemeChoice::Light};
  QWidget window;
  MetricChart chart{theme, lossChart(), &window};
  ChartSaver saver{reader, settings, &window};
  QSignalSpy saved{&saver, &ChartSaver::saved};
  QSignalSpy failed{&saver, &ChartSaver::failed};
  JobPoints points = jobPoints({seriesOf("train/loss", {3.0, 2.0, 0.1, std::nan("")})});

  Fixture() {
    window.resize(700, 300);
    chart.resize(700, 300);
    window.show();
    chart.setHistory(points, runStartMs, 10.0, 0);
    reader.held[JobId{1}] = points;
    reader.held[JobId{2}] = points;
  }
  [[nodiscard]] QString path(const char* name) const { return dir.filePath(QLatin1String(name)); }
  [[nodiscard]] QByteArray contents(const char* name) const {
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }
  [[nodiscard]] SavedChart what(bool ofMany = false) {
    SavedChart what{&chart, QStringLiteral("a Loss"), {{JobId{1}, QStringLiteral("one, or more"), QStringLiteral("train/loss"), 3}}, ofMany};
    if (ofMany) what.series << ExportedSeries{JobId{2}, QStringLiteral("two"), QStringLiteral("train/loss"), 3};
    return what;
  }
  void saveCsv(const SavedChart& chartToSave, const QString& to) {
    saver.save(chartToSave, to);
    REQUIRE(QTest::qWaitFor([this] {
      reader.answerAll();
      return !saved.isEmpty() || !failed.isEmpty();
    }));
  }
  /// Pixels of the curve's colour, roughly.
  static int inked(const QImage& image, const QColor& ink) {
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
      for (int x = 0; x < image.width(); ++x) {
        const QColor seen = image.pixelColor(x, y);
        count += std::abs(seen.red() - ink.red()) + std::abs(seen.green() - ink.green()) + std::abs(seen.blue() - ink.blue()) < 60 ? 1 : 0;
      }
    return count;
  }
};

}  // namespace

TEST_CASE("a chart is saved as a picture with twice the pixels", "[charts][save]") {
  Fixture f;
  f.saver.save(f.what(), f.path("a.png"));
  REQUIRE(f.saved.size() == 1);
  const QImage image(f.path("a.png"));
  CHECK(image.size() == QSize(1400, 600));
  CHECK(Fixture::inked(image, f.theme.tokens().loss) > 500);
}

TEST_CASE("a chart is saved as a drawing made of shapes, which looks like it", "[charts][save]") {
  Fixture f;
  f.saver.save(f.what(), f.path("a.svg"));
  REQUIRE(f.saved.size() == 1);
  CHECK_FALSE(f.contents("a.svg").contains("<image"));
  CHECK(f.contents("a.svg").contains("Loss"));
  QSvgRenderer drawing(f.path("a.svg"));
  REQUIRE(drawing.isValid());
  QImage image(1400, 600, QImage::Format_RGB32);
  QPainter painter(&image);
  drawing.render(&painter);
  painter.end();
  CHECK(Fixture::inked(image, f.theme.tokens().loss) > 500);
}

TEST_CASE("a chart's values are saved at full resolution", "[charts][save]") {
  Fixture f;
  f.saveCsv(f.what(), f.path("a.csv"));
  CHECK(f.saved.size() == 1);
  CHECK(f.saved.first().last().toLongLong() == 4);
  const QByteArray time = QByteArray::number(f.points.series[0].points[2].wallMs);
  CHECK(f.contents("a.csv").startsWith("series,step,wall_ms,value\ntrain/loss,"));
  CHECK(f.contents("a.csv").contains("," + time + ",0.1\n"));
  CHECK(f.contents("a.csv").endsWith(",nan\n"));
}

TEST_CASE("values of many jobs tell whose they are", "[charts][save]") {
  Fixture f;
  f.saveCsv(f.what(true), f.path("all.csv"));
  const QByteArray text = f.contents("all.csv");
  CHECK(text.startsWith("job,name,series,step,wall_ms,value\n1,\"one, or more\",train/loss,"));
  CHECK(text.contains("\n2,two,train/loss,"));
  CHECK(text.count('\n') == 9);
}

TEST_CASE("a long series is saved a part after the other, without a gap", "[charts][save]") {
  Fixture f;
  SavedChart chart = f.what();
  chart.series[0].lastStep = 2 * PointsExport::stepsAtOnce + 5;
  f.saver.save(chart, f.path("long.csv"));
  std::vector<std::pair<qint64, qint64>> parts;
  REQUIRE(QTest::qWaitFor([&] {
    for (const auto& [number, query] : f.reader.requests) parts.emplace_back(query.fromStep, query.toStep);
    f.reader.answerAll();
    return !f.saved.isEmpty();
  }));
  REQUIRE(parts.size() == 3);
  CHECK(parts[0] == std::pair<qint64, qint64>(0, PointsExport::stepsAtOnce - 1));
  CHECK(parts[1].first == parts[0].second + 1);
  CHECK(parts[2].first == parts[1].second + 1);
  CHECK(parts[2].second == std::numeric_limits<qint64>::max());
}

TEST_CASE("what cannot be saved is told, and there is no file", "[charts][save]") {
  Fixture f;
  f.saver.save(f.what(), f.path("a.gif"));
  f.saver.save(f.what(), f.path("nowhere/a.png"));
  f.saver.save(f.what(), f.path("nowhere/a.svg"));
  REQUIRE(f.failed.size() == 3);
  CHECK(f.failed[0][0].value<Error>().code == ErrorCode::InvalidInput);
  CHECK(f.failed[1][0].value<Error>().message.contains(QStringLiteral("nowhere/a.png cannot be written")));
  f.failed.clear();
  f.saver.save(f.what(), f.path("nowhere/a.csv"));
  CHECK(f.failed.size() == 1);
  CHECK_FALSE(QFile::exists(f.path("a.gif")));
}
