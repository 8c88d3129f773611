// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/series_set.h"

#include "core/readers/cell.h"
#include "core/readers/run_source.h"

namespace trainyard {

int SeriesSet::indexOf(QByteArrayView name) {
  constexpr qsizetype longestKey = 4 * RunSource::longestTag;
  name = name.first(std::min(name.size(), longestKey));
  if (m_asked >= 0) {
    const int guess = m_next[size_t(m_asked)];
    if (guess >= 0 && QByteArrayView(m_names[size_t(guess)]) == name) return m_asked = guess;
  }
  const int found = find(name);
  if (m_asked >= 0) m_next[size_t(m_asked)] = found;
  return m_asked = found;
}

int SeriesSet::find(QByteArrayView name) {
  const QByteArray key = QByteArray::fromRawData(name.data(), name.size());  // a look costs no copy
  if (const auto known = m_numbers.constFind(key); known != m_numbers.constEnd()) return *known;
  if (m_tags.size() >= size_t(RunSource::mostSeries) || name.isEmpty()) {
    m_refused = m_refused || !name.isEmpty();
    return -1;
  }
  const QString tag = tagOf(name);
  if (const auto known = m_tagNumbers.constFind(tag); known != m_tagNumbers.constEnd()) return *known;
  const int number = int(m_tags.size());
  m_names.push_back(name.toByteArray());
  m_numbers.insert(m_names.back(), number);
  m_next.push_back(-1);
  m_tags.push_back(tag);
  m_tagNumbers.insert(tag, number);
  m_places.push_back(-1);
  m_usual.push_back(0);
  return number;
}

int SeriesSet::begin(int series) {
  const int place = int(m_out.size());
  m_places[size_t(series)] = place;
  m_out.push_back({m_tags[size_t(series)], {}});
  m_out.back().points.reserve(m_usual[size_t(series)]);
  m_filled.push_back(series);
  return place;
}

std::vector<SeriesPoints> SeriesSet::take() {
  for (const int series : m_filled) m_usual[size_t(series)] = m_out[size_t(std::exchange(m_places[size_t(series)], -1))].points.size();
  m_filled.clear();
  m_waiting = 0;
  return std::exchange(m_out, {});
}

bool SeriesSet::takeTooMany() {
  if (!m_refused || m_told) return false;
  m_told = true;
  return true;
}

}  // namespace trainyard
