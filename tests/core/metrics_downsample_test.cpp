// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/downsample.h"

#include <QRandomGenerator>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

using namespace trainyard;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

std::vector<qint64> stepsOf(const std::vector<Point>& points) {
  std::vector<qint64> steps;
  for (const Point& point : points) steps.push_back(point.step);
  return steps;
}

std::vector<Point> line(std::initializer_list<double> values) {
  std::vector<Point> points;
  for (const double value : values) points.push_back({qint64(points.size()) + 1, 0, value});
  return points;
}

std::vector<Point> randomSeries(QRandomGenerator& random) {
  std::vector<Point> points;
  qint64 step = random.bounded(1000);
  for (int left = random.bounded(1, 600); left > 0; --left) {
    step += random.bounded(1, 6);
    const int odd = random.bounded(40);
    const double value = odd == 0 ? notANumber : odd == 1 ? infinite : odd == 2 ? -infinite : random.bounded(50) / 7.0;
    points.push_back({step, step * 10, value});
  }
  return points;
}

/// What the header promises, worked out the slow way with whole numbers only: the steps to keep.
std::vector<qint64> expectedSteps(const std::vector<Point>& all, qint64 from, qint64 to, int columns) {
  std::vector<Point> range;
  for (const Point& point : all)
    if (point.step >= from && point.step <= to) range.push_back(point);
  std::map<qint64, bool> kept;
  if (range.empty()) return {};
  kept[range.front().step] = kept[range.back().step] = true;
  const qint64 extent = range.back().step - range.front().step + 1;
  for (int column = 0; column < columns; ++column) {
    const Point* low = nullptr;
    const Point* high = nullptr;
    const Point* odd[3] = {};  // the first NaN, +inf, -inf
    for (const Point& point : range) {
      if ((point.step - range.front().step) * columns / extent != column) continue;
      if (!std::isfinite(point.value)) {
        const Point*& first = odd[std::isnan(point.value) ? 0 : point.value > 0 ? 1 : 2];
        if (first == nullptr) first = &point;
        continue;
      }
      if (low == nullptr || point.value < low->value) low = &point;
      if (high == nullptr || point.value > high->value) high = &point;
    }
    for (const Point* point : {low, high, odd[0], odd[1], odd[2]})
      if (point != nullptr) kept[point->step] = true;
  }
  std::vector<qint64> steps;
  for (const auto& [step, unused] : kept) steps.push_back(step);
  return steps;
}

}  // namespace

TEST_CASE("an infinity hides no finite extreme, and both are kept", "[metrics]") {
  const auto points = line({1.0, 3.0, 9.0, infinite, 2.0, -4.0, -infinite, infinite, 1.5, 1.0});
  CHECK(stepsOf(minMaxPerColumn(points, 0, 100, 1)) == std::vector<qint64>{1, 3, 4, 6, 7, 10});
}

TEST_CASE("the first NaN of a column is kept beside its extremes", "[metrics]") {
  const auto points = line({1.0, 5.0, notANumber, notANumber, 0.5, 2.0});
  CHECK(stepsOf(minMaxPerColumn(points, 0, 100, 1)) == std::vector<qint64>{1, 2, 3, 5, 6});
  const auto onlyNan = line({notANumber, notANumber, notANumber});
  CHECK(stepsOf(minMaxPerColumn(onlyNan, 0, 100, 1)) == std::vector<qint64>{1, 3});
}

TEST_CASE("a flat column is one point", "[metrics]") {
  const auto points = line({2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0});
  CHECK(stepsOf(minMaxPerColumn(points, 0, 100, 3)) == std::vector<qint64>{1, 4, 7, 9});
}

TEST_CASE("both ends of the asked range belong to it and nothing beyond does", "[metrics]") {
  const auto points = line({1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(stepsOf(minMaxPerColumn(points, 3, 6, 100)) == std::vector<qint64>{3, 4, 5, 6});
  CHECK(stepsOf(minMaxPerColumn(points, 4, 4, 100)) == std::vector<qint64>{4});
  CHECK(minMaxPerColumn(points, 10, 20, 100).empty());
  CHECK(minMaxPerColumn(points, -5, 0, 100).empty());
  CHECK(minMaxPerColumn(points, 6, 3, 100).empty());
}

TEST_CASE("with a column for each step nothing is left out", "[metrics]") {
  const auto points = line({4, 1, notANumber, 3, infinite, 2});
  const auto kept = minMaxPerColumn(points, 0, std::numeric_limits<qint64>::max(), 6);
  CHECK(stepsOf(kept) == stepsOf(points));
  CHECK(kept[3].value == 3.0);
}

TEST_CASE("steps near the largest number do no harm", "[metrics]") {
  constexpr qint64 far = std::numeric_limits<qint64>::max();
  const std::vector<Point> points{{0, 0, 1.0}, {far / 2, 0, 7.0}, {far - 1, 0, 2.0}, {far, 0, 3.0}};
  const auto kept = minMaxPerColumn(points, 0, far, 10);
  CHECK(stepsOf(kept) == std::vector<qint64>{0, far / 2, far - 1, far});
}

TEST_CASE("any series keeps exactly what the promise says, in any range at any width", "[metrics]") {
  QRandomGenerator random(20);
  for (int round = 0; round < 400; ++round) {
    const auto points = randomSeries(random);
    const qint64 from = points.front().step + random.bounded(-50, 200);
    const qint64 to = from + random.bounded(2500);
    const int columns = random.bounded(1, 300);
    INFO("round " << round << " from " << from << " to " << to << " columns " << columns);
    REQUIRE(stepsOf(minMaxPerColumn(points, from, to, columns)) == expectedSteps(points, from, to, columns));
  }
}
