// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/new_job/form_scroll.h"

#include <QLayout>
#include <QResizeEvent>
#include <QScrollBar>
#include <QStyle>

namespace trainyard {
namespace {

constexpr int leastHeight = 96;
constexpr int air = 8;  ///< around what is scrolled into view

}  // namespace

FormScroll::FormScroll(QWidget* parent) : QScrollArea(parent) {
  setObjectName(QStringLiteral("formScroll"));
  setFocusPolicy(Qt::NoFocus);  // its fields are where the keyboard goes
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
  connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, [this](int, int most) { showBar(most); });
  showBar(0);
}

void FormScroll::setForm(QWidget* form) {
  for (QWidget* part : form->findChildren<QWidget*>()) part->installEventFilter(this);
  setWidget(form);
}

int FormScroll::barWidth() const { return verticalScrollBar()->sizeHint().width(); }

QSize FormScroll::sizeHint() const {
  const QWidget* form = widget();
  if (form == nullptr || form->layout() == nullptr || parentWidget() == nullptr) return minimumSizeHint();
  const int width = parentWidget()->contentsRect().width();
  const int inside = width - barWidth();
  const QLayout* layout = form->layout();
  return {width, layout->hasHeightForWidth() ? layout->totalHeightForWidth(inside) : layout->totalSizeHint().height()};
}

QSize FormScroll::minimumSizeHint() const { return {0, leastHeight}; }

void FormScroll::resizeEvent(QResizeEvent* event) {
  QScrollArea::resizeEvent(event);
  if (event->size().width() != event->oldSize().width()) updateGeometry();
  showFocus();
}

bool FormScroll::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::FocusIn) showFocus();
  const bool done = QScrollArea::eventFilter(watched, event);
  if (watched == widget() && event->type() == QEvent::LayoutRequest) {
    updateGeometry();
    QMetaObject::invokeMethod(this, &FormScroll::showFocus, Qt::QueuedConnection);  // once a message has its place
  }
  return done;
}

void FormScroll::showBar(int most) {
  verticalScrollBar()->setProperty("idle", most <= 0);
  verticalScrollBar()->style()->unpolish(verticalScrollBar());
  verticalScrollBar()->style()->polish(verticalScrollBar());
}

/// With its label and its message, where they are children of one box.
void FormScroll::showFocus() {
  QWidget* focus = window()->focusWidget();
  if (!isVisible() || focus == nullptr || widget() == nullptr || !widget()->isAncestorOf(focus)) return;
  QWidget* box = focus;
  while (box->parentWidget() != widget()) box = box->parentWidget();
  const QRect place = box->geometry();
  if (place.height() + 2 * air <= viewport()->height())
    ensureVisible(0, place.center().y(), 0, place.height() / 2 + air);
  else
    ensureWidgetVisible(focus, 0, air);
}

}  // namespace trainyard
