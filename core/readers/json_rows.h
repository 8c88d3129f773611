// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/readers/cell.h"
#include "core/readers/json_scanner.h"
#include "core/readers/run_source.h"
#include "core/readers/series_set.h"

namespace trainyard {

/// JSON objects that are the rows of a run, to points: which key is the step, which are series. Text that is a number is one.
class JsonRows {
 public:
  /// Takes the object whose ObjectBegin was the scanner's last token. False, and no points, when the text breaks off or is wrong.
  /// `wallMs` is of rows that tell no time; `rowNumber` the step of a row that tells none before any row told one.
  [[nodiscard]] bool take(JsonScanner& scanner, qint64 rowNumber, qint64 wallMs, SeriesSet& series);
  /// Whether the last row had a key that can be the step.
  [[nodiscard]] bool hadStep() const { return m_hadStep; }
  [[nodiscard]] size_t values() const { return m_row.size(); }  ///< how many numbers the last row had
  /// What a row told that stands before the first one with a step: parameters.
  [[nodiscard]] const QList<KeyValue>& parameters() const { return m_parameters; }
  [[nodiscard]] qint64 words() const { return m_words; }        ///< values that were words, so far
  [[nodiscard]] qint64 totalSteps() const { return m_totalSteps; }
  /// What the rows so far have left in it.
  [[nodiscard]] QJsonObject state() const;
  void restore(const QJsonObject& state);

 private:
  enum class Kind { Value, Time, Total, Iteration };
  struct Known {
    int rank = -1;
    Kind kind = Kind::Value;
  };
  struct Value {
    int series;
    double value;
  };
  void takeLeaf(const JsonLeaf& leaf, SeriesSet& series);
  [[nodiscard]] const Known& knownOf(int number, QByteArrayView name);
  [[nodiscard]] int rankOf(int place) const { return m_known[size_t(m_row[size_t(place)].series)].rank; }
  [[nodiscard]] qint64 stepOf(qint64 rowNumber, const SeriesSet& series);
  [[nodiscard]] qint64 stepOfEpochs(qint64 step, double epoch);

  /// mmcv counts iterations within an epoch; what a row's "mode" is.
  enum class Mode { None, Train, Evaluation };

  std::vector<Known> m_known;  ///< of each series
  std::vector<Value> m_row;
  QList<KeyValue> m_parameters;
  int m_step = -1;             ///< in m_row
  bool m_hadStep = false;
  int m_epoch = -1;            ///< in m_row
  qint64 m_time = 0;
  bool m_hasIteration = false; ///< the row has "iter"
  int m_bestRank = -1;         ///< of all rows
  RowCount m_count;
  Mode m_mode = Mode::None;    ///< of the row
  double m_lastEpoch = -1.0;   ///< of rows with a mode
  qint64 m_lastInEpoch = 0;
  qint64 m_epochsBefore = 0;   ///< iterations of the epochs before, as far as rows told
  bool m_iterations = false;   ///< rows have "iter" beside "step"
  qint64 m_totalSteps = 0;
  qint64 m_words = 0;
};

}  // namespace trainyard
