// SPDX-License-Identifier: GPL-3.0-or-later
// The chart as a picture that is saved.
#include <QGraphicsScene>
#include <QPainter>

#include "ui/charts/metric_chart_state.h"

namespace trainyard {
namespace {

constexpr double margin = 14.0;
constexpr double titleHeight = 34.0;
constexpr double sampleWidth = 16.0;  ///< of a line in the legend

}  // namespace

void MetricChart::State::drawTitle(QPainter& painter, const QRectF& area) const {
  const Tokens& tokens = theme.tokens();
  painter.setFont(fontFor(TextRole::Strong));
  painter.setPen(tokens.text);
  painter.drawText(area, Qt::AlignLeft | Qt::AlignVCenter, description.title);
  double x = area.left() + QFontMetricsF(painter.font()).horizontalAdvance(description.title) + 2 * margin;
  painter.setFont(fontFor(TextRole::Secondary));
  const QFontMetricsF metrics(painter.font());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const Line& line = *lines[i];
    const double width = sampleWidth + 6 + metrics.horizontalAdvance(line.style.label);
    if (!line.isShown() || x + width > area.right()) continue;
    QPen pen(colorOf(i), 2.0);
    if (line.style.dashed) pen.setDashPattern({3.5, 2.5});
    if (!line.style.pattern.isEmpty()) pen.setDashPattern(line.style.pattern);
    painter.setPen(pen);
    painter.drawLine(QPointF(x, area.center().y()), QPointF(x + sampleWidth, area.center().y()));
    painter.setPen(tokens.muted);
    painter.drawText(QRectF(x + sampleWidth + 6, area.top(), width, area.height()), Qt::AlignLeft | Qt::AlignVCenter, line.style.label);
    x += width + margin;
  }
}

void MetricChart::drawPicture(QPainter& painter) {
  State& s = *m_state;
  s.dirty = true;
  s.refresh();
  painter.fillRect(QRectF(rect()), s.theme.tokens().surface);
  s.drawTitle(painter, QRectF(margin, 0.0, width() - 2 * margin, titleHeight));
  s.cross->setVisible(false);
  const QRectF plot(QPointF(0, 0), QSizeF(s.view->viewport()->size()));
  s.view->scene()->render(&painter, QRectF(3.0, titleHeight, plot.width(), plot.height()), plot);
  s.cross->setVisible(true);
}

QStringList MetricChart::shownTags() const {
  QStringList shown;
  for (const auto& line : m_state->lines)
    if (line->isShown()) shown << line->style.tag;
  return shown;
}

QString MetricChart::title() const { return m_state->description.title; }

}  // namespace trainyard
