// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>

#include "core/base/error.h"
#include "core/metrics/point.h"
#include "core/readers/bar_axis.h"
#include "core/readers/log_line.h"

namespace trainyard {

/// Puts the values of a run's lines on one axis of steps. A step within an epoch becomes a step of the run when the lines
/// tell how long an epoch is; a line without a step takes the last one told, or counts.
class LogInterpreter {
 public:
  static constexpr int mostTags = 200;

  /// `epochs`: what the user said, 0 = unknown. `pattern`: the user's own, tried first; its named groups are metrics, but for
  /// step, epoch, total and epochs; `name` with `value` gives a metric named by the line. InvalidPattern.
  [[nodiscard]] static Result<LogInterpreter> make(qint64 epochs, const QString& pattern);

  /// Adds what the line tells to `out` (points at `wallMs`, and the progress).
  void take(const QByteArray& line, qint64 wallMs, bool trusted, JobPoints& out);
  /// The newest line that looks like an error, at most 300 characters; empty when none.
  [[nodiscard]] QString lastError() const { return m_lastError; }
  /// All that the lines so far have left in it, so that another one goes on as this one would have.
  [[nodiscard]] QJsonObject state() const;
  void restore(const QJsonObject& state);

 private:
  LogInterpreter(qint64 epochs, const QRegularExpression& pattern) : m_epochs(epochs), m_pattern(pattern) {}
  [[nodiscard]] std::optional<LogLine> matchPattern(const QByteArray& line) const;
  [[nodiscard]] bool takeBar(const LogLine& line);
  void place(const LogLine& line);
  void placeEpoch(const LogLine& line);
  [[nodiscard]] qint64 globalStep(const LogLine& line);
  [[nodiscard]] bool countsAnew(const LogLine& line) const;
  void updateProgress(const LogLine& line, Progress& progress);
  void addPoint(JobPoints& out, const QString& tag, qint64 wallMs, double value);

  qint64 m_epochs;
  QRegularExpression m_pattern;
  std::optional<double> m_epoch;       ///< the last one told
  std::optional<double> m_firstEpoch;  ///< 0 or 1, as the program counts; or where it went on
  qint64 m_epochLength = 0;            ///< steps, as lines told or as seen
  qint64 m_lastTold = 0;               ///< the last step as written
  std::optional<double> m_toldEpoch;   ///< the epoch of the last step as written
  BarAxis m_bar;
  bool m_stepOfBar = false;            ///< the present step is a bar's
  bool m_runSteps = false;             ///< steps go on over epochs
  bool m_sawStep = false;
  qint64 m_step = 0;                   ///< of the run
  qint64 m_total = 0;
  QSet<QString> m_tags;
  QSet<QString> m_tagsAtStep;          ///< seen at the present step, while steps are counted here
  QString m_lastError;
};

}  // namespace trainyard
