// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QVariantAnimation>
#include <QWidget>

#include "ui/theme/theme.h"
#include "ui/toasts/toast.h"

class QPushButton;
class QToolButton;

namespace trainyard {

/// One toast: paints itself, counts down, and tells what the user does with it. ToastStack places it.
class ToastCard final : public QWidget {
  Q_OBJECT
 public:
  ToastCard(Theme& theme, ToastId id, const ToastContent& content, QWidget* parent);

  [[nodiscard]] ToastId id() const { return m_id; }
  [[nodiscard]] const ToastContent& content() const { return m_content; }
  [[nodiscard]] int repeats() const { return m_repeats; }
  /// Another toast in this one's place.
  void setContent(const ToastContent& content);
  /// The same was told once more.
  void repeat();
  void setPaused(bool paused);
  [[nodiscard]] bool isPaused() const { return m_paused; }
  /// Another card is in front of it: only its edge is seen, and nothing of its text.
  void setCovered(bool covered);
  [[nodiscard]] bool isCovered() const { return m_covered; }
  /// A line of title, and as many of detail as it needs, up to four.
  [[nodiscard]] int heightFor(int width) const;
  /// Goes to `rect` with motion; from where it is.
  void moveTo(const QRect& rect);
  void takeFocus();

 Q_SIGNALS:
  void expired();
  void closeRequested();
  void actionChosen();
  /// A swipe ended beyond the threshold.
  void swiped();
  void focusChanged();

 protected:
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;

 private:
  struct Lines {
    QString title;
    QStringList detail;
  };
  [[nodiscard]] QString title() const;
  [[nodiscard]] Lines linesFor(int width) const;
  void followTexts();
  void showButtons();
  void restartTimer();
  void applyContent();
  void restyle();

  Theme& m_theme;
  ToastId m_id;
  ToastContent m_content;
  int m_repeats = 1;
  int m_remainingMs = 0;  ///< while paused; 0 = stays
  bool m_paused = false;
  bool m_covered = false;
  QPushButton* m_action = nullptr;
  QToolButton* m_close = nullptr;
  QTimer m_timer;
  QVariantAnimation m_motion;
  QVariantAnimation m_spin;
  QPoint m_pressedAt;
  QPoint m_restPosition;
  bool m_dragging = false;
};

}  // namespace trainyard
