// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

#include "ui/theme/theme.h"

namespace trainyard {

/// A series' name with a sample of its line; checked = the series is shown. A click or Space toggles it.
class LegendChip final : public QAbstractButton {
  Q_OBJECT
 public:
  LegendChip(Theme& theme, const QString& label, bool dashed, QWidget* parent = nullptr);
  void setColor(const QColor& color);
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Theme& m_theme;
  QColor m_color;
  bool m_dashed;
};

}  // namespace trainyard
