// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/job_history.h"

#include <QSignalSpy>

#include "core/metrics/series_merge.h"
#include "tests/support/ui_fixture.h"
#include "ui/charts/series_buffer.h"
#include "ui/charts/timeline.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

const QString loss = QStringLiteral("train/loss");

std::vector<Point> at(std::initializer_list<qint64> steps) {
  std::vector<Point> points;
  for (const qint64 step : steps) points.push_back({step, step * 10, double(step)});
  return points;
}

std::vector<qint64> stepsOf(const SeriesPoints& series) {
  std::vector<qint64> steps;
  for (const Point& point : series.points) steps.push_back(point.step);
  return steps;
}

/// A running job whose loss has many points, and the history that a page has of it.
struct Desk {
  UiYard yard;
  JobId id = yard.running();
  JobHistory history{yard.history, yard.jobs};
  std::vector<JobPoints> begun;
  std::vector<JobPoints> refined;
  int appended = 0;

  explicit Desk(qint64 points) {
    SeriesSummary& summary = yard.store.summaries[id][loss];
    summary.tag = loss;
    summary.count = points - 1;
    summary.last.step = points - 1;
    produce(points);
    QObject::connect(&history, &JobHistory::begun, &history, [this](const JobPoints& all) { begun.push_back(all); });
    QObject::connect(&history, &JobHistory::refined, &history, [this](const JobPoints& all) { refined.push_back(all); });
    QObject::connect(&history, &JobHistory::appended, &history, [this] { ++appended; });
    yard.history.requests.clear();
    history.open(id, 0.6);
  }
  void produce(qint64 step) {
    yard.simulated.produce(id, step, double(step));
    yard.store.commit();
  }
  void answer(const SeriesPoints& series) {
    yard.history.held[id] = {id, {series}, {}};
    yard.history.answerAll();
  }
  bool waitForRequest() {
    return QTest::qWaitFor([this] { return !yard.history.requests.empty(); }, 5'000);
  }
};

}  // namespace

TEST_CASE("a short history is read whole, and what is committed meanwhile comes after it", "[history]") {
  Desk desk(50);
  REQUIRE(desk.yard.history.requests.size() == 1);
  CHECK_FALSE(desk.yard.history.requests.front().second.columns);
  desk.produce(51);
  CHECK(desk.appended == 0);
  desk.answer({loss, at({1, 2, 50}), {}});
  REQUIRE(desk.begun.size() == 1);
  CHECK(desk.appended == 1);
  desk.history.look({10, 20, false, 500, 0.6});
  desk.history.look({10, 21, false, 500, 0.6});
  CHECK(desk.refined.empty());
  CHECK(desk.yard.history.requests.empty());
}

