// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainter>
#include <QWidget>

#include "core/jobs/job.h"
#include "ui/theme/theme.h"

namespace trainyard {

/// What a badge says: the status, but for a run that is being stopped, and for one that ended because it was wished to. Ended is
/// complete, but grey, for nobody knows how.
enum class Badge { Queued, Running, Stopping, Complete, Ended, Stopped, Failed };
[[nodiscard]] Badge badgeFor(const Job& job, bool stopping);
[[nodiscard]] QString badgeText(Badge badge);

/// A word beside the badge that a look at the list should not miss.
enum class BadgeMark { None, Nan, HighPriority, LowPriority };
[[nodiscard]] QString markText(BadgeMark mark);

struct BadgeColors {
  QColor text;
  QColor ground;
};
[[nodiscard]] BadgeColors badgeColors(Badge badge, const Tokens& tokens);
[[nodiscard]] BadgeColors markColors(BadgeMark mark, const Tokens& tokens);

/// A dot and the badge's word on its ground.
[[nodiscard]] QSize badgeSize(Badge badge);
void drawBadge(QPainter& painter, const QRect& rect, Badge badge, const Tokens& tokens);
/// The same without the dot; nothing for None, whose size is empty.
[[nodiscard]] QSize markSize(BadgeMark mark);
void drawMark(QPainter& painter, const QRect& rect, BadgeMark mark, const Tokens& tokens);
inline constexpr int markGap = 4;  ///< between a mark and its badge

class StatusBadge final : public QWidget {
  Q_OBJECT
 public:
  explicit StatusBadge(Theme& theme, QWidget* parent = nullptr);
  void show(Badge badge, BadgeMark mark);
  [[nodiscard]] Badge badge() const { return m_badge; }
  [[nodiscard]] BadgeMark mark() const { return m_mark; }
  [[nodiscard]] QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Theme& m_theme;
  Badge m_badge = Badge::Queued;
  BadgeMark m_mark = BadgeMark::None;
};

}  // namespace trainyard
