// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_list_view.h"

#include <QContextMenuEvent>
#include <QMouseEvent>
#include <QPainter>

#include "ui/jobs/job_card_delegate.h"

namespace trainyard {

JobListView::JobListView(Theme& theme, int cardRole, QWidget* parent)
    : QListView(parent), m_theme(theme), m_delegate(new JobCardDelegate(theme, cardRole, this)) {
  setObjectName(QStringLiteral("jobList"));
  setAccessibleName(tr("Jobs"));
  setItemDelegate(m_delegate);
  setUniformItemSizes(true);
  setSelectionMode(ExtendedSelection);
  setVerticalScrollMode(ScrollPerPixel);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setMouseTracking(true);
  setFrameShape(NoFrame);
  setEditTriggers(NoEditTriggers);
  viewport()->setAutoFillBackground(false);
  viewport()->setAttribute(Qt::WA_Hover);
  m_spin.setStartValue(0.0);
  m_spin.setEndValue(1.0);
  m_spin.setDuration(900);
  m_spin.setLoopCount(-1);
  connect(&m_spin, &QVariantAnimation::valueChanged, this, [this](const QVariant& phase) {
    m_delegate->setSpinPhase(phase.toDouble());
    viewport()->update();
  });
  connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void JobListView::setEmptyText(const QString& text) {
  if (text == m_emptyText) return;
  m_emptyText = text;
  viewport()->update();
}

void JobListView::setSpinning(bool spinning) {
  if (spinning == (m_spin.state() == QAbstractAnimation::Running) || !m_theme.motion()) return;
  spinning ? m_spin.start() : m_spin.stop();
}

QModelIndex JobListView::buttonAt(const QPoint& position) const {
  const QModelIndex index = indexAt(position);
  return index.isValid() && m_delegate->buttonRect(visualRect(index), index).contains(position) ? index : QModelIndex();
}

void JobListView::mousePressEvent(QMouseEvent* event) {
  const QModelIndex button = event->button() == Qt::LeftButton ? buttonAt(event->pos()) : QModelIndex();
  if (!button.isValid()) return QListView::mousePressEvent(event);
  m_pressed = button;
  m_delegate->setPressed(true);
  // The button's card becomes the current one; a selection of several that holds it is kept.
  const bool selected = selectionModel()->isSelected(button);
  selectionModel()->setCurrentIndex(button, selected ? QItemSelectionModel::NoUpdate : QItemSelectionModel::ClearAndSelect);
  viewport()->update();
}

void JobListView::mouseMoveEvent(QMouseEvent* event) {
  const QModelIndex button = buttonAt(event->pos());
  m_delegate->setHovered(button, button.isValid());
  viewport()->setCursor(button.isValid() ? Qt::PointingHandCursor : Qt::ArrowCursor);
  viewport()->update();
  if (!m_pressed.isValid()) QListView::mouseMoveEvent(event);
}

void JobListView::mouseReleaseEvent(QMouseEvent* event) {
  if (!m_pressed.isValid()) return QListView::mouseReleaseEvent(event);
  const QModelIndex pressed = m_pressed;
  m_pressed = QPersistentModelIndex();
  m_delegate->setPressed(false);
  viewport()->update();
  if (buttonAt(event->pos()) == pressed) Q_EMIT primaryRequested(pressed);
}

void JobListView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (buttonAt(event->pos()).isValid()) return;  // the first of the two clicks has done it
  QListView::mouseDoubleClickEvent(event);
  if (const QModelIndex index = indexAt(event->pos()); index.isValid()) Q_EMIT viewRequested(index);
}

void JobListView::leaveEvent(QEvent* event) {
  m_delegate->setHovered({}, false);
  viewport()->update();
  QListView::leaveEvent(event);
}

void JobListView::keyPressEvent(QKeyEvent* event) {
  const bool plain = (event->modifiers() & ~Qt::KeypadModifier) == Qt::NoModifier;
  if (plain && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
    if (currentIndex().isValid()) Q_EMIT viewRequested(currentIndex());
    return;
  }
  if (plain && event->key() == Qt::Key_Space) {
    if (currentIndex().isValid()) Q_EMIT primaryRequested(currentIndex());
    return;
  }
  if (plain && !event->text().isEmpty() && event->text().front().isPrint()) {
    event->ignore();  // no search by typing: letters are shortcuts elsewhere
    return;
  }
  QListView::keyPressEvent(event);
}

void JobListView::contextMenuEvent(QContextMenuEvent* event) {
  const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
  const QModelIndex index = byKey ? currentIndex() : indexAt(event->pos());
  if (!index.isValid()) return;
  const QPoint at = byKey ? visualRect(index).center() : event->pos();
  Q_EMIT menuRequested(index, viewport()->mapToGlobal(at));
}

void JobListView::paintEvent(QPaintEvent* event) {
  QListView::paintEvent(event);
  if (m_emptyText.isEmpty() || model() == nullptr || model()->rowCount() > 0) return;
  QPainter painter(viewport());
  painter.setFont(fontFor(TextRole::Body));
  painter.setPen(m_theme.tokens().muted);
  painter.drawText(viewport()->rect().adjusted(24, 48, -24, 0), Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, m_emptyText);
}

}  // namespace trainyard
