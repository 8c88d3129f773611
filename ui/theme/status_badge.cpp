// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/status_badge.h"

#include <QFontMetrics>

namespace trainyard {
namespace {

constexpr int height = 20;
constexpr int padding = 8;
constexpr int dot = 6;
constexpr int gap = 6;

QFont badgeFont() {
  QFont font = fontFor(TextRole::Secondary);
  font.setWeight(QFont::Medium);
  return font;
}

}  // namespace

BadgeColors badgeColors(JobStatus status, const Tokens& tokens) {
  switch (status) {
    case JobStatus::Queued: return {tokens.grey, tokens.greyGround};
    case JobStatus::Running: return {tokens.accent, tokens.accentSoft};
    case JobStatus::Complete: return {tokens.green, tokens.greenGround};
    case JobStatus::Failed: return {tokens.red, tokens.redGround};
  }
  return {tokens.grey, tokens.greyGround};
}

QSize badgeSize(JobStatus status) {
  return {QFontMetrics(badgeFont()).horizontalAdvance(toText(status)) + 2 * padding + dot + gap, height};
}

void drawBadge(QPainter& painter, const QRect& rect, JobStatus status, const Tokens& tokens) {
  const BadgeColors colors = badgeColors(status, tokens);
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(colors.ground);
  painter.drawRoundedRect(rect, rect.height() / 2.0, rect.height() / 2.0);
  painter.setBrush(colors.text);
  painter.drawEllipse(QRectF(rect.left() + padding, rect.center().y() - dot / 2.0 + 0.5, dot, dot));
  painter.setFont(badgeFont());
  painter.setPen(colors.text);
  painter.drawText(rect.adjusted(padding + dot + gap, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, toText(status));
  painter.restore();
}

StatusBadge::StatusBadge(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void StatusBadge::setStatus(JobStatus status) {
  m_status = status;
  setAccessibleName(tr("Status: %1").arg(toText(status)));
  updateGeometry();
  update();
}

void StatusBadge::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  drawBadge(painter, QRect(QPoint(0, (height() - badgeSize(m_status).height()) / 2), badgeSize(m_status)), m_status, m_theme.tokens());
}

}  // namespace trainyard
