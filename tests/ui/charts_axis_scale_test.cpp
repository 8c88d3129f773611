// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "tests/ui/charts_support.h"
#include "ui/charts/axis_scale.h"
#include "ui/charts/timeline.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

std::string labels(const AxisScale& scale) {
  QStringList texts;
  for (const Tick& tick : scale.ticks) texts << tick.label;
  return texts.join(u' ').toStdString();
}

}  // namespace

TEST_CASE("Steps are labelled at round numbers with thousands separated") {
  CHECK(labels(xScale(XAxisKind::Step, {0, 3000}, 7)) == "0 500 1,000 1,500 2,000 2,500 3,000");
  CHECK(labels(xScale(XAxisKind::Step, {0, 2}, 7)) == "0 1 2");
  CHECK(labels(xScale(XAxisKind::Step, {0, 10}, 4)) == "0 5 10");
  CHECK(labels(xScale(XAxisKind::Step, {0, 1'000'000}, 5)) == "0 0.2M 0.4M 0.6M 0.8M 1M");
}

TEST_CASE("Epochs may be parts of one") {
  CHECK(labels(xScale(XAxisKind::Epoch, {0, 1}, 4)) == "0.00 0.25 0.50 0.75 1.00");
  CHECK(labels(xScale(XAxisKind::Epoch, {0, 30}, 7)) == "0 5 10 15 20 25 30");
}

TEST_CASE("Times are labelled as people say them") {
  CHECK(labels(xScale(XAxisKind::Time, {0, 240}, 5)) == "0 s 1 min 2 min 3 min 4 min");
  CHECK(labels(xScale(XAxisKind::Time, {0, 6000}, 5)) == "0 s 20 min 40 min 1 h 1 h 20 min 1 h 40 min");
  CHECK(labels(xScale(XAxisKind::Time, {0, 1}, 4)) == "0 s 0.25 s 0.50 s 0.75 s 1.00 s");
  CHECK(labels(xScale(XAxisKind::Time, {0, 3 * 86400.0}, 4)) == "0 s 1 d 2 d 3 d");
}

TEST_CASE("The y axis ends on ticks, shows all of the data and starts at zero when that is near") {
  const AxisScale loss = linearScale(0.2, 2.3, 6);
  CHECK(labels(loss) == "0.0 0.5 1.0 1.5 2.0 2.5");
  CHECK(loss.from == 0.0);
  CHECK(loss.to == 2.5);
  const AxisScale far = linearScale(10.0, 10.4, 5);
  CHECK(far.from <= 10.0);
  CHECK(far.from > 9.0);
  CHECK(far.to >= 10.4);
  CHECK(labels(linearScale(1e-5, 3e-4, 4)) == "0 1e-4 2e-4 3e-4 4e-4");
}

TEST_CASE("A single value is in the middle of its axis, whatever it is") {
  for (const double value : {3.0, -2.0, 1e-12, 1e300, -1e308, 1.7e308}) {
    const AxisScale scale = linearScale(value, value, 5);
    CAPTURE(value);
    CHECK(std::isfinite(scale.from));
    CHECK(std::isfinite(scale.to));
    CHECK(scale.to > scale.from);
    CHECK(scale.ticks.size() >= 2);
  }
  CHECK(linearScale(0.0, 0.0, 5).to == 1.0);
}

TEST_CASE("Accuracy is labelled in per cent and stays within 0 and 100") {
  CHECK(labels(percentScale(0.0, 1.0, 4)) == "0% 25% 50% 75% 100%");
  const AxisScale high = percentScale(0.97, 0.999, 5);
  CHECK(high.to <= 1.0 + 1e-12);
  CHECK(high.from < 0.97);
  CHECK(percentScale(1.0, 1.0, 4).to == Approx(1.0));
}

TEST_CASE("A logarithmic axis has decades, and 1 2 5 when there are few") {
  CHECK(labels(logScale(0.2, 2.3, 6)) == "0.2 0.5 1 2 5");
  CHECK(labels(logScale(0.0003, 500, 6)) == "1e-4 0.01 1 100");
  const AxisScale one = logScale(0.5, 0.5, 6);
  CHECK(one.to > one.from);
  const AxisScale tiny = logScale(5e-324, 1e308, 6);
  CHECK(tiny.ticks.size() >= 2);
  CHECK(tiny.ticks.size() <= 14);
}

TEST_CASE("Positions and values are inverse on both kinds of axis") {
  for (const AxisScale& scale : {linearScale(0.2, 2.3, 6), logScale(0.001, 20, 6)})
    for (const double value : {0.25, 0.5, 1.9}) CHECK(scale.valueAt(scale.position(value)) == Approx(value));
  CHECK(logScale(0.1, 1, 5).position(0.0) == -std::numeric_limits<double>::infinity());
}

TEST_CASE("The whole run reaches to the planned end when it is known, else to the newest point") {
  Timeline timeline;
  timeline.reset(runStartMs, 100.0, 3000);
  CHECK(timeline.whole() == XRange{0, 3000});
  (void)timeline.extend(jobPoints({seriesOf("l", noisyLoss(50))}));
  CHECK(timeline.whole() == XRange{0, 3000});
  timeline.setKind(XAxisKind::Epoch);
  CHECK(timeline.whole() == XRange{0, 30});
  timeline.setKind(XAxisKind::Time);
  CHECK(timeline.whole() == XRange{0, 5});
  timeline.reset(runStartMs, 0.0, 0);
  timeline.setKind(XAxisKind::Step);
  (void)timeline.extend(jobPoints({seriesOf("l", noisyLoss(50))}));
  CHECK(timeline.whole() == XRange{0, 50});
  timeline.reset(runStartMs, 0.0, 0);
  (void)timeline.extend(jobPoints({seriesOf("l", noisyLoss(50), 100'000)}));
  CHECK(timeline.whole() == XRange{100'000, 100'049});
}

TEST_CASE("Epochs come from the recorded series when the steps of an epoch are not known") {
  Timeline timeline;
  timeline.reset(runStartMs, 0.0, 0);
  CHECK(std::isnan(timeline.epoch(10)));
  SeriesPoints epochs{"epoch", {{10, runStartMs, 0.5}, {20, runStartMs, 1.0}}};
  CHECK(timeline.extend(jobPoints({epochs})) == 0);
  CHECK(timeline.epoch(10) == 0.5);
  CHECK(timeline.epoch(15) == 0.75);
  CHECK(timeline.epoch(99) == 1.0);
  CHECK(timeline.extend(jobPoints({SeriesPoints{"epoch", {{40, runStartMs, 2.0}}}})) == 20);
  CHECK(timeline.epoch(30) == 1.5);
}
