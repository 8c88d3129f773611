// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/step_map.h"

#include <algorithm>

namespace trainyard {

StepMap::StepMap(const QJsonArray& parts, qint64 lastPlace) : m_parts{Part{}}, m_last(lastPlace) {
  for (const QJsonValue& value : parts) {
    const QJsonArray part = value.toArray();
    m_parts.push_back({part[0].toInteger(), part[1].toInteger(), part[2].toBool()});
  }
}

qint64 StepMap::place(qint64 step) {
  const qint64 before = m_last < 0 ? -1 : stepAt(m_last);
  if (step < before) return m_last = placeBack(step);
  if (step > before && m_parts.back().rises) return m_last = m_parts.back().placeOf(step);
  if (step > before || m_parts.back().rises) m_parts.push_back({m_last + 1, step, step > before});
  return ++m_last;
}

qint64 StepMap::placeBack(qint64 step) {
  qint64 end = m_last + 1;  // of what is left of the parts
  while (m_parts.size() > 1 && m_parts.back().step >= step) {
    end = m_parts.back().place;
    m_parts.pop_back();
  }
  if (!m_parts.back().rises) m_parts.push_back({end, step, true});
  return m_parts.back().placeOf(step);
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
