// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPainter>
#include <QWidget>

#include "core/jobs/job_status.h"
#include "ui/theme/theme.h"

namespace trainyard {

struct BadgeColors {
  QColor text;
  QColor ground;
};
[[nodiscard]] BadgeColors badgeColors(JobStatus status, const Tokens& tokens);

/// A dot and the status' word on its ground.
[[nodiscard]] QSize badgeSize(JobStatus status);
void drawBadge(QPainter& painter, const QRect& rect, JobStatus status, const Tokens& tokens);

class StatusBadge final : public QWidget {
  Q_OBJECT
 public:
  explicit StatusBadge(Theme& theme, QWidget* parent = nullptr);
  void setStatus(JobStatus status);
  [[nodiscard]] JobStatus status() const { return m_status; }
  [[nodiscard]] QSize sizeHint() const override { return badgeSize(m_status); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Theme& m_theme;
  JobStatus m_status = JobStatus::Queued;
};

}  // namespace trainyard
