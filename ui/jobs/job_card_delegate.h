// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

#include "ui/jobs/job_card.h"
#include "ui/theme/theme.h"

namespace trainyard {

/// Paints a JobCard (role `cardRole`). The view tells it where the pointer is on a card's button.
class JobCardDelegate final : public QStyledItemDelegate {
  Q_OBJECT
 public:
  static constexpr int cardGap = 6;  ///< below each card

  JobCardDelegate(Theme& theme, int cardRole, QObject* parent = nullptr);

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  /// The button of the card in an item's rectangle.
  [[nodiscard]] QRect buttonRect(const QRect& item, const QModelIndex& index) const;

  void setHovered(const QModelIndex& index, bool onButton);
  void setPressed(bool pressed) { m_pressed = pressed; }
  void setSpinPhase(double phase) { m_phase = phase; }

 private:
  void paintFrame(QPainter& painter, const QRectF& card, const QStyleOptionViewItem& option) const;
  void paintTexts(QPainter& painter, const QRect& inner, const JobCard& card) const;
  void paintState(QPainter& painter, const QRect& row, const JobCard& card) const;
  void paintProgress(QPainter& painter, QRect row, const JobCard& card) const;
  void paintSparkline(QPainter& painter, const QRectF& rect, const QVector<float>& values) const;
  void paintButton(QPainter& painter, const QRect& rect, const JobCard& card, bool hovered) const;

  Theme& m_theme;
  int m_cardRole;
  QPersistentModelIndex m_hovered;
  bool m_onButton = false;
  bool m_pressed = false;
  double m_phase = 0.0;
};

}  // namespace trainyard
