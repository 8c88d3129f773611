// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <optional>

#include "core/readers/log_line.h"

namespace trainyard {

/// Positions of progress bars to steps of the run. One bar is the training's; each time it begins anew is an epoch, and its
/// steps go on after those of the epoch before. Others (evaluations, loading, an outer bar of epochs) have no steps.
class BarAxis {
 public:
  enum class Part {
    Steps,    ///< the line's bar is the training's: `step()` is of this line
    Beside,   ///< the line's values belong to the training's present step
    Nothing,  ///< the line tells nothing
  };

  /// What a line with a bar is.
  Part take(const LogLine& line);
  /// An epoch that a line without a bar tells; `heading`: it tells nothing else, so that it may stand before its epoch.
  void tellEpoch(double epoch, bool heading);
  /// Values were put at the bar's present step.
  void use() { m_used = true; }

  [[nodiscard]] qint64 step() const { return m_base + std::max<qint64>(0, m_at); }
  /// Whether there is a bar that values depend on, so that it says how far the run is.
  [[nodiscard]] bool isRuns() const { return m_total > 0 && (m_valued || m_used || m_named); }
  /// Steps of the run when it has so many epochs; 0 = not known.
  [[nodiscard]] qint64 totalSteps(qint64 epochs) const;
  /// Epochs done of so many (0 = not known), with the part of the present one; 0 when the bars tell of none.
  [[nodiscard]] double epochsDone(qint64 epochs) const;
  /// As an outer bar over epochs tells; 0 = none does.
  [[nodiscard]] qint64 epochsTold() const { return m_epochs; }

  [[nodiscard]] QJsonObject state() const;
  void restore(const QJsonObject& state);
  /// Of a state that was saved before there was a BarAxis: a bar, or whatever told the steps, was at `at` of `total`.
  void goOn(qint64 step, qint64 at, qint64 total, const std::optional<double>& epoch);

 private:
  [[nodiscard]] bool isSame(const LogLine::Bar& bar) const;
  [[nodiscard]] bool hasTotal(const LogLine::Bar& bar) const;
  [[nodiscard]] bool takesOver(const LogLine& line) const;
  void begin(const LogLine::Bar& bar);
  void move(const LogLine& line);
  [[nodiscard]] qint64 passAt(const LogLine& line, bool back);
  void anchor(qint64 epoch);
  [[nodiscard]] bool perEpoch() const { return !m_spans && (m_first || m_pass > 0); }
  [[nodiscard]] double wholeEpochs() const { return double(m_first.value_or(m_origin) + m_pass - m_origin); }

  QString m_name;
  qint64 m_total = 0;            ///< of the training's bar; 0 = none yet
  qint64 m_at = -1;              ///< its last position; -1 = none yet
  qint64 m_base = 0;             ///< steps of the run before its present pass
  qint64 m_pass = 0;             ///< how often it has begun anew
  qint64 m_origin = 0;           ///< 0 or 1, as the program counts epochs
  qint64 m_epochs = 0;
  std::optional<qint64> m_first; ///< the epoch of pass 0, as the program counts
  std::optional<qint64> m_told;  ///< the epoch that lines beside the bar told last
  bool m_heading = false;        ///< the telling line had nothing else
  bool m_open = false;           ///< it tells no total: that is how far it has come
  bool m_overEpochs = false;     ///< the bar counts epochs, until an inner one is seen
  bool m_valued = false;         ///< it has had values itself
  bool m_used = false;           ///< lines beside it had values
  bool m_named = false;          ///< it told its epoch
  bool m_spans = false;          ///< one pass goes over several epochs
  bool m_wentBack = false;       ///< it began anew, but without the values that it had: that may have been another one
};

}  // namespace trainyard
