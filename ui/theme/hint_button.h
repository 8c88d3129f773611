// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPushButton>
#include <QVariantAnimation>
#include <optional>

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

namespace trainyard {

/// A button with an optional glyph before its text and its shortcut in a small box after it. While busy it shows a
/// spinner and takes no clicks.
class HintButton final : public QPushButton {
  Q_OBJECT
 public:
  HintButton(Theme& theme, const QString& text, QWidget* parent = nullptr);

  /// "primary", "secondary", "danger": see the style sheet.
  void setKind(const char* kind);
  void setHint(const QString& keys);
  void setGlyph(Glyph glyph);
  void setBusy(bool busy);
  [[nodiscard]] bool isBusy() const { return m_busy; }
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  [[nodiscard]] QColor textColor() const;
  Theme& m_theme;
  QString m_hint;
  std::optional<Glyph> m_glyph;
  QVariantAnimation m_spin;
  bool m_busy = false;
};

}  // namespace trainyard
