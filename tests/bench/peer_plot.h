// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <memory>

namespace trainyard {

/// The peer of a chart: QCustomPlot with its adaptive sampling, in a window. The y range is fixed, so it need not look for it.
class PeerPlot {
 public:
  PeerPlot(int curves, int width, int height);
  ~PeerPlot();
  [[nodiscard]] static bool isThere();
  [[nodiscard]] static QString name();

  /// Points of noise at the end of each curve.
  void append(int points);
  /// Draws all into the window, at once.
  /// Another part of the x axis.
  void look(double from, double to);
  void draw();

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

/// The value of a made curve: noise on a slow decay, 0..1.
[[nodiscard]] double curveValue(int curve, qint64 step);

}  // namespace trainyard
