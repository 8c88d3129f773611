// SPDX-License-Identifier: GPL-3.0-or-later
// A line of a terminal's output to text and colours.
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace trainyard {

/// As "select graphic rendition" sets it (ECMA-48 8.3.117 and its usual extensions to 256 and to all colours).
struct TextStyle {
  static constexpr int none = -1;
  static constexpr int trueColor = 1 << 24;  ///< with the colour's 24 bits
  int foreground = none;  ///< none, 0..15 of the palette, or trueColor | 0xRRGGBB
  int background = none;
  bool bold = false;
  bool dim = false;
  friend bool operator==(const TextStyle&, const TextStyle&) = default;
};

struct StyledSpan {
  qsizetype from = 0;    ///< in characters of the text
  qsizetype length = 0;
  TextStyle style;
};

struct StyledLine {
  QString text;
  QList<StyledSpan> spans;  ///< of what is not plain, in order
};

/// The line as a terminal shows it when it is over: what carriage returns overwrite is gone, escape sequences become colours or
/// nothing, tabs go to each eighth column, other control characters are left out. At most `mostCharacters`; then "…" ends it.
[[nodiscard]] StyledLine styledLine(const QByteArray& line, int mostCharacters = 4'096);

}  // namespace trainyard
