// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/stat_tiles.h"

#include <QPainter>
#include <cmath>

#include "core/base/format.h"
#include "core/metrics/chart_groups.h"
#include "ui/jobs/job_card.h"

namespace trainyard {
namespace {

constexpr size_t maxTiles = 5;
constexpr int tileHeight = 78;
constexpr int tileGap = 10;
constexpr int minTileWidth = 120;
constexpr double maxTileWidth = 240;

bool isShare(const QString& tag, const SeriesSummary& summary) {
  return metricKind(tag) == MetricKind::Accuracy && !(summary.max.value > 1.0);
}

/// The title of a series in a tile: "Train loss", "Val accuracy", "Learning rate", else the tag.
QString tileLabel(const QString& tag) {
  if (metricKind(tag) == MetricKind::LearningRate) return StatTiles::tr("Learning rate");
  const bool isColumn = metricName(tag) != tag && !tag.contains(u'/');  // "val_loss"
  const qsizetype at = tag.indexOf(isColumn ? u'_' : u'/');
  if (at <= 0) return tag;
  QString label = tag;
  label[at] = u' ';
  label[0] = label[0].toUpper();
  return label;
}

QString bestNote(const SeriesSummary& summary) {
  if (summary.count == 0) return {};
  const MetricKind kind = metricKind(summary.tag);
  if (kind == MetricKind::LearningRate) return StatTiles::tr("at step %1").arg(countText(summary.last.step));
  const Point& best = kind == MetricKind::Accuracy ? summary.max : summary.min;
  if (std::isnan(best.value)) return StatTiles::tr("never finite");
  const QString value = isShare(summary.tag, summary) ? percentText(best.value) : metricText(best.value);
  const QString word = kind == MetricKind::Other ? StatTiles::tr("lowest") : StatTiles::tr("best");
  return StatTiles::tr("%1 %2 @ %3").arg(word, value, countText(best.step));
}

Tile tileFor(const SeriesSummary& summary) {
  const QString figure =
      isShare(summary.tag, summary) ? percentText(summary.last.value) : metricText(summary.last.value);
  return {tileLabel(summary.tag), figure, bestNote(summary), summary.count > 0 && !std::isfinite(summary.last.value)};
}

}  // namespace

std::vector<Tile> tilesFor(const Job& job, const std::vector<SeriesSummary>& series) {
  static const QStringList usual{QStringLiteral("train/loss"), QStringLiteral("val/loss"),
                                 QStringLiteral("train/accuracy"), QStringLiteral("val/accuracy"), QStringLiteral("lr")};
  std::vector<Tile> tiles;
  const bool untold = std::all_of(series.begin(), series.end(), [](const SeriesSummary& one) { return isSystemTag(one.tag); });
  if (untold && isEnded(job.status)) return tiles;
  if (untold) {
    for (const QString& tag : usual) tiles.push_back({tileLabel(tag), QStringLiteral("–"), {}});
    return tiles;
  }
  QStringList tags;
  for (const SeriesSummary& summary : series) tags << summary.tag;
  const QString primary = primaryLossTag(tags);
  const auto add = [&](const SeriesSummary& summary) {
    if (tiles.size() >= maxTiles) return;
    tiles.push_back(tileFor(summary));
  };
  const bool firstOfAll = !primary.isEmpty() && !usual.contains(primary);
  if (firstOfAll) add(*std::find_if(series.begin(), series.end(), [&](const SeriesSummary& one) { return one.tag == primary; }));
  for (const QString& tag : usual)
    for (const SeriesSummary& summary : series)
      if (summary.tag == tag) add(summary);
  for (const SeriesSummary& summary : series)
    if (!usual.contains(summary.tag) && summary.tag != primary && summary.tag != QStringLiteral("epoch") && !isSystemTag(summary.tag)) add(summary);
  // A simulated run tells its validation after the first epoch: its place is kept, so that nothing moves then.
  if (job.settings.source == JobSource::Simulated && tiles.size() == 3) {
    tiles.insert(tiles.begin() + 1, {tileLabel(usual[1]), QStringLiteral("–"), StatTiles::tr("after an epoch")});
    tiles.insert(tiles.begin() + 3, {tileLabel(usual[3]), QStringLiteral("–"), StatTiles::tr("after an epoch")});
  }
  return tiles;
}

StatTiles::StatTiles(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setAccessibleName(tr("Latest values"));
  setObjectName(QStringLiteral("statTiles"));
  connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void StatTiles::show(std::vector<Tile> tiles) {
  if (tiles == m_tiles) return;
  m_tiles = std::move(tiles);
  QStringList spoken;
  for (const Tile& tile : m_tiles) spoken << tile.label + QStringLiteral(": ") + tile.figure + QStringLiteral(", ") + tile.note;
  setAccessibleDescription(spoken.join(QStringLiteral("; ")));
  update();
}

QSize StatTiles::sizeHint() const { return {int(maxTiles) * 175, tileHeight}; }

QSize StatTiles::minimumSizeHint() const { return {2 * minTileWidth, tileHeight}; }

void StatTiles::paintEvent(QPaintEvent*) {
  if (m_tiles.empty()) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const int room = std::max(1, (width() + tileGap) / (minTileWidth + tileGap));
  const int shown = std::min(static_cast<int>(m_tiles.size()), room);
  const double tileWidth = std::min(maxTileWidth, (width() - tileGap * (shown - 1)) / double(shown));
  for (int i = 0; i < shown; ++i)
    paintTile(painter, {i * (tileWidth + tileGap) + 0.5, 0.5, tileWidth - 1, tileHeight - 1.0}, m_tiles[size_t(i)]);
}

void StatTiles::paintTile(QPainter& painter, const QRectF& rect, const Tile& tile) const {
  const Tokens& tokens = m_theme.tokens();
  painter.setPen(tokens.line);
  painter.setBrush(tokens.surface);
  painter.drawRoundedRect(rect, 10, 10);
  const QRectF inner = rect.adjusted(12, 9, -12, -9);
  const auto line = [&](TextRole role, const QColor& color, double top, double height, const QString& text) {
    painter.setFont(fontFor(role));
    painter.setPen(color);
    const QString fitting = painter.fontMetrics().elidedText(text, Qt::ElideRight, int(inner.width()));
    painter.drawText(QRectF(inner.left(), inner.top() + top, inner.width(), height), Qt::AlignLeft | Qt::AlignVCenter, fitting);
  };
  line(TextRole::Secondary, tokens.muted, 0, 16, tile.label);
  line(TextRole::Figure, tile.alarming ? tokens.amber : tokens.text, 18, 24, tile.figure);
  line(TextRole::Secondary, tokens.muted, 44, 16, tile.note);
}

}  // namespace trainyard
