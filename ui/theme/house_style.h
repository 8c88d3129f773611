// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProxyStyle>

namespace trainyard {

/// Fusion under our style sheet, the same on every desktop. Mnemonics work and are not underlined; a dialog's
/// buttons have no pictures; a box to be ticked is seen on any ground.
class HouseStyle final : public QProxyStyle {
  Q_OBJECT
 public:
  HouseStyle() : QProxyStyle(QStringLiteral("Fusion")) {}
  [[nodiscard]] int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const override {
    const bool off = hint == SH_UnderlineShortcut || hint == SH_DialogButtonBox_ButtonsHaveIcons;
    return off ? 0 : QProxyStyle::styleHint(hint, option, widget, data);
  }
  void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const override;
};

}  // namespace trainyard
