// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/step_map.h"

#include <algorithm>
#include <tuple>

namespace trainyard {

StepMap::StepMap(const QJsonArray& parts, qint64 lastPlace) : m_parts{Parts{}}, m_last(lastPlace) {
  for (const QJsonValue& value : parts) m_parts.push_back(partsIn(value.toArray()));
  for (size_t i = 0; i < m_parts.size(); ++i) noteEnds(m_parts[i], i + 1 < m_parts.size() ? m_parts[i + 1].first.place - 1 : m_last);
}

/// [place, step, rises], or two of them, how often, and how far they are apart.
StepMap::Parts StepMap::partsIn(const QJsonArray& numbers) {
  const auto partAt = [&numbers](qsizetype at) { return Part{numbers[at].toInteger(), numbers[at + 1].toInteger(), numbers[at + 2].toBool()}; };
  if (numbers.size() < 9) return {partAt(0)};
  return {partAt(0), partAt(3), numbers[6].toInteger(), std::max<qint64>(1, numbers[7].toInteger()), numbers[8].toInteger()};
}

qint64 StepMap::place(qint64 step) {
  const qint64 before = m_last < 0 ? -1 : stepAt(m_last);
  const Part part = m_parts.back().last();
  qint64 place = m_last + 1;
  if (step > m_highest && step + m_ahead >= place)
    place = step + m_ahead;  // where it would be if nothing had come late
  else if (step > before && part.rises)
    place = part.placeOf(step);
  if (part.stepAt(place) != step) add({place, step, step > before});
  noteHighest(step, place);
  return m_last = place;
}

void StepMap::add(const Part& part) {
  m_parts.push_back({part});
  if (!joinNext()) std::ignore = joinFour();
}

/// Whether the last two are the ones before them once more.
bool StepMap::joinNext() {
  if (m_parts.size() < 3) return false;
  Parts& before = m_parts[m_parts.size() - 3];
  const Parts &one = m_parts[m_parts.size() - 2], &two = m_parts.back();
  if (before.times == 0 || one.times > 0 || one.first != before.firstOf(before.times) || two.first != before.secondOf(before.times)) return false;
  ++before.times;
  m_parts.resize(m_parts.size() - 2);
  return true;
}

/// Whether the last four are two and the same two again.
bool StepMap::joinFour() {
  if (m_parts.size() < 5) return false;  // the first stays by itself
  const Parts* last = &m_parts[m_parts.size() - 4];
  if (std::any_of(last, last + 4, [](const Parts& one) { return one.times > 0; })) return false;
  const qint64 places = last[2].first.place - last[0].first.place, steps = last[2].first.step - last[0].first.step;
  if (last[2].first != last[0].first.moved(places, steps) || last[3].first != last[1].first.moved(places, steps)) return false;
  const Parts joined{last[0].first, last[1].first, 2, places, steps};
  m_parts.resize(m_parts.size() - 4);
  m_parts.push_back(joined);
  return true;
}

qint64 StepMap::Parts::stepAt(qint64 where) const {
  if (times == 0) return first.stepAt(where);
  const qint64 time = std::clamp<qint64>((where - first.place) / placesApart, 0, times - 1);
  const Part part = secondOf(time);
  return (where < part.place ? firstOf(time) : part).stepAt(where);
}

/// The steps of parts rise or fall evenly, so that the highest is at an end of the first or of the last of them.
void StepMap::noteEnds(const Parts& parts, qint64 end) {
  const auto note = [this](const Part& part, qint64 to) {
    if (to >= part.place) noteHighest(part.stepAt(to), to);
  };
  if (parts.times == 0) return note(parts.first, end);
  for (const qint64 time : {qint64(0), parts.times - 1}) {
    note(parts.firstOf(time), parts.secondOf(time).place - 1);
    note(parts.secondOf(time), time + 1 < parts.times ? parts.firstOf(time + 1).place - 1 : end);
  }
}

void StepMap::noteHighest(qint64 step, qint64 place) {
  if (step <= m_highest) return;
  m_highest = step;
  m_ahead = place - step;
}

qint64 StepMap::stepAt(qint64 place) const {
  const auto after = std::upper_bound(m_parts.begin(), m_parts.end(), place, [](qint64 wanted, const Parts& parts) { return wanted < parts.first.place; });
  return after == m_parts.begin() ? place : std::prev(after)->stepAt(place);
}

QJsonArray StepMap::json() const {
  QJsonArray parts;
  for (auto one = m_parts.begin() + 1; one != m_parts.end(); ++one) {
    QJsonArray numbers{one->first.place, one->first.step, one->first.rises};
    if (one->times > 0)
      for (const QJsonValue& more : {QJsonValue(one->second.place), QJsonValue(one->second.step), QJsonValue(one->second.rises), QJsonValue(one->times), QJsonValue(one->placesApart), QJsonValue(one->stepsApart)})
        numbers.append(more);
    parts.append(numbers);
  }
  return parts;
}

}  // namespace trainyard
