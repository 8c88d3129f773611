// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <vector>

#include "core/jobs/job.h"
#include "core/metrics/point.h"
#include "ui/theme/theme.h"

namespace trainyard {

/// What one tile says.
struct Tile {
  QString label;   ///< "Train loss"
  QString figure;  ///< "0.3184"
  QString note;    ///< "best 0.3011 @ 1,842"
  bool alarming = false;  ///< the figure is not finite
  friend bool operator==(const Tile&, const Tile&) = default;
};

/// At most five tiles: training and validation loss, training and validation accuracy, learning rate; when a job has
/// others, its primary loss and then its first series. A queued job has the five with "–".
[[nodiscard]] std::vector<Tile> tilesFor(const Job& job, const std::vector<SeriesSummary>& series);

/// A row of tiles of equal width (120 to 240 px), painted; those that do not fit are left out from the right.
class StatTiles final : public QWidget {
  Q_OBJECT
 public:
  explicit StatTiles(Theme& theme, QWidget* parent = nullptr);
  void show(std::vector<Tile> tiles);
  [[nodiscard]] const std::vector<Tile>& tiles() const { return m_tiles; }
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void paintTile(QPainter& painter, const QRectF& rect, const Tile& tile) const;
  Theme& m_theme;
  std::vector<Tile> m_tiles;
};

}  // namespace trainyard
