// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/toasts/toast_card.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QTextLayout>
#include <QToolButton>

#include "ui/theme/icons.h"
#include "ui/toasts/toast_stack.h"

namespace trainyard {
namespace {

constexpr int paddingX = 14;
constexpr int paddingY = 11;
constexpr int glyphSize = 14;
constexpr int glyphGap = 10;
constexpr int lineHeight = 17;
constexpr int mostDetailLines = 4;
constexpr int closeSize = 20;
constexpr int swipeThreshold = 70;

struct Look {
  QColor text;
  QColor ground;
  Glyph glyph;
};

Look lookOf(ToastKind kind, const Tokens& t) {
  switch (kind) {
    case ToastKind::Success: return {t.green, t.greenGround, Glyph::Check};
    case ToastKind::Error: return {t.red, t.redGround, Glyph::Error};
    case ToastKind::Info: return {t.accent, t.accentSoft, Glyph::Info};
    case ToastKind::Warning: return {t.amber, t.amberGround, Glyph::Warning};
    case ToastKind::Loading: return {t.text, t.raised, Glyph::Spinner};
  }
  return {t.text, t.raised, Glyph::Info};
}

QColor blended(QColor over, const QColor& ground, double share) {
  over.setAlphaF(float(share));
  return QColor(int(ground.red() + (over.red() - ground.red()) * share), int(ground.green() + (over.green() - ground.green()) * share),
                int(ground.blue() + (over.blue() - ground.blue()) * share));
}

/// Between words, or within one that is wider than a line, as a path; the last line is elided where there is more.
QStringList wrapped(const QString& text, int room) {
  const QFont font = fontFor(TextRole::Body);
  QTextLayout layout(text, font);
  QTextOption option;
  option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
  layout.setTextOption(option);
  layout.beginLayout();
  QStringList lines;
  while (lines.size() < mostDetailLines) {
    QTextLine line = layout.createLine();
    if (!line.isValid()) break;
    line.setLineWidth(room);
    const bool isLast = lines.size() + 1 == mostDetailLines;
    lines << (isLast ? QFontMetrics(font).elidedText(text.mid(line.textStart()), Qt::ElideRight, room)
                     : text.mid(line.textStart(), line.textLength()).trimmed());
  }
  layout.endLayout();
  return lines;
}

}  // namespace

int toastDurationMs(const ToastContent& content) {
  if (content.durationMs >= 0) return content.durationMs;
  switch (content.kind) {
    case ToastKind::Loading: return 0;
    case ToastKind::Error:
    case ToastKind::Warning: return ToastStack::failureDurationMs;
    default: return ToastStack::defaultDurationMs;
  }
}

ToastCard::ToastCard(Theme& theme, ToastId id, const ToastContent& content, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_id(id), m_content(content) {
  setObjectName(QStringLiteral("toast"));
  setFocusPolicy(Qt::TabFocus);
  setAttribute(Qt::WA_Hover);
  m_action = new QPushButton(this);
  m_action->setObjectName(QStringLiteral("toastAction"));
  m_close = new QToolButton(this);
  m_close->setObjectName(QStringLiteral("toastClose"));
  m_close->setAccessibleName(tr("Close"));
  m_close->hide();
  connect(m_action, &QPushButton::clicked, this, &ToastCard::actionChosen);
  connect(m_close, &QToolButton::clicked, this, &ToastCard::closeRequested);
  m_timer.setSingleShot(true);
  connect(&m_timer, &QTimer::timeout, this, &ToastCard::expired);
  m_motion.setEasingCurve(QEasingCurve::OutCubic);
  connect(&m_motion, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
    setGeometry(value.toRect());
    parentWidget()->update();  // the stack paints our shadow
  });
  m_spin.setStartValue(0.0);
  m_spin.setEndValue(1.0);
  m_spin.setDuration(900);
  m_spin.setLoopCount(-1);
  connect(&m_spin, &QVariantAnimation::valueChanged, this, qOverload<>(&QWidget::update));
  connect(&theme, &Theme::changed, this, &ToastCard::restyle);
  applyContent();
}

void ToastCard::setContent(const ToastContent& content) {
  m_content = content;
  m_repeats = 1;
  applyContent();
}

void ToastCard::repeat() {
  ++m_repeats;
  restartTimer();
  followTexts();
}

void ToastCard::applyContent() {
  setAccessibleName(m_content.title);
  setAccessibleDescription(m_content.detail);
  m_action->setText(m_content.actionText);
  showButtons();
  if (m_content.kind == ToastKind::Loading && m_theme.motion())
    m_spin.start();
  else
    m_spin.stop();
  restyle();
  followTexts();
  restartTimer();
  QAccessibleEvent announcement(this, QAccessible::Alert);
  QAccessible::updateAccessibility(&announcement);
}

void ToastCard::restyle() {
  const Look look = lookOf(m_content.kind, m_theme.tokens());
  const QString color = look.text.name();
  m_action->setStyleSheet(QStringLiteral("QPushButton { background: transparent; border: 1px solid transparent; color: %1; "
                                         "font-weight: 600; padding: 2px 6px; border-radius: 6px; }"
                                         "QPushButton:hover, QPushButton:focus { border-color: %1; }").arg(color));
  m_close->setStyleSheet(QStringLiteral("QToolButton { background: %2; border: 1px solid %3; border-radius: 10px; padding: 0; }"
                                        "QToolButton:focus { border-color: %1; }")
                             .arg(color, look.ground.name(), blended(look.text, look.ground, 0.3).name()));
  m_close->setIcon(glyphIcon(Glyph::Close, look.text, look.text, 14));
  update();
}

void ToastCard::restartTimer() {
  m_remainingMs = toastDurationMs(m_content);
  m_timer.stop();
  if (m_remainingMs > 0 && !m_paused) m_timer.start(m_remainingMs);
}

void ToastCard::setPaused(bool paused) {
  if (m_paused == paused) return;
  m_paused = paused;
  if (m_remainingMs == 0) return;
  if (paused) {
    if (m_timer.isActive()) m_remainingMs = std::max(1, m_timer.remainingTime());
    m_timer.stop();
  } else {
    m_timer.start(m_remainingMs);
  }
}

void ToastCard::setCovered(bool covered) {
  if (m_covered == covered) return;
  m_covered = covered;
  showButtons();
  update();
}

void ToastCard::showButtons() {
  m_action->setVisible(!m_covered && !m_content.actionText.isEmpty());
  m_close->setVisible(!m_covered && (underMouse() || isAncestorOf(window()->focusWidget())));
}

QString ToastCard::title() const {
  const QString title = m_content.title.simplified();
  return m_repeats > 1 ? QStringLiteral("%1 ×%2").arg(title).arg(m_repeats) : title;
}

/// A title loses its middle, for it begins with whom it is about and ends with what happened.
ToastCard::Lines ToastCard::linesFor(int width) const {
  const int room = width - 2 * paddingX - glyphSize - glyphGap;
  const int beside = m_content.actionText.isEmpty() ? 0 : m_action->sizeHint().width() + 4;
  return {QFontMetrics(fontFor(TextRole::Strong)).elidedText(title(), Qt::ElideMiddle, room - beside), wrapped(m_content.detail.simplified(), room)};
}

/// Its tooltip is what it says in full, where it cannot be read on it.
void ToastCard::followTexts() {
  const Lines shown = linesFor(width());
  const bool whole = shown.title == title() && shown.detail.join(QString()).remove(u' ') == QString(m_content.detail).remove(u' ');
  const QString full = m_content.detail.isEmpty() ? m_content.title : m_content.title + u'\n' + m_content.detail;
  setToolTip(whole ? QString() : full);
  update();
}

int ToastCard::heightFor(int width) const { return 2 * paddingY + lineHeight * (1 + int(linesFor(width).detail.size())); }

void ToastCard::moveTo(const QRect& rect) {
  m_restPosition = rect.topLeft();
  if (m_dragging) return;
  m_motion.stop();
  const int ms = m_theme.duration(150);
  if (ms == 0 || geometry() == rect) {
    setGeometry(rect);
    return;
  }
  m_motion.setDuration(ms);
  m_motion.setStartValue(geometry());
  m_motion.setEndValue(rect);
  m_motion.start();
}

void ToastCard::takeFocus() {
  QWidget* target = m_content.actionText.isEmpty() ? static_cast<QWidget*>(this) : m_action;
  target->setFocus(Qt::ShortcutFocusReason);
}

bool ToastCard::event(QEvent* event) {
  switch (event->type()) {
    case QEvent::HoverEnter:
    case QEvent::FocusIn:
      m_close->setVisible(!m_covered);
      Q_EMIT focusChanged();
      break;
    case QEvent::HoverLeave:
    case QEvent::FocusOut:
      showButtons();
      Q_EMIT focusChanged();
      update();
      break;
    case QEvent::ShortcutOverride:  // Escape belongs to the toast while it has the focus
      if (static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) event->accept();
      break;
    default:
      break;
  }
  return QWidget::event(event);
}

void ToastCard::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape || event->key() == Qt::Key_Delete) {
    Q_EMIT closeRequested();
    return;
  }
  QWidget::keyPressEvent(event);
}

