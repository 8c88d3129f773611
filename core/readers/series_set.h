// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <vector>

#include "core/metrics/point.h"

namespace trainyard {

/// The series of a run, each known by a number, and the points that were read since the last take(). A name is turned into a text once.
class SeriesSet {
 public:
  /// The number of a series; it is made when it is new. -1 when there are too many.
  [[nodiscard]] int indexOf(QByteArrayView name);
  /// The number of points so far is `waiting()`. `series` -1 is passed over.
  void add(int series, const Point& point) {
    if (series < 0) return;
    const int place = m_places[size_t(series)];
    m_out[size_t(place < 0 ? begin(series) : place)].points.push_back(point);
    m_lastStep = point.step;
    ++m_waiting;
  }
  [[nodiscard]] qsizetype waiting() const { return m_waiting; }
  [[nodiscard]] std::vector<SeriesPoints> take();
  /// The step of the newest point; kept over restarts of the program by setLastStep().
  [[nodiscard]] qint64 lastStep() const { return m_lastStep; }
  void setLastStep(qint64 step) { m_lastStep = step; }
  /// True once when a series was refused.
  [[nodiscard]] bool takeTooMany();

 private:
  [[nodiscard]] int find(QByteArrayView name);
  [[nodiscard]] int begin(int series);
  QHash<QByteArray, int> m_numbers;
  std::vector<QByteArray> m_names;
  std::vector<int> m_next;    ///< the series that was asked for after each: rows name theirs in the same order
  int m_asked = -1;
  std::vector<QString> m_tags;
  std::vector<int> m_places;  ///< of a series in m_out; -1 = it has no points now
  std::vector<size_t> m_usual;     ///< how many points of it the last take() had, for its next ones
  QHash<QString, int> m_tagNumbers;  ///< names that are no UTF-8 may become the same text
  std::vector<SeriesPoints> m_out;
  std::vector<int> m_filled;
  qsizetype m_waiting = 0;
  qint64 m_lastStep = 0;
  bool m_refused = false;
  bool m_told = false;
};

}  // namespace trainyard
