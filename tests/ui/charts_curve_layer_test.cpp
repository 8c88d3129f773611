// SPDX-License-Identifier: GPL-3.0-or-later
// What the curves' pixels are: against slow ways to the same, and against the values.
#include "ui/charts/curve_layer.h"

#include <QPainter>
#include <QPicture>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "tests/ui/charts_support.h"
#include "ui/charts/timeline.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

constexpr int seen = 24;  // of 255: ink that an eye finds

QImage emptyPicture(int width, int height) {
  QImage picture(width, height, QImage::Format_ARGB32_Premultiplied);
  picture.fill(Qt::transparent);
  return picture;
}

double distance(const QPointF& from, const QPointF& a, const QPointF& b) {
  const QPointF way = b - a;
  const double square = QPointF::dotProduct(way, way);
  const double share = square > 0.0 ? std::clamp(QPointF::dotProduct(from - a, way) / square, 0.0, 1.0) : 0.0;
  const QPointF apart = from - (a + way * share);
  return std::hypot(apart.x(), apart.y());
}

/// How much of a pixel is within `radius` of the line, from 256 places in it.
double covered(const QPoint& pixel, const std::vector<QPointF>& line, double radius) {
  int hits = 0;
  for (int i = 0; i < 256; ++i) {
    const QPointF place = QPointF(pixel) + QPointF((i % 16 + 0.5) / 16, (i / 16 + 0.5) / 16);
    bool hit = line.size() == 1 && distance(place, line[0], line[0]) <= radius;
    for (std::size_t at = 1; at < line.size() && !hit; ++at) hit = distance(place, line[at - 1], line[at]) <= radius;
    hits += hit ? 1 : 0;
  }
  return hits / 256.0;
}

/// Noise with rare values that are no numbers, on steps with gaps.
std::vector<Point> noise(std::mt19937& random, std::size_t count, int gapEvery) {
  std::normal_distribution<double> value(1.0, 0.2);
  std::uniform_int_distribution<int> chance(0, gapEvery);
  std::vector<Point> points;
  qint64 step = 0;
  for (std::size_t i = 0; i < count; ++i) {
    step += 1 + chance(random) % 3;
    const int kind = chance(random);
    points.push_back({step, runStartMs + step, kind == 0 ? NAN : kind == 1 ? INFINITY : kind == 2 ? 9.0 : value(random)});
  }
  return points;
}

struct Layer {
  SeriesBuffer buffer;
  DrawnSeries style;
  CurveScene scene;
  QRectF area{0, 0, 400, 200};

  Layer(double from, double to, double low, double high) {
    scene.x = {from, to, false, {}};
    scene.y = {low, high, false, {}};
    scene.warning = Qt::transparent;  // signs are not what is looked for
    scene.muted = Qt::transparent;
    style.color = Qt::black;
  }
  QImage paint(CurveLayer& layer, double scale = 1.0) {
    style.buffer = &buffer;
    scene.series = {style};
    layer.setPlotArea(area);
    layer.setScene(scene);
    QImage picture = emptyPicture(static_cast<int>(area.width() * scale), static_cast<int>(area.height() * scale));
    picture.setDevicePixelRatio(scale);
    QPainter painter(&picture);
    layer.paint(&painter, nullptr, nullptr);
    return picture;
  }
};

}  // namespace

