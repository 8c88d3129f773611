// SPDX-License-Identifier: GPL-3.0-or-later
// Dialogs live inside the window: a card over a shade. They look the same with and without a compositor, move with
// the window, and what runs behind them stays live.
#pragma once

#include <QFrame>
#include <QPointer>
#include <QWidget>

#include "ui/theme/theme.h"

namespace trainyard {

/// A shade over the whole window with a card on it. Keeps the keyboard focus inside while open; Escape closes. The main
/// window suspends its actions between `opened` and `closed`.
class CardOverlay : public QWidget {
  Q_OBJECT
 public:
  CardOverlay(Theme& theme, QWidget* window, int cardWidth);

  void open();
  /// Hides the overlay and gives the focus back to where it was.
  void close();
  [[nodiscard]] bool isOpen() const { return isVisible(); }
  /// A click beside the card closes it. Off unless set: what was typed is not lost by a slip.
  void setClosesOnOutsideClick(bool closes) { m_closesOnOutsideClick = closes; }

 Q_SIGNALS:
  void opened();
  void closed();

 protected:
  [[nodiscard]] QFrame* card() const { return m_card; }
  /// Where the focus goes when the overlay opens.
  [[nodiscard]] virtual QWidget* firstFocus() const = 0;
  /// Space above the card; centred when negative.
  void setCardTop(int top) { m_cardTop = top; }
  void placeCard();

  bool event(QEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;
  bool focusNextPrevChild(bool next) override;
  void keyPressEvent(QKeyEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  Theme& m_theme;
  QFrame* m_card = nullptr;
  QPointer<QWidget> m_focusBefore;
  int m_cardWidth;
  int m_cardTop = -1;
  bool m_closesOnOutsideClick = false;
};

}  // namespace trainyard
