// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>
#include <random>

#include "core/metrics/smoothing.h"
#include "tests/ui/charts_support.h"
#include "ui/charts/curve_reduction.h"
#include "ui/charts/timeline.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

constexpr std::size_t none = StretchSummary::none;

/// Values with NaN, infinities, zeros and negative ones among them; steps with gaps.
std::vector<Point> oddPoints(std::mt19937& generator, std::size_t count) {
  std::uniform_real_distribution<double> value(-1.0, 3.0);
  std::uniform_int_distribution<int> chance(0, 99);
  std::vector<Point> points;
  qint64 step = 0;
  for (std::size_t i = 0; i < count; ++i) {
    step += 1 + chance(generator) % 3;
    const int kind = chance(generator);
    const double y = kind == 0 ? NAN : kind == 1 ? INFINITY : kind == 2 ? -INFINITY : value(generator);
    points.push_back({step, runStartMs + step, y});
  }
  return points;
}

SeriesBuffer filledInPieces(const std::vector<Point>& points, const Timeline& timeline, std::mt19937& generator,
                            double weight) {
  SeriesBuffer buffer;
  buffer.setSmoothing(weight);
  std::uniform_int_distribution<std::size_t> length(1, 700);
  for (std::size_t i = 0; i < points.size();) {
    const std::size_t piece = std::min(length(generator), points.size() - i);
    buffer.append(std::span(points).subspan(i, piece), timeline);
    i += piece;
  }
  return buffer;
}

std::vector<double> valuesOf(const std::vector<Point>& points) {
  std::vector<double> values;
  for (const Point& point : points) values.push_back(point.value);
  return values;
}

bool same(double a, double b) { return (std::isnan(a) && std::isnan(b)) || a == b; }

std::size_t bruteExtreme(const SeriesBuffer& buffer, std::size_t from, std::size_t to, bool wantsMin, double above) {
  std::size_t best = none;
  for (std::size_t i = from; i < to; ++i) {
    const double value = buffer.value(i);
    if (!std::isfinite(value) || value <= above) continue;
    if (best == none || (wantsMin ? value < buffer.value(best) : value > buffer.value(best))) best = i;
  }
  return best;
}

}  // namespace

