// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/step_map.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

using namespace trainyard;

TEST_CASE("places of steps", "[api][steps]") {
  StepMap map;
  const qint64 logged[] = {5, 6, 6, 6, 7, 10, 10, 12};
  const qint64 places[] = {5, 6, 7, 8, 9, 12, 13, 14};
  for (size_t i = 0; i < std::size(logged); ++i) CHECK(map.place(logged[i]) == places[i]);
  for (StepMap seen : {map, StepMap(map.json(), map.lastPlace())}) {
    for (size_t i = 0; i < std::size(logged); ++i) CHECK(seen.stepAt(places[i]) == logged[i]);
    CHECK(seen.place(7) == 15);  // late: the next place
    CHECK(seen.highest() == 12);
    CHECK(seen.place(13) == 16);  // no room left for where it would be
    CHECK(seen.place(3) == 17);  // begun again
    CHECK(seen.place(5) == 18);
    CHECK(seen.place(9) == 22);  // as far apart as its steps
    CHECK(seen.place(100) == 103);
    const std::pair<qint64, qint64> at[] = {{14, 12}, {15, 7}, {16, 13}, {17, 3}, {18, 5}, {22, 9}, {103, 100}};
    for (const auto& [place, step] : at) CHECK(seen.stepAt(place) == step);
  }
}

TEST_CASE("steps that have several values each take no more room for being many", "[api][steps]") {
  struct Pattern {
    qint64 every, values, single;
  };
  for (const Pattern pattern : {Pattern{1, 2, 0}, Pattern{10, 2, 0}, Pattern{10, 3, 0}, Pattern{10, 2, 9}, Pattern{1, 5, 0}}) {
    CAPTURE(pattern.every, pattern.values, pattern.single);
    std::vector<qint64> logged;
    for (qint64 step = 0; step < 20'000; step += pattern.every) {
      logged.insert(logged.end(), size_t(pattern.values), step);
      for (qint64 i = 1; i <= pattern.single; ++i) logged.push_back(step + i);
    }
    StepMap map;
    std::vector<qint64> places;
    for (const qint64 step : logged) places.push_back(map.place(step));
    CHECK(map.json().size() < 5);
    const StepMap kept(map.json(), map.lastPlace());
    const auto isTold = [&](const StepMap& by) { return std::equal(places.begin(), places.end(), logged.begin(), [&by](qint64 place, qint64 step) { return by.stepAt(place) == step; }); };
    CHECK(isTold(map));
    CHECK(isTold(kept));
  }
}

TEST_CASE("whatever the order of steps, each is told as it was logged, and a map that was kept goes on like one that was not", "[api][steps]") {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    StepMap map;
    const qint64 lowest = round % 2 == 0 ? 0 : -1'000;
    qint64 step = std::max<qint64>(lowest, -(round % 200));  // every other series begins below zero; some never leave it
    qint64 highest = -1;
    std::vector<std::pair<qint64, qint64>> told;
    const int kinds = 1 + round % 5;
    for (int i = 0; i < 200; ++i) {
      const qint64 by[] = {0, 1, 1 + qint64(i % 3), qint64(random() % 20), -std::min<qint64>(step - lowest, random() % 8)};
      step += by[random() % kinds];
      StepMap kept(map.json(), map.lastPlace());
      const qint64 place = map.place(step);
      REQUIRE(kept.place(step) == place);
      REQUIRE((told.empty() || place > told.back().first));
      told.emplace_back(place, step);
      highest = std::max(highest, step);
      REQUIRE(map.highest() == highest);
      REQUIRE(StepMap(map.json(), place).highest() == highest);
    }
    for (const auto& [place, wanted] : told) REQUIRE(map.stepAt(place) == wanted);
  }
}
