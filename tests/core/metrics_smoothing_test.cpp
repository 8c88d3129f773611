// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/smoothing.h"

#include <QRandomGenerator>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/metrics/point.h"

using namespace trainyard;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

bool same(const Point& one, const Point& other) {
  return one.step == other.step && one.wallMs == other.wallMs &&
         (one.value == other.value || (std::isnan(one.value) && std::isnan(other.value)));
}

}  // namespace

TEST_CASE("a constant series is not bent by smoothing, from its first value on", "[metrics]") {
  for (const double weight : {0.0, 0.5, 0.9, 0.99, 0.999}) {
    Smoother smoother(weight);
    for (int i = 0; i < 2000; ++i) REQUIRE(smoother.next(2.5) == Approx(2.5).epsilon(1e-9));
  }
}

TEST_CASE("smoothing what was appended equals smoothing the whole", "[metrics]") {
  std::vector<double> values;
  QRandomGenerator random(5);
  for (int i = 0; i < 500; ++i) values.push_back(random.bounded(20) == 0 ? notANumber : random.generateDouble());
  const auto whole = smoothed(values, 0.97);
  Smoother smoother(0.97);
  for (size_t i = 0; i < values.size(); ++i) {
    const double piece = smoother.next(values[i]);
    CHECK((piece == whole[i] || (std::isnan(piece) && std::isnan(whole[i]))));
  }
}

TEST_CASE("values that are not finite pass through and leave no trace", "[metrics]") {
  const auto clean = smoothed(std::vector<double>{1.0, 2.0, 3.0}, 0.8);
  const auto dirty = smoothed(std::vector<double>{notANumber, 1.0, infinite, 2.0, -infinite, 3.0}, 0.8);
  CHECK(std::isnan(dirty[0]));
  CHECK(dirty[1] == clean[0]);
  CHECK(dirty[2] == infinite);
  CHECK(dirty[3] == clean[1]);
  CHECK(dirty[4] == -infinite);
  CHECK(dirty[5] == clean[2]);
  CHECK(smoothed({}, 0.9).empty());
}

TEST_CASE("a smoothed value lies between the smallest and the largest seen", "[metrics]") {
  QRandomGenerator random(6);
  for (const double weight : {0.0, 0.6, 0.95, 0.999}) {
    Smoother smoother(weight);
    double low = infinite;
    double high = -infinite;
    for (int i = 0; i < 300; ++i) {
      const double value = random.generateDouble() * 10.0 - 5.0;
      low = std::min(low, value);
      high = std::max(high, value);
      const double smooth = smoother.next(value);
      REQUIRE(smooth >= low - 1e-9);
      REQUIRE(smooth <= high + 1e-9);
    }
  }
}

TEST_CASE("a summary is the same however its points were cut into batches", "[metrics]") {
  QRandomGenerator random(7);
  std::vector<Point> points;
  for (qint64 step = 1; step <= 300; ++step) {
    const int odd = random.bounded(20);
    points.push_back({step, step * 7, odd == 0 ? notANumber : odd == 1 ? infinite : double(random.bounded(30))});
  }
  SeriesSummary whole;
  extend(whole, points);
  SeriesSummary pieces;
  for (size_t at = 0; at < points.size();) {
    const size_t size = std::min(points.size() - at, size_t(random.bounded(0, 9)));
    extend(pieces, {points.begin() + qint64(at), points.begin() + qint64(at + size)});
    at += size;
  }
  CHECK(whole.count == 300);
  CHECK(pieces.count == whole.count);
  CHECK(pieces.nanCount == whole.nanCount);
  CHECK(same(pieces.last, whole.last));
  CHECK(same(pieces.min, whole.min));
  CHECK(same(pieces.max, whole.max));
  CHECK(whole.min.value == 0.0);
  CHECK(whole.max.value == 29.0);
  CHECK(whole.min.wallMs == whole.min.step * 7);
}

TEST_CASE("extremes wait for a first finite value", "[metrics]") {
  SeriesSummary summary;
  extend(summary, {});
  CHECK(summary.count == 0);
  extend(summary, {{1, 0, notANumber}, {2, 0, infinite}, {3, 0, -infinite}});
  CHECK(summary.count == 3);
  CHECK(summary.nanCount == 1);
  CHECK(std::isnan(summary.min.value));
  CHECK(std::isnan(summary.max.value));
  CHECK(summary.last.step == 3);
  extend(summary, {{4, 0, -2.0}});
  CHECK(summary.min.step == 4);
  CHECK(summary.max.step == 4);
}

TEST_CASE("the sum over a run is that of its values one by one", "[metrics]") {
  QRandomGenerator random(23);
  for (int round = 0; round < 500; ++round) {
    const double weight = std::array{0.0, 0.3, 0.6, 0.9, 0.99}[size_t(random.bounded(5))];
    Smoother byRuns(weight);
    Smoother oneByOne(weight);
    for (int run = 0; run < 6; ++run) {
      std::vector<double> values(size_t(random.bounded(1, 3'000)));
      for (double& value : values) value = random.generateDouble() - 0.3;
      if (random.bounded(3) == 0) values[size_t(random.bounded(int(values.size())))] = std::pow(10.0, random.bounded(300));
      double sum = 0.0;
      double greatest = 0.0;
      double expected = 0.0;
      double magnitude = 0.0;
      for (const double value : values) {
        sum += value;
        greatest = std::max(greatest, std::abs(value));
        const double next = oneByOne.next(value);
        expected += next;
        magnitude += std::abs(next);
      }
      const double got = byRuns.sumOfNext<double>(values, sum, greatest);
      INFO("round " << round << " weight " << weight << " run of " << values.size());
      REQUIRE(std::abs(got - expected) <= 1e-10 * magnitude);
    }
  }
}
