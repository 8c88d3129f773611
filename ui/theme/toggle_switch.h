// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QVariantAnimation>

#include "ui/theme/theme.h"

namespace trainyard {

/// On or off, as a knob in a groove.
class ToggleSwitch final : public QAbstractButton {
  Q_OBJECT
 public:
  explicit ToggleSwitch(Theme& theme, QWidget* parent = nullptr);
  [[nodiscard]] QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  Theme& m_theme;
  QVariantAnimation m_motion;
};

}  // namespace trainyard