TEST_CASE("A line's pixels are covered as far as it reaches into them", "[charts]") {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> height(-10.0, 50.0);
  std::uniform_real_distribution<double> apart(0.0, 1.0);
  for (int round = 0; round < 24; ++round) {
    const double width = std::array{1.0, 1.8, 2.0, 4.0}[static_cast<std::size_t>(round % 4)];
    const double stretch = std::array{0.5, 3.0, 12.0, 100.0}[static_cast<std::size_t>(round / 4 % 4)];
    std::vector<QPointF> line;
    for (double x = -5.0; x < 65.0; x += apart(random) * stretch) line.emplace_back(x, height(random) / (round % 3 + 1));
    if (round >= 20) line.resize(1), line[0] = {20.3, 11.6};
    if (round == 23) line.push_back({20.3, 33.0});  // upright
    QImage picture = emptyPicture(60, 40);
    CurveRaster(picture).draw(line, width, Qt::black);
    double worst = 0.0;
    double sum = 0.0;
    for (int y = 0; y < 40; ++y)
      for (int x = 0; x < 60; ++x) {
        const double apartBy = std::abs(qAlpha(picture.pixel(x, y)) / 255.0 - covered({x, y}, line, width / 2));
        worst = std::max(worst, apartBy);
        sum += apartBy;
      }
    CAPTURE(round, width, stretch);
    CHECK(worst < 0.3);
    CHECK(sum / (60 * 40) < 0.03);
  }
}

TEST_CASE("A translucent line is as dark where it crosses itself in a pixel as elsewhere", "[charts]") {
  QImage picture = emptyPicture(20, 40);
  std::vector<QPointF> line;
  for (int i = 0; i < 200; ++i) line.emplace_back(i * 0.1, i % 2 == 0 ? 5.0 : 35.0);
  CurveRaster(picture).draw(line, 1.0, QColor(255, 0, 0, 100));
  for (int x = 1; x < 19; ++x)
    for (int y = 6; y < 34; ++y) REQUIRE(qAlpha(picture.pixel(x, y)) == 100);
}

TEST_CASE("A line that goes on to points that are not seen ends at the plot's edges", "[charts]") {
  constexpr int edge = 20;
  for (const bool shapes : {false, true})
    for (const bool dashed : {false, true}) {
      Layer plot(100, 200, 0.0, 2.0);
      plot.area = QRectF(edge, 10, 360, 180);
      plot.style.dashed = dashed;
      plot.style.buffer = &plot.buffer;
      plot.buffer.append(std::vector<Point>{{0, 1, 1.0}, {150, 2, 1.2}, {300, 3, 1.0}}, {});
      plot.scene.series = {plot.style};
      CurveLayer layer(nullptr);
      layer.setPlotArea(plot.area);
      layer.setScene(plot.scene);
      QImage picture = emptyPicture(400, 200);
      QPainter painter(&picture);
      if (shapes) {  // as for a printer
        QPicture record;
        QPainter recorder(&record);
        layer.paint(&recorder, nullptr, nullptr);
        recorder.end();
        painter.drawPicture(0, 0, record);
      } else {
        layer.paint(&painter, nullptr, nullptr);
      }
      int inked = 0;
      int beside = 0;
      for (int y = 0; y < picture.height(); ++y)
        for (int x = 0; x < picture.width(); ++x)
          if (qAlpha(picture.pixel(x, y)) > 0) ++(x < edge - 1 || x > edge + 360 ? beside : inked);
      CAPTURE(shapes, dashed);
      CHECK(inked > 200);
      CHECK(beside == 0);
    }
}

TEST_CASE("Dashes are as long as they should be, and the gaps are empty", "[charts]") {
  QImage picture = emptyPicture(100, 11);
  const std::vector<QPointF> line{{-1e6, 5.5}, {0.0, 5.5}, {40.0, 5.5}, {1e6, 5.5}};
  CurveRaster(picture).drawDashed(line, 2.0, Qt::black, std::array{6.0, 14.0});
  int inked = 0;
  int changes = 0;
  for (int x = 0; x < 100; ++x) {
    const bool isInked = qAlpha(picture.pixel(x, 5)) > 128;
    inked += isInked ? 1 : 0;
    changes += x > 0 && isInked != (qAlpha(picture.pixel(x - 1, 5)) > 128) ? 1 : 0;
  }
  CHECK(inked == Approx(40).margin(6));  // 5 times 6, and the round ends
  CHECK(changes >= 9);
  CHECK(changes <= 11);
}

