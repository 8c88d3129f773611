// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/series_merge.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace trainyard;

namespace {

constexpr double noNumber = std::numeric_limits<double>::quiet_NaN();

SeriesPoints series(std::vector<Point> points, std::vector<double> smoothed) { return {QStringLiteral("loss"), std::move(points), std::move(smoothed)}; }

}  // namespace

TEST_CASE("an average goes on behind points, over one that is no number, and back with a restart", "[metrics][merge]") {
  SeriesPoints base = series({{1, 0, 4.0}, {2, 0, 8.0}}, {4.0, 6.0});
  addSuperseding(base, {{3, 0, noNumber}, {4, 0, 2.0}}, 0.5);
  REQUIRE(base.smoothed.size() == 4);
  CHECK(std::isnan(base.smoothed[2]));
  CHECK(base.smoothed[3] == 4.0);
  addSuperseding(base, {{3, 0, 10.0}}, 0.5);
  REQUIRE(base.points.size() == 3);
  CHECK(base.smoothed == std::vector<double>{4.0, 6.0, 8.0});
}

TEST_CASE("averages that are known in part are kept as far as their points, and none is made up", "[metrics][merge]") {
  SeriesPoints base = series({{1, 0, 4.0}, {2, 0, 8.0}, {3, 0, 1.0}}, {4.0, 6.0});
  addSuperseding(base, {{4, 0, 2.0}}, 0.5);
  CHECK(base.points.size() == 4);
  CHECK(base.smoothed.size() == 2);
}

TEST_CASE("closer points take the place of what they cover", "[metrics][merge]") {
  const SeriesPoints base = series({{1, 0, 1.0}, {5, 0, 5.0}, {9, 0, 9.0}, {20, 0, 2.0}}, {1.0, 5.0, 9.0, 2.0});
  const SeriesPoints merged = withDetail(base, series({{4, 0, 4.0}, {6, 0, 6.0}, {9, 0, 9.0}}, {4.5, 6.5}), 4.0);
  std::vector<qint64> steps;
  for (const Point& point : merged.points) steps.push_back(point.step);
  CHECK(steps == std::vector<qint64>{1, 4, 6, 9, 20});
  CHECK(merged.smoothed == std::vector<double>{1.0, 4.5, 6.5});  // what belongs to 20 would stand beside 9
}
