// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/status_badge.h"

#include <QFontMetrics>

namespace trainyard {
namespace {

constexpr int badgeHeight = 20;
constexpr int padding = 8;
constexpr int dot = 6;
constexpr int gap = 6;

QFont badgeFont() {
  QFont font = fontFor(TextRole::Secondary);
  font.setWeight(QFont::Medium);
  return font;
}

void drawPill(QPainter& painter, const QRect& rect, const BadgeColors& colors) {
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(colors.ground);
  painter.drawRoundedRect(rect, rect.height() / 2.0, rect.height() / 2.0);
}

}  // namespace

Badge badgeFor(const Job& job, bool stopping) {
  switch (job.status) {
    case JobStatus::Queued: return Badge::Queued;
    case JobStatus::Running: return stopping ? Badge::Stopping : Badge::Running;
    case JobStatus::Complete: return job.ending.kind == EndKind::Unknown ? Badge::Ended : Badge::Complete;
    case JobStatus::Failed: return job.ending.kind == EndKind::StoppedByUser ? Badge::Stopped : Badge::Failed;
  }
  return Badge::Queued;
}

QString badgeText(Badge badge) {
  switch (badge) {
    case Badge::Queued: return toText(JobStatus::Queued);
    case Badge::Running: return toText(JobStatus::Running);
    case Badge::Stopping: return StatusBadge::tr("Stopping");
    case Badge::Complete:
    case Badge::Ended: return toText(JobStatus::Complete);  // the filter's word; that nobody knows how is told beside it
    case Badge::Stopped: return StatusBadge::tr("Stopped");
    case Badge::Failed: return toText(JobStatus::Failed);
  }
  return {};
}

QString markText(BadgeMark mark) {
  switch (mark) {
    case BadgeMark::None: return {};
    case BadgeMark::Nan: return StatusBadge::tr("NaN");
    case BadgeMark::HighPriority: return StatusBadge::tr("High");
    case BadgeMark::LowPriority: return StatusBadge::tr("Low");
  }
  return {};
}

BadgeColors badgeColors(Badge badge, const Tokens& tokens) {
  switch (badge) {
    case Badge::Running: return {tokens.accent, tokens.accentSoft};
    case Badge::Stopping: return {tokens.amber, tokens.amberGround};
    case Badge::Complete: return {tokens.green, tokens.greenGround};
    case Badge::Failed: return {tokens.red, tokens.redGround};
    case Badge::Queued:
    case Badge::Ended:
    case Badge::Stopped: break;
  }
  return {tokens.grey, tokens.greyGround};
}

BadgeColors markColors(BadgeMark mark, const Tokens& tokens) {
  switch (mark) {
    case BadgeMark::Nan: return {tokens.amber, tokens.amberGround};
    case BadgeMark::HighPriority: return {tokens.accent, tokens.accentSoft};
    default: return {tokens.grey, tokens.greyGround};
  }
}

QSize badgeSize(Badge badge) {
  return {QFontMetrics(badgeFont()).horizontalAdvance(badgeText(badge)) + 2 * padding + dot + gap, badgeHeight};
}

void drawBadge(QPainter& painter, const QRect& rect, Badge badge, const Tokens& tokens) {
  const BadgeColors colors = badgeColors(badge, tokens);
  painter.save();
  drawPill(painter, rect, colors);
  painter.setBrush(colors.text);
  painter.drawEllipse(QRectF(rect.left() + padding, rect.center().y() - dot / 2.0 + 0.5, dot, dot));
  painter.setFont(badgeFont());
  painter.setPen(colors.text);
  painter.drawText(rect.adjusted(padding + dot + gap, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, badgeText(badge));
  painter.restore();
}

QSize markSize(BadgeMark mark) {
  if (mark == BadgeMark::None) return {0, badgeHeight};
  return {QFontMetrics(badgeFont()).horizontalAdvance(markText(mark)) + 2 * padding, badgeHeight};
}

void drawMark(QPainter& painter, const QRect& rect, BadgeMark mark, const Tokens& tokens) {
  if (mark == BadgeMark::None) return;
  const BadgeColors colors = markColors(mark, tokens);
  painter.save();
  drawPill(painter, rect, colors);
  painter.setFont(badgeFont());
  painter.setPen(colors.text);
  painter.drawText(rect, Qt::AlignCenter, markText(mark));
  painter.restore();
}

StatusBadge::StatusBadge(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
  setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
  connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void StatusBadge::show(Badge badge, BadgeMark mark) {
  m_badge = badge;
  m_mark = mark;
  const QString status = tr("Status: %1").arg(badgeText(badge));
  setAccessibleName(mark == BadgeMark::None ? status : QStringLiteral("%1, %2").arg(status, markText(mark)));
  updateGeometry();
  update();
}

QSize StatusBadge::sizeHint() const {
  const QSize badge = badgeSize(m_badge);
  return m_mark == BadgeMark::None ? badge : badge + QSize(markGap + markSize(m_mark).width(), 0);
}

void StatusBadge::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const QRect badge(QPoint(0, (height() - badgeHeight) / 2), badgeSize(m_badge));
  drawBadge(painter, badge, m_badge, m_theme.tokens());
  drawMark(painter, QRect(QPoint(badge.right() + 1 + markGap, badge.top()), markSize(m_mark)), m_mark, m_theme.tokens());
}

}  // namespace trainyard