void ToastCard::resizeEvent(QResizeEvent*) {
  const QSize action = m_action->sizeHint();
  m_action->setGeometry(width() - paddingX + 4 - action.width(), paddingY - 5, action.width(), action.height());
  m_close->setGeometry(3, 3, closeSize, closeSize);
  followTexts();
}

void ToastCard::paintEvent(QPaintEvent*) {
  const Look look = lookOf(m_content.kind, m_theme.tokens());
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const bool focused = hasFocus();
  painter.setPen(QPen(focused ? look.text : blended(look.text, look.ground, 0.28), focused ? 2 : 1));
  painter.setBrush(look.ground);
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
  if (m_covered) return;
  if (!m_close->isVisible())
    drawGlyph(painter, look.glyph, QRectF(paddingX, paddingY + 1.5, glyphSize, glyphSize), look.text, m_spin.currentValue().toDouble());
  const Lines shown = linesFor(width());
  QRect row(paddingX + glyphSize + glyphGap, paddingY, width(), lineHeight);
  painter.setPen(look.text);
  painter.setFont(fontFor(TextRole::Strong));
  painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, shown.title);
  painter.setFont(fontFor(TextRole::Body));
  for (const QString& line : shown.detail) {
    row.translate(0, lineHeight);
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, line);
  }
}

void ToastCard::mousePressEvent(QMouseEvent* event) {
  m_pressedAt = event->globalPosition().toPoint();
  m_motion.stop();
  m_dragging = true;
}

void ToastCard::mouseMoveEvent(QMouseEvent* event) {
  if (!m_dragging) return;
  const QPoint by = event->globalPosition().toPoint() - m_pressedAt;
  // To the right it follows the pointer; upwards a little, for the way out is to the right.
  move(m_restPosition + QPoint(std::max(0, by.x()), std::clamp(by.y(), -swipeThreshold, 0)));
}

void ToastCard::mouseReleaseEvent(QMouseEvent* event) {
  if (!std::exchange(m_dragging, false)) return;
  const QPoint by = event->globalPosition().toPoint() - m_pressedAt;
  if (by.x() > swipeThreshold || by.y() < -swipeThreshold / 2)
    Q_EMIT swiped();
  else
    moveTo({m_restPosition, size()});
}

}  // namespace trainyard