TEST_CASE("of a long history summaries come first, then what is seen, each time something else is", "[history]") {
  Desk desk(JobHistory::longFrom + 1);
  REQUIRE(desk.yard.history.requests.size() == 1);
  CHECK(desk.yard.history.requests.front().second.summariesOnly);
  desk.history.look({0, 400'000, true, 800, 0.6});
  desk.answer({loss, at({1, 300'000, 400'001}), {1, 2, 3}});
  REQUIRE(desk.begun.size() == 1);
  REQUIRE(desk.waitForRequest());
  const SeriesQuery whole = desk.yard.history.requests.front().second;
  CHECK_FALSE(whole.summariesOnly);
  CHECK(whole.columns == PixelColumns{0, 400'000, 800});
  CHECK(whole.smoothing == 0.6);
  desk.produce(400'002);  // while the answer is on its way
  desk.answer({loss, at({1, 1'000, 200'000, 300'000, 400'001}), {1, 2, 3, 4, 5}});
  REQUIRE(desk.refined.size() == 1);
  CHECK(stepsOf(desk.refined[0].series[0]) == std::vector<qint64>{1, 1'000, 200'000, 300'000, 400'001, 400'002});
  CHECK(desk.refined[0].series[0].smoothed.size() == 5);
  desk.history.look({150'000, 250'000, false, 800, 0.6});
  REQUIRE(desk.waitForRequest());
  CHECK(desk.yard.history.requests.front().second.fromStep == 150'000);
  CHECK(desk.yard.history.requests.front().second.toStep == 250'000);
  desk.history.look({160'000, 250'000, false, 800, 0.6});  // a drag goes on: the newest wish follows
  desk.answer({loss, at({150'500, 200'000, 249'999}), {7, 8, 9}});
  REQUIRE(desk.refined.size() == 2);
  CHECK(stepsOf(desk.refined[1].series[0]) == std::vector<qint64>{1, 1'000, 150'500, 200'000, 249'999, 300'000, 400'001, 400'002});
  REQUIRE(desk.waitForRequest());
  CHECK(desk.yard.history.requests.front().second.fromStep == 160'000);
}

TEST_CASE("of a long history with several charts the first chart's summaries do not wait for the others", "[history]") {
  const QString rate = QStringLiteral("lr");
  Desk desk(JobHistory::longFrom + 1);
  desk.yard.store.append({desk.id, {{rate, at({1, 400'001})}}, {}});
  desk.yard.store.commit();
  auto& requests = desk.yard.history.requests;
  requests.clear();
  desk.history.open(desk.id, 0.6);
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].second.tags == QStringList{loss});
  CHECK(requests[1].second.tags == QStringList{rate});
  CHECK(requests[1].second.summariesOnly);
  desk.produce(400'002);
  CHECK(desk.appended == 0);
  desk.yard.history.held[desk.id] = {desk.id, {{loss, at({1, 400'001}), {1, 2}}, {rate, at({1, 400'001}), {1, 2}}}, {}};
  desk.history.look({0, 400'002, true, 800, 0.6});
  desk.yard.history.answerAll();
  REQUIRE(desk.begun.size() == 1);
  REQUIRE(desk.begun[0].series.size() == 1);
  CHECK(desk.begun[0].series[0].tag == loss);
  CHECK(desk.appended == 2);  // the other chart's, and what was committed meanwhile
  desk.yard.history.answerAll();
  REQUIRE(desk.refined.size() == 1);
  REQUIRE(desk.refined[0].series.size() == 2);
  for (const SeriesPoints& series : desk.refined[0].series) CHECK(stepsOf(series).front() == 1);
}

TEST_CASE("a restart while closer points are on their way overtakes them", "[history]") {
  Desk desk(JobHistory::longFrom + 1);
  desk.history.look({0, 400'000, true, 800, 0.6});
  desk.answer({loss, at({1, 300'000, 400'001}), {1, 2, 3}});
  REQUIRE(desk.waitForRequest());
  desk.produce(250'000);
  desk.answer({loss, at({1, 200'000, 300'000, 400'001}), {1, 2, 3, 4}});
  REQUIRE(desk.refined.size() == 1);
  CHECK(stepsOf(desk.refined[0].series[0]) == std::vector<qint64>{1, 200'000, 250'000});
}

TEST_CASE("a history that cannot be read does not keep new points from the page", "[history]") {
  Desk desk(50);
  REQUIRE(desk.yard.history.requests.size() == 1);
  desk.produce(51);
  Q_EMIT desk.yard.history.loadFailed(desk.yard.history.requests.front().first, {ErrorCode::StorageRead, QStringLiteral("damaged"), {}});
  CHECK(desk.appended == 1);
  desk.produce(52);
  CHECK(desk.appended == 2);
}

TEST_CASE("an answer for a job that is no longer shown is dropped", "[history]") {
  Desk desk(JobHistory::longFrom + 1);
  const auto old = desk.yard.history.requests;
  const JobId other = desk.yard.running();
  desk.history.open(other, 0.6);
  desk.yard.history.requests = old;
  desk.answer({loss, at({1}), {}});
  CHECK(desk.begun.empty());
}

TEST_CASE("a restart takes the place of points that were read before it", "[history]") {
  SeriesPoints base{loss, at({1, 5, 9, 12}), {1, 5, 9}};
  addSuperseding(base, at({7, 8}));
  CHECK(stepsOf(base) == std::vector<qint64>{1, 5, 7, 8});
  CHECK(base.smoothed.size() <= base.points.size());
  CHECK(stepsOf(withDetail(base, {loss, {}, {}}, 2)) == stepsOf(base));
}

TEST_CASE("averages that were given are shown, and those of later points go on from them", "[history][charts]") {
  Timeline timeline;
  timeline.reset(0, 0.0, 0);
  SeriesBuffer buffer;
  buffer.setSmoothing(0.5);
  const std::vector<double> given{10.0, 10.0, 12.0};
  buffer.append(at({1, 2, 3}), timeline, given);
  CHECK(buffer.smoothed(0) == 10.0);
  CHECK(buffer.smoothed(2) == 12.0);
  buffer.append(std::vector<Point>{{4, 40, 20.0}}, timeline);
  CHECK(buffer.smoothed(3) == Approx(16.0));
  buffer.append(std::vector<Point>{{3, 30, 4.0}}, timeline);  // a restart
  CHECK(buffer.smoothed(1) == 10.0);
  CHECK(buffer.smoothed(2) == Approx(7.0));
}
