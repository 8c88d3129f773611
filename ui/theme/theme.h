// SPDX-License-Identifier: GPL-3.0-or-later
// Colours, type and style sheet of the whole window, dark and light. Built once by composition and passed by reference.
#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>

namespace trainyard {

/// The tokens of the look; every colour on the screen is one of these.
struct Tokens {
  QColor background, surface, raised, line, text, muted, faint, accent, accentSoft, accentText /* on accent */;
  QColor loss, accuracy, grid;
  QColor green, greenGround, red, redGround, amber, amberGround, grey, greyGround;
  QColor field;  ///< ground of text fields
  QColor shade;  ///< over the window while a dialog is open; has alpha
  bool dark = false;
};

[[nodiscard]] const Tokens& lightTokens();
[[nodiscard]] const Tokens& darkTokens();

enum class ThemeChoice { System, Light, Dark };

class Theme final : public QObject {
  Q_OBJECT
 public:
  explicit Theme(ThemeChoice choice, QObject* parent = nullptr);

  [[nodiscard]] const Tokens& tokens() const;
  [[nodiscard]] ThemeChoice choice() const { return m_choice; }
  void setChoice(ThemeChoice choice);
  /// Palette and style sheet for the application; applied by composition, again at every `changed`.
  [[nodiscard]] QPalette palette() const;
  [[nodiscard]] QString styleSheet() const;
  /// Whether things may move: false when the desktop asks for reduced motion or TRAINYARD_REDUCED_MOTION=1.
  [[nodiscard]] bool motion() const;
  /// 0 when motion is off, else `ms`.
  [[nodiscard]] int duration(int ms) const;

  bool eventFilter(QObject* watched, QEvent* event) override;  ///< follows the desktop's palette, live

 Q_SIGNALS:
  void changed();

 private:
  ThemeChoice m_choice;
  bool m_systemDark = false;
};

/// Body 13 px, secondary 12 px, titles 18-20 px semibold, figures 19 px semibold with tabular digits. Inter when the
/// desktop names no font of its own and Inter is installed.
enum class TextRole { Body, Secondary, Small, Title, PageTitle, Figure, Mono, Strong };
[[nodiscard]] QFont fontFor(TextRole role);

}  // namespace trainyard
