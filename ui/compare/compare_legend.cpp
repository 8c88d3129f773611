// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_legend.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>

namespace trainyard {
namespace {

constexpr int rowHeight = 28;
constexpr int inset = 12;
constexpr int sampleWidth = 32;  ///< every pattern is seen once in it
constexpr int keyRole = Qt::UserRole;
constexpr int inkRole = Qt::UserRole + 1;
constexpr int labelRole = Qt::UserRole + 2;

class LineDelegate final : public QStyledItemDelegate {
 public:
  LineDelegate(Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}

  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {120, rowHeight}; }

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    const Tokens& tokens = m_theme.tokens();
    const bool shown = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF row = QRectF(option.rect).adjusted(4, 1, -4, -1);
    if (option.state & QStyle::State_MouseOver) fill(*painter, row, tokens.greyGround);
    const auto* list = qobject_cast<const QAbstractItemView*>(option.widget);
    if (list != nullptr && list->hasFocus() && index == list->currentIndex()) {
      painter->setPen(QPen(tokens.accent, 1.5));
      painter->setBrush(Qt::NoBrush);
      painter->drawRoundedRect(row.adjusted(1, 1, -1, -1), 6, 6);
    }
    const QPointF from(option.rect.left() + inset, option.rect.center().y() + 0.5);
    if (shown) drawSample(*painter, index.data(inkRole).value<JobInk>(), tokens, from, sampleWidth);
    QFont font = fontFor(TextRole::Secondary);
    font.setStrikeOut(!shown);
    painter->setFont(font);
    painter->setPen(shown ? tokens.text : tokens.muted);
    const QRect text = option.rect.adjusted(inset + sampleWidth + 8, 0, -inset, 0);
    const QString label = index.data(labelRole).toString();
    painter->drawText(text, Qt::AlignLeft | Qt::AlignVCenter, painter->fontMetrics().elidedText(label, Qt::ElideMiddle, text.width()));
    painter->restore();
  }

 private:
  static void fill(QPainter& painter, const QRectF& row, const QColor& color) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(row, 6, 6);
  }
  Theme& m_theme;
};

}  // namespace

CompareLegend::CompareLegend(Theme& theme, QWidget* parent) : QListWidget(parent) {
  setObjectName(QStringLiteral("compareLegend"));
  setAccessibleName(tr("Curves"));
  setAccessibleDescription(tr("Space shows or hides a curve, Shift and Space shows it alone"));
  setItemDelegate(new LineDelegate(theme, this));
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollMode(ScrollPerPixel);
  setUniformItemSizes(true);
  setMouseTracking(true);
  connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void CompareLegend::setLines(const QList<CompareLine>& lines) {
  const QSet<QString> hidden = hiddenKeys();
  const QString current = currentItem() == nullptr ? QString() : currentItem()->data(keyRole).toString();
  clear();
  for (const CompareLine& line : lines) {
    auto* item = new QListWidgetItem(this);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    item->setData(keyRole, line.key);
    item->setData(inkRole, QVariant::fromValue(line.ink));
    item->setData(labelRole, line.label);
    show(item, !hidden.contains(line.key));
    if (line.key == current || item == this->item(0)) setCurrentItem(item);
  }
  if (hiddenKeys() != hidden) Q_EMIT hiddenChanged(hiddenKeys());
}

QSet<QString> CompareLegend::hiddenKeys() const {
  QSet<QString> keys;
  for (int row = 0; row < count(); ++row)
    if (item(row)->checkState() != Qt::Checked) keys.insert(item(row)->data(keyRole).toString());
  return keys;
}

void CompareLegend::show(QListWidgetItem* item, bool shown) {
  const QString label = item->data(labelRole).toString();
  item->setCheckState(shown ? Qt::Checked : Qt::Unchecked);
  item->setData(Qt::AccessibleTextRole, shown ? tr("%1, shown").arg(label) : tr("%1, hidden").arg(label));
  item->setToolTip(tr("%1\nClick or Space: show or hide. Double-click or Shift+Space: this one alone.").arg(label));
}

void CompareLegend::toggle(QListWidgetItem* item) {
  if (item == nullptr) return;
  show(item, item->checkState() != Qt::Checked);
  Q_EMIT hiddenChanged(hiddenKeys());
}

void CompareLegend::solo(const QListWidgetItem* wanted) {
  if (wanted == nullptr) return;
  const bool alone = wanted->checkState() == Qt::Checked && hiddenKeys().size() == count() - 1;
  for (int row = 0; row < count(); ++row) show(item(row), alone || item(row) == wanted);
  Q_EMIT hiddenChanged(hiddenKeys());
}

void CompareLegend::keyPressEvent(QKeyEvent* event) {
  if (event->key() != Qt::Key_Space) return QListWidget::keyPressEvent(event);
  if (event->modifiers() & Qt::ShiftModifier)
    solo(currentItem());
  else
    toggle(currentItem());
}

void CompareLegend::mousePressEvent(QMouseEvent* event) {
  QListWidget::mousePressEvent(event);
  QListWidgetItem* item = itemAt(event->pos());
  if (event->button() != Qt::LeftButton || item == nullptr) return;
  m_soloBeforeClick = item->checkState() == Qt::Checked && hiddenKeys().size() == count() - 1;
  toggle(item);
}

/// Its first click has toggled the curve; what is shown now goes by how it was before.
void CompareLegend::mouseDoubleClickEvent(QMouseEvent* event) {
  QListWidgetItem* item = itemAt(event->pos());
  if (event->button() != Qt::LeftButton || item == nullptr) return;
  for (int row = 0; row < count(); ++row) show(this->item(row), m_soloBeforeClick || this->item(row) == item);
  Q_EMIT hiddenChanged(hiddenKeys());
}

}  // namespace trainyard
