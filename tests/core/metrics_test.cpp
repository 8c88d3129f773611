// SPDX-License-Identifier: GPL-3.0-or-later
#include <QRandomGenerator>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/metrics/chart_groups.h"
#include "core/metrics/downsample.h"
#include "core/metrics/point.h"
#include "core/metrics/smoothing.h"

using namespace trainyard;

namespace {
constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
}

TEST_CASE("smoothing is TensorBoard's", "[metrics]") {
  const std::vector<double> values{1.0, 2.0, notANumber, 4.0};
  const auto out = smoothed(values, 0.5);
  CHECK(out[0] == Approx(1.0));
  CHECK(out[1] == Approx((0.5 * 0.5 + 0.5 * 2.0) / 0.75));
  CHECK(std::isnan(out[2]));
  CHECK(out[3] == Approx((0.5 * (0.25 + 1.0) + 0.5 * 4.0) / 0.875));
  CHECK(smoothed(values, 0.0)[3] == 4.0);
}

TEST_CASE("a column keeps its extremes whatever the points", "[metrics]") {
  QRandomGenerator random(3);
  for (int round = 0; round < 200; ++round) {
    std::vector<Point> points;
    qint64 step = 0;
    for (int i = 0; i < 1 + random.bounded(3000); ++i) {
      step += 1 + random.bounded(5);
      points.push_back({step, 0, random.bounded(50) == 0 ? notANumber : random.generateDouble()});
    }
    const int columns = 1 + random.bounded(400);
    const auto reduced = minMaxPerColumn(points, 0, step, columns);
    CHECK(reduced.size() <= size_t(3 * columns + 2));
    const auto extreme = [](const std::vector<Point>& all, bool largest) {
      double best = notANumber;
      for (const Point& p : all)
        if (!std::isnan(p.value) && (std::isnan(best) || (largest ? p.value > best : p.value < best))) best = p.value;
      return best;
    };
    for (const bool largest : {false, true}) {
      const double want = extreme(points, largest);
      const double got = extreme(reduced, largest);
      CHECK((want == got || (std::isnan(want) && std::isnan(got))));
    }
    CHECK(reduced.front().step == points.front().step);
    CHECK(reduced.back().step == points.back().step);
    CHECK(std::is_sorted(reduced.begin(), reduced.end(), [](const Point& a, const Point& b) { return a.step < b.step; }));
  }
  CHECK(minMaxPerColumn({}, 0, 10, 5).empty());
}

TEST_CASE("tags of the field's programs get one form", "[metrics]") {
  const std::pair<const char*, const char*> known[] = {
      {"loss", "train/loss"},        {"Loss", "train/loss"},          {"val_loss", "val/loss"},
      {"eval_accuracy", "val/accuracy"}, {"learning_rate", "lr"},     {"train-rmse", "train/rmse"},
      {"validation_0-logloss", "val/logloss"}, {"acc", "train/accuracy"}, {"val_acc", "val/accuracy"},
      {"test_loss", "test/loss"},    {"train/loss", "train/loss"},    {"grad_norm", "grad_norm"},
      {"avg.loss", "train/loss"},    {"epoch", "epoch"}};
  for (const auto& [name, tag] : known) CHECK(normalizedTag(QLatin1String(name)).toStdString() == tag);
}

TEST_CASE("series of one metric share a chart, loss first and the learning rate last", "[metrics]") {
  const auto groups = chartGroups({"lr", "val/loss", "grad_norm", "train/accuracy", "train/loss", "epoch", "val/rmse", "train/rmse"});
  QStringList keys;
  for (const ChartGroup& group : groups) keys << group.key;
  CHECK(keys == QStringList{"loss", "accuracy", "rmse", "grad_norm", "lr"});
  CHECK(groups[0].tags == QStringList{"train/loss", "val/loss"});
  CHECK(groups[1].percent);
  CHECK(primaryLossTag({"lr", "val/rmse", "train/rmse"}) == QStringLiteral("train/rmse"));
  CHECK(primaryLossTag({"lr"}).isEmpty());
  CHECK(isValidation(QStringLiteral("test-rmse")));
  CHECK_FALSE(isValidation(QStringLiteral("train/loss")));
}

TEST_CASE("a summary knows the first extremes and counts NaN apart", "[metrics]") {
  SeriesSummary summary;
  extend(summary, {{1, 0, 3.0}, {2, 0, 1.0}, {3, 0, notANumber}, {4, 0, 1.0}});
  CHECK(summary.count == 4);
  CHECK(summary.nanCount == 1);
  CHECK(summary.min.step == 2);
  CHECK(summary.max.step == 1);
  CHECK(summary.last.step == 4);
}
