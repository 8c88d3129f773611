// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_card_delegate.h"

#include <QPainter>
#include <QPainterPath>

#include "ui/theme/elided_name.h"
#include "ui/theme/icons.h"
#include "ui/theme/status_badge.h"

namespace trainyard {
namespace {

constexpr int rowHeight = 105;
constexpr int sideMargin = 10;
constexpr int padding = 13;
constexpr int buttonHeight = 26;
constexpr int buttonPadding = 11;
constexpr int glyphSize = 10;
constexpr int sparklineWidth = 82;
constexpr int sparklineHeight = 20;

QRect cardRect(const QRect& item) { return item.adjusted(sideMargin, 0, -sideMargin, -JobCardDelegate::cardGap); }

struct ButtonLook {
  std::optional<Glyph> glyph;
  QColor color;
};

ButtonLook lookOf(JobAction action, const Tokens& tokens) {
  switch (action) {
    case JobAction::Start: return {Glyph::Play, tokens.text};
    case JobAction::Stop: return {Glyph::Stop, tokens.red};
    default: return {std::nullopt, tokens.text};
  }
}

QFont buttonFont() {
  QFont font = fontFor(TextRole::Secondary);
  font.setWeight(QFont::Medium);
  return font;
}

void drawElided(QPainter& painter, const QRect& rect, Qt::Alignment alignment, const QString& text) {
  painter.drawText(rect, int(alignment | Qt::AlignVCenter), painter.fontMetrics().elidedText(text, Qt::ElideRight, rect.width()));
}

}  // namespace

JobCardDelegate::JobCardDelegate(Theme& theme, int cardRole, QObject* parent)
    : QStyledItemDelegate(parent), m_theme(theme), m_cardRole(cardRole) {}

QSize JobCardDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const { return {240, rowHeight}; }

void JobCardDelegate::setHovered(const QModelIndex& index, bool onButton) {
  m_hovered = index;
  m_onButton = onButton;
}

QRect JobCardDelegate::buttonRect(const QRect& item, const QModelIndex& index) const {
  const auto card = index.data(m_cardRole).value<JobCard>();
  int width = QFontMetrics(buttonFont()).horizontalAdvance(card.actionText) + 2 * buttonPadding;
  if (lookOf(card.action, m_theme.tokens()).glyph) width += glyphSize + 6;
  const QRect inner = cardRect(item).adjusted(padding, padding - 2, -padding, -padding + 3);
  return {inner.right() + 1 - width, inner.bottom() + 1 - buttonHeight, width, buttonHeight};
}

void JobCardDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const auto card = index.data(m_cardRole).value<JobCard>();
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  const QRect frame = cardRect(option.rect);
  paintFrame(*painter, frame, option);
  const QRect inner = frame.adjusted(padding, padding - 2, -padding, -padding + 3);
  paintTexts(*painter, inner, card);
  const QRect button = buttonRect(option.rect, index);
  const bool hovered = m_hovered == index && m_onButton;
  paintButton(*painter, button, card, hovered);
  paintState(*painter, QRect(inner.left(), button.top(), button.left() - 10 - inner.left(), button.height()), card);
  painter->restore();
}

void JobCardDelegate::paintFrame(QPainter& painter, const QRectF& card, const QStyleOptionViewItem& option) const {
  const Tokens& tokens = m_theme.tokens();
  const bool selected = (option.state & QStyle::State_Selected) != 0;
  const bool focused = (option.state & QStyle::State_HasFocus) != 0;
  // The keyboard's card has a ring of 2 px, the others that are chosen a line of 1 px.
  const double width = focused ? 2.0 : 1.0;
  QColor border = selected || focused ? tokens.accent : tokens.line;
  if (!selected && !focused && (option.state & QStyle::State_MouseOver) != 0) border = tokens.faint;
  painter.setPen(QPen(border, width));
  painter.setBrush(tokens.raised);
  painter.drawRoundedRect(card.adjusted(width / 2, width / 2, -width / 2, -width / 2), 10, 10);
}

void JobCardDelegate::paintTexts(QPainter& painter, const QRect& inner, const JobCard& card) const {
  const Tokens& tokens = m_theme.tokens();
  const QSize badge = badgeSize(card.badge);
  const QRect badgeBox(inner.right() + 1 - badge.width(), inner.top(), badge.width(), badge.height());
  drawBadge(painter, badgeBox, card.badge, tokens);
  const int markWidth = card.mark == BadgeMark::None ? 0 : markSize(card.mark).width() + markGap;
  const QRect markBox(QPoint(badgeBox.left() - markWidth, badgeBox.top()), markSize(card.mark));
  drawMark(painter, markBox, card.mark, tokens);
  painter.setFont(fontFor(TextRole::Strong));
  painter.setPen(tokens.text);
  const QRect name(inner.left(), inner.top(), markBox.left() - 8 - inner.left(), badge.height());
  painter.drawText(name, int(Qt::AlignLeft | Qt::AlignVCenter), elidedName(card.name, painter.fontMetrics(), name.width()));
  painter.setFont(fontFor(TextRole::Secondary));
  painter.setPen(tokens.muted);
  const int top = inner.top() + 26;
  const int whenWidth = painter.fontMetrics().horizontalAdvance(card.when) + 1;
  const QRect when(inner.right() + 1 - whenWidth, top, whenWidth, 18);
  drawElided(painter, when, Qt::AlignRight, card.when);
  drawElided(painter, {inner.left(), top, when.left() - 10 - inner.left(), 18}, Qt::AlignLeft, card.facts);
}

