// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/toasts/toast_stack.h"

#include <QAccessibleWidget>
#include <QApplication>
#include <QChildEvent>
#include <QPainter>
#include <QPointer>

#include "ui/overlays/card_overlay.h"
#include "ui/toasts/toast_card.h"

namespace trainyard {
namespace {

constexpr int cardWidth = 332;
constexpr int margin = 18;
constexpr int gap = 10;
constexpr int peek = 7;       ///< how far a stacked card looks out below the one before it
constexpr int maxPeeks = 2;
constexpr int shadow = 12;    ///< room around the cards for their shadow

/// Makes a toast an alert for screen readers.
class ToastAccessible final : public QAccessibleWidget {
 public:
  explicit ToastAccessible(QWidget* card) : QAccessibleWidget(card, QAccessible::AlertMessage) {}
};

QAccessibleInterface* makeAccessible(const QString& className, QObject* object) {
  if (className != u"trainyard::ToastCard") return nullptr;
  return new ToastAccessible(static_cast<QWidget*>(object));
}

}  // namespace

struct ToastStack::State {
  Theme& theme;
  QWidget* host;
  int topMargin;
  std::vector<ToastCard*> cards;  ///< newest first; children of the stack
  QPointer<QWidget> focusBefore;
  ToastId lastId = 0;
  bool hovered = false;
  bool focused = false;
  bool windowInactive = false;
  bool behindOverlay = false;
};

ToastStack::ToastStack(Theme& theme, QWidget* host, int topMargin)
    : QWidget(host), m_state(std::make_unique<State>(State{theme, host, topMargin, {}, {}})) {
  setObjectName(QStringLiteral("toastStack"));
  setAccessibleName(tr("Notifications"));
  setAttribute(Qt::WA_Hover);
  QAccessible::installFactory(makeAccessible);
  host->installEventFilter(this);
  host->window()->installEventFilter(this);
  for (CardOverlay* overlay : host->findChildren<CardOverlay*>(Qt::FindDirectChildrenOnly)) overlay->installEventFilter(this);
  hide();
}

ToastStack::~ToastStack() = default;

ToastId ToastStack::show(const ToastContent& content) {
  State& s = *m_state;
  const auto same = std::find_if(s.cards.begin(), s.cards.end(), [&](const ToastCard* card) {
    const ToastContent& other = card->content();
    return other.kind == content.kind && other.title == content.title && other.detail == content.detail;
  });
  if (same != s.cards.end()) {
    (*same)->repeat();
    std::rotate(s.cards.begin(), same, same + 1);
    arrange();
    return s.cards.front()->id();
  }
  auto* card = new ToastCard(s.theme, ++s.lastId, content, this);
  s.cards.insert(s.cards.begin(), card);
  const ToastId id = card->id();
  connect(card, &ToastCard::expired, this, [this, id] { dismiss(id); });
  connect(card, &ToastCard::closeRequested, this, [this, id] { dismiss(id); });
  connect(card, &ToastCard::swiped, this, [this, id] { dismiss(id); });
  connect(card, &ToastCard::actionChosen, this, [this, id] { act(id); });
  connect(card, &ToastCard::focusChanged, this, &ToastStack::followAttention);
  card->setPaused(isPaused());
  arrange();
  const QRect place = card->geometry();
  card->setGeometry(place.translated(s.theme.motion() ? cardWidth / 3 : 0, 0));
  card->show();
  arrange();
  return id;
}

void ToastStack::update(ToastId id, const ToastContent& content) {
  if (ToastCard* card = find(id)) {
    card->setContent(content);
    arrange();
  } else {
    show(content);
  }
}

ToastCard* ToastStack::find(ToastId id) const {
  for (ToastCard* card : m_state->cards)
    if (card->id() == id) return card;
  return nullptr;
}

void ToastStack::act(ToastId id) {
  ToastCard* card = find(id);
  if (card == nullptr) return;
  const auto action = card->content().action;
  dismiss(id);
  if (action) action();
}

void ToastStack::dismiss(ToastId id) {
  State& s = *m_state;
  ToastCard* card = find(id);
  if (card == nullptr) return;
  const auto closed = card->content().closed;
  const bool hadFocus = card->hasFocus() || card->isAncestorOf(window()->focusWidget());
  std::erase(s.cards, card);
  card->hide();
  card->deleteLater();
  if (hadFocus) {
    if (!s.cards.empty())
      s.cards.front()->takeFocus();
    else if (s.focusBefore)
      s.focusBefore->setFocus(Qt::OtherFocusReason);
  }
  followAttention();
  arrange();
  if (closed) closed();
}

void ToastStack::dismissAll() {
  while (!m_state->cards.empty()) dismiss(m_state->cards.front()->id());
}

void ToastStack::dismissAbout(qint64 topic) {
  for (const ToastCard* card : std::vector<ToastCard*>(m_state->cards)) {
    const ToastContent& content = card->content();
    const bool wrong = content.kind == ToastKind::Error || content.kind == ToastKind::Warning;
    if (wrong && topic != 0 && content.topic == topic) dismiss(card->id());
  }
}

void ToastStack::focusNewest() {
  State& s = *m_state;
  if (s.cards.empty() || s.behindOverlay) return;
  QWidget* const present = window()->focusWidget();
  if (present != nullptr && !isAncestorOf(present)) s.focusBefore = present;
  s.cards.front()->takeFocus();
}

int ToastStack::count() const { return static_cast<int>(m_state->cards.size()); }

std::vector<ToastContent> ToastStack::contents() const {
  std::vector<ToastContent> all;
  for (const ToastCard* card : m_state->cards) all.push_back(card->content());
  return all;
}

bool ToastStack::isExpanded() const { return m_state->hovered || m_state->focused; }

bool ToastStack::isPaused() const {
  return m_state->hovered || m_state->focused || m_state->windowInactive || m_state->behindOverlay;
}

/// Hovered or focused: everything is shown and nothing runs out.
void ToastStack::followAttention() {
  State& s = *m_state;
  QWidget* const focus = window()->focusWidget();
  s.focused = focus != nullptr && isAncestorOf(focus);
  for (ToastCard* card : s.cards) card->setPaused(isPaused());
  arrange();
}

/// A card over the window has it for itself: the toasts wait until it closes.
void ToastStack::followOverlays() {
  State& s = *m_state;
  const auto overlays = s.host->findChildren<CardOverlay*>(Qt::FindDirectChildrenOnly);
  const bool behind = std::any_of(overlays.begin(), overlays.end(), [](const CardOverlay* one) { return !one->isHidden(); });
  if (std::exchange(s.behindOverlay, behind) != behind) followAttention();
}

/// Of the cards, newest first. Those that have no room of their own are behind the last that has one, a little smaller for each.
std::vector<QRect> ToastStack::placesFor(int width, int& bottom) {
  State& s = *m_state;
  const int room = s.host->height() - s.topMargin - margin;
  int y = shadow;
  QRect last;  ///< the lowest card that is seen whole
  std::vector<QRect> places;
  for (size_t i = 0; i < s.cards.size(); ++i) {
    const int height = s.cards[i]->heightFor(width);
    const bool full = i == 0 || ((isExpanded() || int(i) < visibleLimit) && y + height < room);
    s.cards[i]->setCovered(!full);
    if (full) {
      last = QRect(shadow, y, width, height);
      places.push_back(last);
      y += height + gap;
    } else {
      const int depth = std::min<int>(int(i) - std::min<int>(int(i), visibleLimit) + 1, maxPeeks);
      places.push_back(last.adjusted(6 * depth, peek * depth, -6 * depth, peek * depth));
    }
    bottom = std::max(bottom, places.back().bottom() + 1);
  }
  return places;
}

void ToastStack::arrange() {
  State& s = *m_state;
  if (s.cards.empty() || s.behindOverlay) {
    hide();
    s.hovered = false;
    return;
  }
  const int width = std::min(cardWidth, s.host->width() - 2 * margin);
  int bottom = 0;
  const std::vector<QRect> places = placesFor(width, bottom);
  setGeometry(s.host->width() - margin - width - shadow, s.topMargin - shadow, width + 2 * shadow, bottom + shadow);
  setVisible(true);  // in its place: where it is not, the pointer cannot be over it
  for (size_t i = s.cards.size(); i-- > 0;) {
    s.cards[i]->raise();
    s.cards[i]->moveTo(places[i]);
  }
  raise();
  QWidget::update();
}

void ToastStack::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  for (const ToastCard* card : m_state->cards) {
    for (int ring = 6; ring > 0; --ring) {
      painter.setBrush(QColor(0, 0, 0, m_state->theme.tokens().dark ? 9 : 4));
      painter.drawRoundedRect(QRectF(card->geometry()).adjusted(-ring, -ring + 3, ring, ring + 3), 10 + ring, 10 + ring);
    }
  }
}

bool ToastStack::event(QEvent* event) {
  if (event->type() == QEvent::HoverEnter || event->type() == QEvent::HoverLeave) {
    const QPoint at = static_cast<QHoverEvent*>(event)->position().toPoint();
    m_state->hovered = event->type() == QEvent::HoverEnter && rect().contains(at);
    followAttention();
  }
  return QWidget::event(event);
}

bool ToastStack::eventFilter(QObject* watched, QEvent* event) {
  State& s = *m_state;
  switch (event->type()) {
    case QEvent::Resize:
      if (watched == s.host) arrange();
      break;
    case QEvent::WindowActivate:
    case QEvent::WindowDeactivate:
      s.windowInactive = event->type() == QEvent::WindowDeactivate;
      followAttention();
      break;
    case QEvent::ChildAdded:  // perhaps an overlay: it is one when it is shown
      if (QObject* child = static_cast<QChildEvent*>(event)->child(); watched == s.host && child->isWidgetType()) child->installEventFilter(this);
      break;
    case QEvent::Show:
    case QEvent::Hide:
      if (qobject_cast<CardOverlay*>(watched) != nullptr) followOverlays();
      break;
    default:
      break;
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace trainyard