TEST_CASE("Strips of a picture, each drawn by itself, are the picture", "[charts]") {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> height(-10.0, 50.0);
  std::uniform_real_distribution<double> apart(0.0, 6.0);
  const std::array dashes{6.0, 4.0};
  for (int round = 0; round < 18; ++round) {
    const double width = std::array{1.0, 1.8, 4.0}[static_cast<std::size_t>(round % 3)];
    std::vector<QPointF> line;
    for (double x = -5.0; x < 65.0; x += apart(random)) line.emplace_back(x, height(random));
    const auto draw = [&](CurveRaster raster) {
      const QColor color(20, 120, 200, round % 2 == 0 ? 255 : 140);
      if (round / 3 % 3 == 0) raster.draw(line, width, color);
      if (round / 3 % 3 == 1) raster.drawDashed(line, width, color, dashes);
      if (round / 3 % 3 == 2) raster.drawBanded(line, width, color, dashes);
    };
    QImage whole = emptyPicture(60, 40);
    QImage strips = emptyPicture(60, 40);
    draw(CurveRaster(whole));
    int from = 0;
    for (const int end : {7, 8, 8, 33, 100}) draw(CurveRaster(strips, {std::exchange(from, end), end}));
    CAPTURE(round);
    REQUIRE(whole == strips);
  }
}

