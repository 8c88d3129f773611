// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListView>
#include <QPainter>
#include <QVariantAnimation>

#include "ui/theme/theme.h"

namespace trainyard {

class JobCardDelegate;

/// The cards. One widget whatever the number of jobs; the cards' buttons are painted and answered here.
class JobListView final : public QListView {
  Q_OBJECT
 public:
  JobListView(Theme& theme, int cardRole, QWidget* parent = nullptr);
  /// What is written in the middle when the list is empty; nothing = no text.
  void setEmptyText(const QString& text);
  /// Turns the spinners of busy cards while there are any.
  void setSpinning(bool spinning);

  /// The row before which what is dragged would be dropped, or their number; -1 while nothing is.
  [[nodiscard]] int dropRow() const { return m_dropRow; }
  /// Whether a key that is held down is moving through the list just now.
  [[nodiscard]] bool isHurrying() const { return m_hurrying; }

 Q_SIGNALS:
  void primaryRequested(const QModelIndex& index);
  void viewRequested(const QModelIndex& index);
  void menuRequested(const QModelIndex& index, const QPoint& globalPosition);

 protected:
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void startDrag(Qt::DropActions actions) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dragMoveEvent(QDragMoveEvent* event) override;
  void dragLeaveEvent(QDragLeaveEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  [[nodiscard]] QModelIndex buttonAt(const QPoint& position) const;
  [[nodiscard]] bool takes(const QDropEvent& event) const;
  [[nodiscard]] int gapAt(const QPoint& position) const;
  void setDropRow(int row);
  void paintDropRow(QPainter& painter) const;
  [[nodiscard]] QPixmap chipFor(const QString& name) const;
  Theme& m_theme;
  JobCardDelegate* m_delegate;
  QPersistentModelIndex m_pressed;
  QVariantAnimation m_spin;
  QString m_emptyText;
  int m_dropRow = -1;
  bool m_hurrying = false;
};

}  // namespace trainyard
