// SPDX-License-Identifier: GPL-3.0-or-later
// Every pixel column has its true minimum and maximum, whatever comes as points and whatever as summaries.
#include "core/metrics/column_reducer.h"

#include <QRandomGenerator>
#include <bit>
#include <catch2/catch.hpp>
#include <map>

using namespace trainyard;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

/// What is to be seen of a column, and what is given of it.
struct Seen {
  double low = infinite;
  double high = -infinite;
  bool nan = false;
  bool infinity = false;
  bool negativeInfinity = false;
  friend bool operator==(const Seen&, const Seen&) = default;
};
using SeenColumns = std::map<int, Seen>;

SeenColumns seen(std::span<const Point> points, const PixelColumns& columns) {
  SeenColumns all;
  for (const Point& point : points) {
    Seen& one = all[columns.columnOf(double(point.step))];
    if (std::isfinite(point.value)) {
      one.low = std::min(one.low, point.value);
      one.high = std::max(one.high, point.value);
    } else {
      (std::isnan(point.value) ? one.nan : point.value > 0.0 ? one.infinity : one.negativeInfinity) = true;
    }
  }
  return all;
}

double valueOf(int kind, double last, QRandomGenerator& random) {
  switch (kind) {
    case 0: return random.generateDouble() - 0.5;
    case 1: return double(random.bounded(5)) - 2.0;  // many are equal
    case 2: return last + random.generateDouble() - 0.5;
    case 3: {
      constexpr double odd[] = {std::numeric_limits<double>::quiet_NaN(), infinite, -infinite, -0.0, 5e-324, -1.7e308};
      return random.bounded(6) == 0 ? odd[random.bounded(6)] : random.generateDouble();
    }
    default: return last;
  }
}

qint64 strideOf(int kind, QRandomGenerator& random) {
  switch (kind) {
    case 0: return 1;
    case 1: return random.bounded(1, 9);
    case 2: return random.bounded(20) == 0 ? random.bounded(1, 100'000) : 1;
    default: return qint64(random.generate64() >> random.bounded(24, 60)) + 1;
  }
}

std::vector<Point> anySeries(QRandomGenerator& random) {
  const int values = random.bounded(5);
  const int strides = random.bounded(4);
  const int count = random.bounded(8) == 0 ? random.bounded(1, 1'500) : random.bounded(1, 150);
  std::vector<Point> points{{random.bounded(100'000), 0, valueOf(values, 0.5, random)}};
  while (int(points.size()) < count)
    points.push_back({points.back().step + strideOf(strides, random), points.back().wallMs + 10, valueOf(values, points.back().value, random)});
  return points;
}

/// Ranges of the series, of a part of it, and beyond it; of few and of very many columns to a step.
PixelColumns anyColumns(const std::vector<Point>& points, QRandomGenerator& random) {
  const auto first = double(points.front().step);
  const double extent = double(points.back().step) - first + 1.0;
  const int count = random.bounded(4) == 0 ? random.bounded(1, 4) : random.bounded(1, 1'600);
  switch (random.bounded(4)) {
    case 0: return {first, first + extent, count};
    case 1: return {first + random.generateDouble() * extent * 0.5, first + extent * (0.51 + random.generateDouble()), count};
    case 2: return {first - random.generateDouble() * extent, first + extent * 2.0, count};
    default: return {first + 0.25, first + 0.75 + random.generateDouble(), count};
  }
}

struct Given {
  SeriesPoints reduced;
  bool beganWithPoints = true;
  int summaries = 0;
};

/// The series in random stretches, each as its summary where that is wanted and may be.
Given reduce(const std::vector<Point>& points, const PixelColumns& columns, double smoothing, QRandomGenerator& random) {
  ColumnReducer reducer(columns, smoothing);
  Given given;
  const int longest = random.bounded(1, 200);
  const int share = random.bounded(0, 5);
  for (std::span<const Point> left = points; !left.empty();) {
    const auto stretch = left.first(std::min<size_t>(left.size(), size_t(random.bounded(1, longest + 1))));
    left = left.subspan(stretch.size());
    if (random.bounded(4) < share && reducer.fits(summarize(stretch))) {
      reducer.add(summarize(stretch));
      ++given.summaries;
      if (stretch.data() == points.data()) given.beganWithPoints = false;
    } else if (random.bounded(2) == 0) {
      const auto chunk = decodeArrays(encodeChunk(stretch), ChunkColumns::All);
      REQUIRE(chunk);
      reducer.add(*chunk, std::numeric_limits<qint64>::min(), std::numeric_limits<qint64>::max());
    } else {
      reducer.add(stretch);
    }
  }
  given.reduced = reducer.finish();
  return given;
}

bool isAPointOf(const std::vector<Point>& points, const Point& point) {
  const auto at = std::lower_bound(points.begin(), points.end(), point.step, [](const Point& one, qint64 step) { return one.step < step; });
  return at != points.end() && at->step == point.step && at->wallMs == point.wallMs && std::bit_cast<quint64>(at->value) == std::bit_cast<quint64>(point.value);
}

bool rises(const std::vector<Point>& points) {
  return std::adjacent_find(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.step >= b.step; }) == points.end();
}

}  // namespace

TEST_CASE("every pixel column has its true minimum and maximum, from points and summaries in any mixture", "[metrics][reducer]") {
  QRandomGenerator random(17);
  int summaries = 0;
  for (int round = 0; round < 10'000; ++round) {
    const auto points = anySeries(random);
    const PixelColumns columns = anyColumns(points, random);
    const double smoothing = random.bounded(3) == 0 ? 0.9 : 0.0;
    const Given given = reduce(points, columns, smoothing, random);
    const auto& reduced = given.reduced.points;
    summaries += given.summaries;
    INFO("round " << round << ", " << points.size() << " points in " << columns.count << " columns from " << columns.from << " to " << columns.to);
    REQUIRE(seen(reduced, columns) == seen(points, columns));
    REQUIRE(rises(reduced));
    REQUIRE(std::all_of(reduced.begin(), reduced.end(), [&](const Point& point) { return isAPointOf(points, point); }));
    REQUIRE(reduced.back().step == points.back().step);
    if (given.beganWithPoints) REQUIRE(reduced.front().step == points.front().step);
    REQUIRE(given.reduced.smoothed.size() == (smoothing > 0.0 ? reduced.size() : 0));
    REQUIRE(reduced.size() <= seen(points, columns).size() * 5 + 2);
  }
  CHECK(summaries > 10'000);
}