TEST_CASE("Curves that are so many that several threads draw them lie as those do that are drawn alone", "[charts]") {
  std::mt19937 random(13);
  std::vector<std::unique_ptr<Layer>> alone;
  CurveScene scene;
  QImage expected = emptyPicture(400, 200);
  for (int i = 0; i < 24; ++i) {
    const std::vector<Point> points = noise(random, 3'000, 300);
    Layer& one = *alone.emplace_back(std::make_unique<Layer>(100.0, 4'000.0, 0.0, 4.0));
    one.buffer.append(points, Timeline());
    one.style.color = QColor::fromHsv(i * 15, 200, 180);
    one.style.width = 1.0;
    if (i % 3 == 1) one.style.pattern = {5.0, 2.5};
    CurveLayer layer(nullptr);
    const QImage picture = one.paint(layer);
    QPainter(&expected).drawImage(0, 0, picture);
    scene = one.scene;
  }
  scene.series.clear();
  for (const auto& one : alone) scene.series.push_back(one->style);
  CurveLayer layer(nullptr);
  layer.setPlotArea(alone.front()->area);
  layer.setScene(scene);
  QImage picture = emptyPicture(400, 200);
  QPainter painter(&picture);
  layer.paint(&painter, nullptr, nullptr);
  painter.end();
  int worst = 0;
  for (int y = 0; y < 200; ++y)
    for (int x = 0; x < 400; ++x) {
      const QRgb one = picture.pixel(x, y);
      const QRgb other = expected.pixel(x, y);
      worst = std::max({worst, std::abs(qRed(one) - qRed(other)), std::abs(qBlue(one) - qBlue(other)), std::abs(qAlpha(one) - qAlpha(other))});
    }
  CHECK(worst <= 6);  // colours are rounded at each step
}

TEST_CASE("In each pixel column the ink reaches the smallest and the largest value, and nothing beyond", "[charts]") {
  std::mt19937 random(17);
  for (int round = 0; round < 40; ++round) {
    const double scale = round % 2 == 0 ? 1.0 : 2.0;
    const std::size_t count = std::array{50'000, 3'000, 900}[static_cast<std::size_t>(round % 3)];
    const std::vector<Point> points = noise(random, count, 2000);
    const double from = double(points[points.size() / 10].step);
    Layer one(round % 4 == 0 ? 0.0 : from, double(points.back().step), 0.0, 10.0);
    one.buffer.append(points, Timeline());
    CurveLayer layer(nullptr);
    const QImage picture = one.paint(layer, scale);
    const PixelColumns grid{one.scene.x.from, one.scene.x.to, picture.width()};
    std::map<int, std::pair<double, double>> rows;  // upper and lower edge of each column's points
    for (const Point& point : points) {
      if (!std::isfinite(point.value) || double(point.step) < grid.from) continue;
      const double row = (10.0 - point.value) / 10.0 * picture.height();
      auto [at, isNew] = rows.try_emplace(grid.columnOf(double(point.step)), row, row);
      at->second = {std::min(at->second.first, row), std::max(at->second.second, row)};
    }
    for (const auto& [column, edges] : rows) {
      int top = picture.height();
      int bottom = -1;
      for (int row = 0; row < picture.height(); ++row)
        if (qAlpha(picture.pixel(column, row)) >= seen) top = std::min(top, row), bottom = row;
      CAPTURE(round, column, edges.first, edges.second);
      REQUIRE(top <= edges.first + 0.2);
      REQUIRE(bottom + 1 >= edges.second - 0.2);
      if (count < 50'000) continue;  // there the neighbours' lines come in steeply
      double highest = edges.first;
      double lowest = edges.second;
      for (const int beside : {column - 1, column + 1}) {
        if (!rows.contains(beside)) continue;
        highest = std::min(highest, rows[beside].first);
        lowest = std::max(lowest, rows[beside].second);
      }
      REQUIRE(top >= highest - 2 * scale);
      REQUIRE(bottom <= lowest + 2 * scale);
    }
  }
}

TEST_CASE("A curve that has grown is drawn as if it had been so long from the beginning", "[charts]") {
  std::mt19937 random(29);
  for (int round = 0; round < 60; ++round) {
    const std::size_t count = std::array{30, 700, 20'000}[static_cast<std::size_t>(round % 3)];
    const std::vector<Point> points = noise(random, count, round % 4 == 0 ? 12 : 400);
    Layer one(0.0, double(points.back().step) * (round % 5 == 0 ? 0.9 : 1.2), 0.0, 4.0);
    one.scene.warning = Qt::red;
    one.style.smooth = round % 2 == 1;
    one.style.dashed = round % 7 == 0;
    if (one.style.smooth) one.buffer.setSmoothing(0.8);
    CurveLayer grown(nullptr);
    const double scale = round % 3 == 2 ? 2.0 : 1.0;
    std::size_t done = 0;
    for (const double share : {0.5, 0.51, 0.8, 0.801, 1.0}) {
      const auto end = static_cast<std::size_t>(share * double(points.size()));
      one.buffer.append(std::span(points).subspan(done, end - done), Timeline());
      done = end;
      const QImage seenNow = one.paint(grown, scale);
      CurveLayer fresh(nullptr);
      CAPTURE(round, share);
      REQUIRE(seenNow == one.paint(fresh, scale));
    }
    one.buffer.append(std::vector<Point>{{points[count / 2].step, runStartMs, 2.0}}, Timeline());  // a restart
    CurveLayer fresh(nullptr);
    REQUIRE(one.paint(grown, scale) == one.paint(fresh, scale));
  }
}

TEST_CASE("A printer gets the curves as shapes that look the same", "[charts]") {
  std::mt19937 random(31);
  Layer one(0.0, 1000.0, 0.0, 4.0);
  one.buffer.append(noise(random, 400, 100), Timeline());
  CurveLayer layer(nullptr);
  const QImage pixels = one.paint(layer);
  QImage shapes = emptyPicture(400, 200);
  QPainter painter(&shapes);
  painter.rotate(1e-4);  // what has no upright pixel columns is drawn in shapes, too
  layer.paint(&painter, nullptr, nullptr);
  painter.end();
  double apart = 0.0;
  double ink = 0.0;
  for (int y = 0; y < 200; ++y)
    for (int x = 0; x < 400; ++x) {
      apart += std::abs(qAlpha(pixels.pixel(x, y)) - qAlpha(shapes.pixel(x, y)));
      ink += qAlpha(shapes.pixel(x, y));
    }
  REQUIRE(ink > 0.0);
  CHECK(apart / ink < 0.12);
}
