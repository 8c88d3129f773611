// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <vector>

namespace trainyard {

/// MLflow lets a series have any number of values at one step (all of them at 0, when its program names none), and steps in any order;
/// Trainyard's rise, and each has one value. A value at a step that is not above the one before gets the next place, and this
/// remembers which step it was logged at. So nothing that was logged is overtaken: neither by what comes late nor by a run that begins
/// again at an earlier step, whose curve goes on behind what was there.
class StepMap {
 public:
  /// `parts` as json() gave them; `lastPlace`: of the series' newest point, -1 = it has none.
  explicit StepMap(const QJsonArray& parts = {}, qint64 lastPlace = -1);

  /// Where the next value goes that was logged at `step`, which may be below 0: places never are.
  [[nodiscard]] qint64 place(qint64 step);
  /// The step at which the value at that place was logged.
  [[nodiscard]] qint64 stepAt(qint64 place) const;
  [[nodiscard]] qint64 lastPlace() const { return m_last; }
  /// The highest step so far of those from 0 on; -1 = none, though there may be any below 0.
  [[nodiscard]] qint64 highest() const { return m_highest; }
  /// Empty while each value is at the place of its step.
  [[nodiscard]] QJsonArray json() const;

 private:
  /// From that place on: steps that rise with the places, or one step for all.
  struct Part {
    qint64 place = 0;
    qint64 step = 0;
    bool rises = true;
    [[nodiscard]] qint64 stepAt(qint64 where) const { return rises ? step + (where - place) : step; }
    [[nodiscard]] qint64 placeOf(qint64 wanted) const { return place + (wanted - step); }
    [[nodiscard]] Part moved(qint64 places, qint64 steps) const { return {place + places, step + steps, rises}; }
    [[nodiscard]] bool operator==(const Part&) const = default;
  };
  /// One part; or two, again and again at equal distances, as when each step, or each tenth, has several values: else a long run would have
  /// as many parts as steps.
  struct Parts {
    Part first;
    Part second = {};
    qint64 times = 0;  ///< 0 = only `first`
    qint64 placesApart = 1;
    qint64 stepsApart = 0;
    [[nodiscard]] Part firstOf(qint64 time) const { return first.moved(time * placesApart, time * stepsApart); }
    [[nodiscard]] Part secondOf(qint64 time) const { return second.moved(time * placesApart, time * stepsApart); }
    [[nodiscard]] Part last() const { return times > 0 ? secondOf(times - 1) : first; }
    [[nodiscard]] qint64 stepAt(qint64 where) const;
  };
  [[nodiscard]] static Parts partsIn(const QJsonArray& numbers);
  void add(const Part& part);
  [[nodiscard]] bool joinNext();
  [[nodiscard]] bool joinFour();
  void noteEnds(const Parts& parts, qint64 end);
  void noteHighest(qint64 step, qint64 place);

  std::vector<Parts> m_parts;  ///< the first is {0, 0, rises}
  qint64 m_last;
  qint64 m_highest = -1;
  qint64 m_ahead = 0;  ///< how far the place of m_highest is ahead of it
};

}  // namespace trainyard
