// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>
#include <QGraphicsItem>
#include <optional>
#include <vector>

#include "ui/theme/theme.h"

namespace trainyard {

/// A line of the crosshair's box.
struct ReadoutRow {
  QColor color;
  QString label;
  QString smoothed;            ///< muted, before the value; may be empty
  QString value;               ///< bold, right aligned
  std::optional<QPointF> spot; ///< where the value is on its curve
};

struct Readout {
  double x = 0.0;   ///< px
  QString heading;  ///< "step 1,230 · epoch 12.3"
  std::vector<ReadoutRow> rows;
};

/// What lies over the curves: the crosshair with its box of values, and the band while the user drags a zoom.
class CrosshairItem final : public QGraphicsItem {
 public:
  explicit CrosshairItem(QGraphicsItem* parent);

  void setPlotArea(const QRectF& area);
  void setTokens(const Tokens& tokens);
  void setReadout(std::optional<Readout> readout);
  /// The band between two x positions in px, over the full height.
  void setBand(std::optional<std::pair<double, double>> band);
  [[nodiscard]] const std::optional<Readout>& readout() const { return m_readout; }
  /// Where the box of values is; empty without one. Never outside of the plot area when it fits in.
  [[nodiscard]] QRectF boxRect() const;
  /// Rows of values that a box in a plot of that height holds.
  [[nodiscard]] static int rowsFitting(double height);

  [[nodiscard]] QRectF boundingRect() const override;
  void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

 private:
  void layOut();
  void drawBox(QPainter& painter) const;

  QRectF m_area;
  Tokens m_tokens;
  QFont m_plain;
  QFont m_bold;
  std::optional<Readout> m_readout;
  std::optional<std::pair<double, double>> m_band;
  QRectF m_box;
};

}  // namespace trainyard