void JobCardDelegate::paintState(QPainter& painter, const QRect& row, const JobCard& card) const {
  const Tokens& tokens = m_theme.tokens();
  if (card.status == JobStatus::Running) return paintProgress(painter, row, card);
  QRect text = row;
  if (card.status == JobStatus::Complete && card.sparkline.size() > 1 && row.width() > 2 * sparklineWidth) {
    const QRectF spark(row.right() - sparklineWidth, row.center().y() - sparklineHeight / 2.0, sparklineWidth, sparklineHeight);
    paintSparkline(painter, spark, card.sparkline);
    text.setRight(int(spark.left()) - 8);
  }
  painter.setFont(fontFor(TextRole::Secondary));
  painter.setPen(card.badge == Badge::Failed ? tokens.red : tokens.muted);
  drawElided(painter, text, Qt::AlignLeft, card.note);
}

void JobCardDelegate::paintProgress(QPainter& painter, QRect row, const JobCard& card) const {
  const Tokens& tokens = m_theme.tokens();
  const bool curve = card.sparkline.size() > 1 && row.width() > 2 * sparklineWidth;
  if (curve) {
    const QRectF spark(row.right() - sparklineWidth, row.center().y() - sparklineHeight / 2.0, sparklineWidth, sparklineHeight);
    paintSparkline(painter, spark, card.sparkline);
  }
  if (curve || card.progress >= 0.0) row.setRight(row.right() - sparklineWidth - 8);
  painter.setFont(fontFor(TextRole::Secondary));
  painter.setPen(tokens.muted);
  if (card.progress < 0.0) {
    drawElided(painter, row, Qt::AlignLeft, card.note);
    return;
  }
  const int percentWidth = painter.fontMetrics().horizontalAdvance(QStringLiteral("100%"));
  drawElided(painter, {row.right() - percentWidth, row.top(), percentWidth + 1, row.height()}, Qt::AlignLeft, card.note);
  const QRectF track(row.left(), row.center().y() - 1.5, row.width() - percentWidth - 8, 4);
  painter.setPen(Qt::NoPen);
  painter.setBrush(tokens.greyGround);
  painter.drawRoundedRect(track, 2, 2);
  if (card.progress <= 0.0) return;
  painter.setBrush(tokens.accent);
  painter.drawRoundedRect(QRectF(track.left(), track.top(), std::max(4.0, track.width() * card.progress), track.height()), 2, 2);
}

void JobCardDelegate::paintSparkline(QPainter& painter, const QRectF& rect, const QVector<float>& values) const {
  float low = std::numeric_limits<float>::max();
  float high = std::numeric_limits<float>::lowest();
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) return;
  const double span = high > low ? double(high) - double(low) : 1.0;
  QPainterPath path;
  bool gap = true;  // NaN lifts the pen
  for (qsizetype i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      gap = true;
      continue;
    }
    const QPointF at(rect.left() + rect.width() * double(i) / double(values.size() - 1),
                     rect.bottom() - rect.height() * (double(values[i]) - double(low)) / span);
    gap ? path.moveTo(at) : path.lineTo(at);
    gap = false;
  }
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(m_theme.tokens().loss, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.drawPath(path);
}

void JobCardDelegate::paintButton(QPainter& painter, const QRect& rect, const JobCard& card, bool hovered) const {
  const Tokens& tokens = m_theme.tokens();
  const ButtonLook look = lookOf(card.action, tokens);
  const QColor color = card.busy ? tokens.muted : look.color;
  painter.setPen(tokens.line);
  painter.setBrush(hovered && !card.busy ? (m_pressed ? tokens.greyGround : tokens.background) : tokens.surface);
  painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7);
  QRect text = rect.adjusted(buttonPadding, 0, -buttonPadding + 1, 0);
  if (look.glyph) {
    const QRectF box(text.left(), rect.center().y() - glyphSize / 2.0 + 0.5, glyphSize, glyphSize);
    drawGlyph(painter, card.busy ? Glyph::Spinner : *look.glyph, box, color, m_phase);
    text.setLeft(text.left() + glyphSize + 6);
  }
  painter.setFont(buttonFont());
  painter.setPen(color);
  painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, card.actionText);
}

}  // namespace trainyard
