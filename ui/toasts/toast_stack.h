// SPDX-License-Identifier: GPL-3.0-or-later
// Overlay notifications at the top right of a window, with Sonner's behaviour: three visible, the rest stacked behind,
// expanded on hover or focus, paused while hovered or while the window is inactive, away while a card overlay is open, dismissed by a swipe, Escape or the
// close button, Alt+T focuses, equal ones coalesce with a count, announced to assistive technology.
#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "ui/theme/theme.h"
#include "ui/toasts/toast.h"

namespace trainyard {

class ToastCard;

class ToastStack final : public QWidget {
  Q_OBJECT
 public:
  static constexpr int visibleLimit = 3;
  static constexpr int defaultDurationMs = 4000;
  static constexpr int failureDurationMs = 12'000;

  /// Floats over `host` and follows its size. `topMargin` keeps it below the page's header.
  ToastStack(Theme& theme, QWidget* host, int topMargin);
  ~ToastStack() override;

  ToastId show(const ToastContent& content);
  /// Turns a toast (a Loading one, as a rule) into another in its place; shows a new one when it is gone.
  void update(ToastId id, const ToastContent& content);
  void dismiss(ToastId id);
  void dismissAll();
  /// Those that tell of a failure or a trouble of this job.
  void dismissAbout(qint64 topic);
  /// Moves keyboard focus to the newest toast (Alt+T); Tab walks the toasts' actions, Escape dismisses the focused one and
  /// gives focus back when none is left.
  void focusNewest();

  [[nodiscard]] int count() const;
  /// From newest (front) on. For tests and accessibility.
  [[nodiscard]] std::vector<ToastContent> contents() const;
  [[nodiscard]] bool isExpanded() const;
  [[nodiscard]] bool isPaused() const;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  bool event(QEvent* event) override;
  void paintEvent(QPaintEvent* event) override;

 private:
  [[nodiscard]] ToastCard* find(ToastId id) const;
  void act(ToastId id);
  void followAttention();
  void followOverlays();
  void arrange();
  [[nodiscard]] std::vector<QRect> placesFor(int width, int& bottom);

  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace trainyard
