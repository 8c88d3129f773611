// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_list_view.h"

#include <QContextMenuEvent>
#include <QDrag>
#include <QMimeData>
#include <QMouseEvent>

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
  setDropIndicatorShown(false);  // ours is the line between two cards
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
  m_hurrying = event->isAutoRepeat();
  QListView::keyPressEvent(event);
  m_hurrying = false;
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
  if (m_dropRow >= 0) {
    QPainter painter(viewport());
    paintDropRow(painter);
  }
  if (m_emptyText.isEmpty() || model() == nullptr || model()->rowCount() > 0) return;
  QPainter painter(viewport());
  painter.setFont(fontFor(TextRole::Body));
  painter.setPen(m_theme.tokens().muted);
  painter.drawText(viewport()->rect().adjusted(24, 48, -24, 0), Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, m_emptyText);
}

bool JobListView::takes(const QDropEvent& event) const {
  if (dragDropMode() != InternalMove || model() == nullptr) return false;
  const QStringList formats = model()->mimeTypes();
  return std::any_of(formats.begin(), formats.end(), [&event](const QString& format) { return event.mimeData()->hasFormat(format); });
}

/// The gap between two cards that is nearest, as the row below it.
int JobListView::gapAt(const QPoint& position) const {
  const QModelIndex index = indexAt(position);
  if (!index.isValid()) return model()->rowCount();
  return position.y() < visualRect(index).center().y() ? index.row() : index.row() + 1;
}

void JobListView::setDropRow(int row) {
  if (std::exchange(m_dropRow, row) != row) viewport()->update();
}

void JobListView::paintDropRow(QPainter& painter) const {
  const int rows = model()->rowCount();
  if (rows == 0) return;
  const QRect near = visualRect(model()->index(std::min(m_dropRow, rows - 1), 0));
  const double edge = m_dropRow < rows ? near.top() : near.bottom() + 1;
  const double y = std::max(1.0, edge - JobCardDelegate::cardGap / 2.0);  // the gap belongs to the card above it
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(m_theme.tokens().accent, 2, Qt::SolidLine, Qt::RoundCap));
  painter.drawLine(QPointF(near.left() + 12, y), QPointF(near.right() - 12, y));
}

/// What hangs on the pointer: the name alone, for a whole card would cover the line that tells where it would go.
QPixmap JobListView::chipFor(const QString& name) const {
  constexpr int height = 32;
  constexpr int padding = 12;
  constexpr int most = 240;
  const Tokens& tokens = m_theme.tokens();
  const QFontMetrics metrics(fontFor(TextRole::Strong));
  const QString shown = metrics.elidedText(name, Qt::ElideRight, most - 2 * padding);
  const QSize size(metrics.horizontalAdvance(shown) + 2 * padding, height);
  QPixmap chip(size * devicePixelRatioF());
  chip.setDevicePixelRatio(devicePixelRatioF());
  chip.fill(Qt::transparent);
  QPainter painter(&chip);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(tokens.accent);
  painter.setBrush(tokens.raised);
  painter.drawRoundedRect(QRectF(QPointF(), size).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7);
  painter.setFont(fontFor(TextRole::Strong));
  painter.setPen(tokens.text);
  painter.drawText(QRect(QPoint(), size), Qt::AlignCenter, shown);
  return chip;
}

void JobListView::startDrag(Qt::DropActions actions) {
  QModelIndexList dragged;
  for (const QModelIndex& index : selectedIndexes())
    if ((model()->flags(index) & Qt::ItemIsDragEnabled) != 0) dragged << index;
  if (dragged.isEmpty()) return;
  auto* drag = new QDrag(this);
  drag->setMimeData(model()->mimeData(dragged));
  drag->setPixmap(chipFor(dragged.first().data().toString()));
  drag->setHotSpot({-12, -8});
  drag->exec(actions, Qt::MoveAction);
  setDropRow(-1);
}

void JobListView::dragEnterEvent(QDragEnterEvent* event) {
  QListView::dragEnterEvent(event);
  if (takes(*event)) event->acceptProposedAction();
}

void JobListView::dragMoveEvent(QDragMoveEvent* event) {
  QListView::dragMoveEvent(event);  // scrolls at the edges
  if (!takes(*event)) return setDropRow(-1);
  setDropRow(gapAt(event->position().toPoint()));
  event->acceptProposedAction();
}

void JobListView::dragLeaveEvent(QDragLeaveEvent* event) {
  setDropRow(-1);
  QListView::dragLeaveEvent(event);
}

void JobListView::dropEvent(QDropEvent* event) {
  setDropRow(-1);
  stopAutoScroll();
  setState(NoState);
  if (!takes(*event)) return;
  model()->dropMimeData(event->mimeData(), Qt::MoveAction, gapAt(event->position().toPoint()), 0, {});
  event->setDropAction(Qt::IgnoreAction);  // the rows follow the queue; none is to be removed here
  event->accept();
}

}  // namespace trainyard
