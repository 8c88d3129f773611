// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overlays/card_overlay.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLayout>
#include <QMouseEvent>
#include <QPainter>

namespace trainyard {
namespace {

constexpr int edge = 16;  ///< least distance of the card from the window's border

bool takesTab(const QWidget* widget) {
  // A proxied widget (the line in a combo box) is reached through its proxy.
  return widget->isVisible() && widget->focusProxy() == nullptr && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) != 0;
}

}  // namespace

CardOverlay::CardOverlay(Theme& theme, QWidget* window, int cardWidth)
    : QWidget(window), m_theme(theme), m_card(new QFrame(this)), m_cardWidth(cardWidth) {
  m_card->setProperty("role", "card");
  m_card->setObjectName(QStringLiteral("overlayCard"));
  hide();
  window->installEventFilter(this);
  connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void CardOverlay::open() {
  if (isOpen()) return;
  m_focusBefore = window()->focusWidget();
  setGeometry(parentWidget()->rect());
  placeCard();
  show();
  raise();
  Q_EMIT opened();
  if (QWidget* first = firstFocus()) first->setFocus(Qt::ActiveWindowFocusReason);
}

void CardOverlay::close() {
  if (!isOpen()) return;
  hide();
  Q_EMIT closed();
  if (m_focusBefore) m_focusBefore->setFocus(Qt::OtherFocusReason);
}

void CardOverlay::placeCard() {
  const int width = std::min(m_cardWidth, this->width() - 2 * edge);
  m_card->setFixedWidth(width);
  const int wanted = m_card->layout() != nullptr && m_card->layout()->hasHeightForWidth()
                         ? m_card->layout()->totalHeightForWidth(width)
                         : m_card->sizeHint().height();
  const int height = std::min(wanted, this->height() - 2 * edge);
  const int top = m_cardTop >= 0 ? std::min(m_cardTop, this->height() - height - edge) : (this->height() - height) / 2;
  m_card->setGeometry((this->width() - width) / 2, std::max(edge, top), width, height);
  update();
}

bool CardOverlay::event(QEvent* event) {
  if (event->type() == QEvent::LayoutRequest) placeCard();
  return QWidget::event(event);
}

bool CardOverlay::eventFilter(QObject* watched, QEvent* event) {
  if (watched == parentWidget() && event->type() == QEvent::Resize && isOpen()) {
    setGeometry(parentWidget()->rect());
    placeCard();
  }
  return QWidget::eventFilter(watched, event);
}

bool CardOverlay::focusNextPrevChild(bool next) {
  QWidget* const from = focusWidget() != nullptr ? focusWidget() : m_card;
  for (QWidget* candidate = from;;) {
    candidate = next ? candidate->nextInFocusChain() : candidate->previousInFocusChain();
    if (candidate == from || candidate == nullptr) return true;
    if (m_card->isAncestorOf(candidate) && takesTab(candidate)) {
      candidate->setFocus(next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
      return true;
    }
  }
}

void CardOverlay::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) close();
  // Nothing goes on to the window behind.
}

void CardOverlay::mousePressEvent(QMouseEvent* event) {
  if (m_closesOnOutsideClick && !m_card->geometry().contains(event->position().toPoint())) close();
}

void CardOverlay::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.fillRect(rect(), m_theme.tokens().shade);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  constexpr int rings = 10;
  for (int ring = rings; ring > 0; --ring) {  // a soft shadow, cheaper than a blur
    painter.setBrush(QColor(0, 0, 0, 5));
    const double grow = ring * 2.0;
    painter.drawRoundedRect(QRectF(m_card->geometry()).adjusted(-grow, -grow + 6, grow, grow + 6), 12 + grow, 12 + grow);
  }
}

}  // namespace trainyard