TEST_CASE("Any stretch's summary equals looking at each of its points") {
  std::mt19937 generator(11);
  const Timeline timeline;
  const std::vector<Point> points = oddPoints(generator, 20'000);
  const SeriesBuffer buffer = filledInPieces(points, timeline, generator, 0.7);
  REQUIRE(buffer.size() == points.size());
  std::uniform_int_distribution<std::size_t> place(0, points.size());
  for (int round = 0; round < 200; ++round) {
    std::size_t from = place(generator);
    std::size_t to = place(generator);
    if (from > to) std::swap(from, to);
    const StretchSummary summary = buffer.summary(from, to);
    CHECK(summary.min == bruteExtreme(buffer, from, to, true, -1e300));
    CHECK(summary.max == bruteExtreme(buffer, from, to, false, -1e300));
    CHECK(summary.minPositive == bruteExtreme(buffer, from, to, true, 0.0));
    std::size_t nan = none;
    std::size_t finite = 0;
    double sum = 0.0;
    for (std::size_t i = from; i < to; ++i) {
      if (std::isnan(buffer.value(i))) nan = std::min(nan, i);
      if (std::isfinite(buffer.smoothed(i))) ++finite, sum += buffer.smoothed(i);
    }
    CHECK(summary.nan == nan);
    CHECK(summary.smoothedCount == finite);
    CHECK(summary.smoothedSum == Approx(sum).epsilon(1e-9).margin(1e-9));
  }
}

TEST_CASE("A chart smooths what comes in pieces as core smooths the whole") {
  std::mt19937 generator(5);
  const std::vector<Point> points = oddPoints(generator, 3'000);
  SeriesBuffer buffer = filledInPieces(points, Timeline(), generator, 0.9);
  const std::vector<double> strong = smoothed(valuesOf(points), 0.9);
  for (std::size_t i = 0; i < points.size(); ++i) REQUIRE(same(buffer.smoothed(i), strong[i]));
  buffer.setSmoothing(0.3);
  const std::vector<double> light = smoothed(valuesOf(points), 0.3);
  for (std::size_t i = 0; i < points.size(); ++i) REQUIRE(same(buffer.smoothed(i), light[i]));
  buffer.setSmoothing(0.0);
  for (std::size_t i = 0; i < points.size(); ++i) REQUIRE(same(buffer.smoothed(i), points[i].value));
}

TEST_CASE("A step that goes backwards replaces the points that it overtakes") {
  SeriesBuffer buffer;
  buffer.setSmoothing(0.5);
  const Timeline timeline;
  buffer.append(seriesOf("l", std::vector<double>(300, 9.0)).points, timeline);
  buffer.append(seriesOf("l", {1.0, 2.0}, 101).points, timeline);
  REQUIRE(buffer.size() == 102);
  CHECK(buffer.value(99) == 9.0);
  CHECK(buffer.value(100) == 1.0);
  CHECK(buffer.value(101) == 2.0);
  const StretchSummary all = buffer.summary(0, buffer.size());
  CHECK(all.min == 100);
  std::vector<double> expected(100, 9.0);
  expected.insert(expected.end(), {1.0, 2.0});
  CHECK(buffer.smoothed(101) == smoothed(expected, 0.5).back());
}

TEST_CASE("A batch that comes twice is there once") {
  SeriesBuffer buffer;
  const SeriesPoints batch = seriesOf("l", {3.0, 2.0, 1.0});
  buffer.append(batch.points, Timeline());
  buffer.append(std::span(batch.points).last(1), Timeline());
  buffer.append(batch.points, Timeline());
  REQUIRE(buffer.size() == 3);
  CHECK(buffer.value(0) == 3.0);
  CHECK(buffer.value(2) == 1.0);
}

TEST_CASE("A clock that was set back does not fold the curve") {
  Timeline timeline;
  timeline.reset(runStartMs, 0.0, 0);
  timeline.setKind(XAxisKind::Time);
  SeriesBuffer buffer;
  const std::vector<Point> points{{1, runStartMs + 5000, 1.0}, {2, runStartMs + 1000, 2.0},
                                  {3, runStartMs + 6000, 3.0}};
  buffer.append(points, timeline);
  CHECK(buffer.x(0) == 5.0);
  CHECK(buffer.x(1) == 5.0);
  CHECK(buffer.x(2) == 6.0);
}

TEST_CASE("Each pixel column keeps its smallest and largest value and no more than two points") {
  std::mt19937 generator(23);
  const Timeline timeline;
  const std::vector<Point> points = oddPoints(generator, 30'000);
  const SeriesBuffer buffer = filledInPieces(points, timeline, generator, 0.6);
  std::uniform_real_distribution<double> edge(0.0, buffer.x(buffer.size() - 1));
  std::uniform_int_distribution<int> widths(1, 900);
  for (int round = 0; round < 25; ++round) {
    double from = edge(generator);
    double to = edge(generator);
    if (from > to) std::swap(from, to);
    const int columns = widths(generator);
    const bool log = round % 2 == 1;
    const Reduction reduction = reduceToColumns(buffer, from, to, columns, log);
    const auto columnOf = [&](std::size_t i) {
      return std::clamp(static_cast<int>(std::floor((buffer.x(i) - from) / ((to - from) / columns))), 0, columns - 1);
    };
    std::map<int, std::vector<std::size_t>> kept;
    for (const std::size_t index : reduction.raw)
      if (index != Reduction::lineBreak && buffer.x(index) >= from && buffer.x(index) <= to)
        kept[columnOf(index)].push_back(index);
    std::map<int, std::pair<double, double>> wanted;
    for (std::size_t i = 0; i < buffer.size(); ++i) {
      const double value = buffer.value(i);
      if (buffer.x(i) < from || buffer.x(i) > to || !std::isfinite(value) || (log && value <= 0.0)) continue;
      auto [at, isNew] = wanted.try_emplace(columnOf(i), value, value);
      at->second = {std::min(at->second.first, value), std::max(at->second.second, value)};
    }
    REQUIRE(kept.size() == wanted.size());
    for (const auto& [column, extremes] : wanted) {
      const auto& indices = kept[column];
      REQUIRE(indices.size() <= 2);
      const double one = buffer.value(indices.front());
      const double other = buffer.value(indices.back());
      REQUIRE(std::min(one, other) == extremes.first);
      REQUIRE(std::max(one, other) == extremes.second);
    }
  }
}

TEST_CASE("A line is broken at NaN and at the infinities, which are never zero") {
  SeriesBuffer buffer;
  buffer.append(seriesOf("l", {1.0, NAN, 3.0, 4.0, INFINITY, -INFINITY, 5.0}).points, Timeline());
  const Reduction reduction = reduceToColumns(buffer, 0.0, 8.0, 800, false);
  constexpr std::size_t gap = Reduction::lineBreak;
  CHECK(reduction.raw == std::vector<std::size_t>{0, gap, 2, 3, gap, 6});
  CHECK(reduction.odd == std::vector<OddPoint>{{1, Oddity::NaN}, {4, Oddity::PositiveInfinity},
                                               {5, Oddity::NegativeInfinity}});
  REQUIRE(reduction.smoothed.size() == 6);
  CHECK(std::isnan(reduction.smoothed[1].y));
  CHECK(reduction.smoothed[2].y == 3.0);
}

TEST_CASE("A NaN inside a crowded column still breaks the line between its neighbours") {
  std::vector<double> values(1000, 1.0);
  values[499] = 2.0;
  values[500] = NAN;
  values[501] = 3.0;
  SeriesBuffer buffer;
  buffer.append(seriesOf("l", values).points, Timeline());
  const Reduction reduction = reduceToColumns(buffer, 1.0, 1000.0, 1, false);
  constexpr std::size_t gap = Reduction::lineBreak;
  CHECK(reduction.raw == std::vector<std::size_t>{0, gap, 501});
  CHECK(reduction.odd == std::vector<OddPoint>{{500, Oddity::NaN}});
}

TEST_CASE("A logarithmic axis leaves out and marks what is not positive") {
  SeriesBuffer buffer;
  buffer.append(seriesOf("l", {1.0, 0.0, -3.0, 0.1}).points, Timeline());
  const Reduction reduction = reduceToColumns(buffer, 0.0, 5.0, 500, true);
  CHECK(reduction.raw == std::vector<std::size_t>{0, Reduction::lineBreak, 3});
  CHECK(reduction.odd == std::vector<OddPoint>{{1, Oddity::NotPositive}, {2, Oddity::NotPositive}});
}

TEST_CASE("A zoom keeps the neighbours outside of it, so that the line reaches the edges") {
  SeriesBuffer buffer;
  buffer.append(seriesOf("l", {1.0, 2.0, 3.0, 4.0, 5.0}).points, Timeline());
  const Reduction reduction = reduceToColumns(buffer, 2.5, 3.5, 100, false);
  CHECK(reduction.raw == std::vector<std::size_t>{1, 2, 3});
  CHECK(reduction.visible == 1);
}

TEST_CASE("Smoothed points are exact while each has a column, and a column's mean beyond") {
  SeriesBuffer buffer;
  buffer.setSmoothing(0.8);
  const std::vector<double> values = noisyLoss(400);
  buffer.append(seriesOf("l", values).points, Timeline());
  const std::vector<double> expected = smoothed(values, 0.8);
  const Reduction wide = reduceToColumns(buffer, 0.0, 400.0, 4000, false);
  REQUIRE(wide.smoothed.size() == 400);
  for (std::size_t i = 0; i < 400; ++i) {
    CHECK(wide.smoothed[i].x == static_cast<double>(i + 1));
    CHECK(wide.smoothed[i].y == expected[i]);
  }
  const Reduction narrow = reduceToColumns(buffer, 0.5, 400.5, 100, false);
  REQUIRE(narrow.smoothed.size() == 100);
  CHECK(narrow.smoothed[10].y == Approx((expected[40] + expected[41] + expected[42] + expected[43]) / 4));
}
