// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/step_map.h"

#include <algorithm>

namespace trainyard {

StepMap::StepMap(const QJsonArray& parts, qint64 lastPlace) : m_parts{Part{}}, m_last(lastPlace) {
  for (const QJsonValue& value : parts) {
    const QJsonArray part = value.toArray();
    m_parts.push_back({part[0].toInteger(), part[1].toInteger(), part[2].toBool()});
  }
  for (size_t i = 0; i < m_parts.size(); ++i) {
    const qint64 end = i + 1 < m_parts.size() ? m_parts[i + 1].place - 1 : m_last;
    if (end >= m_parts[i].place) noteHighest(m_parts[i].stepAt(end), end);
  }
}

qint64 StepMap::place(qint64 step) {
  const qint64 before = m_last < 0 ? -1 : stepAt(m_last);
  const Part& part = m_parts.back();
  qint64 place = m_last + 1;
  if (step > m_highest && step + m_ahead >= place)
    place = step + m_ahead;  // where it would be if nothing had come late
  else if (step > before && part.rises)
    place = part.placeOf(step);
  if (part.stepAt(place) != step) m_parts.push_back({place, step, step > before});
  noteHighest(step, place);
  return m_last = place;
}

void StepMap::noteHighest(qint64 step, qint64 place) {
  if (step <= m_highest) return;
  m_highest = step;
  m_ahead = place - step;
}

qint64 StepMap::stepAt(qint64 place) const {
  const auto after = std::upper_bound(m_parts.begin(), m_parts.end(), place, [](qint64 wanted, const Part& part) { return wanted < part.place; });
  return after == m_parts.begin() ? place : std::prev(after)->stepAt(place);
}

QJsonArray StepMap::json() const {
  QJsonArray parts;
  for (size_t i = 1; i < m_parts.size(); ++i) parts.append(QJsonArray{m_parts[i].place, m_parts[i].step, m_parts[i].rises});
  return parts;
}

}  // namespace trainyard
