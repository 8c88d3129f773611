// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/theme.h"

namespace trainyard {

const Tokens& lightTokens() {
  static const Tokens tokens{
      .background = QColor(0xf6f7f9), .surface = QColor(0xffffff), .raised = QColor(0xffffff), .line = QColor(0xe4e7ec),
      .text = QColor(0x15181e), .muted = QColor(0x5d687b), .faint = QColor(0x98a2b3), .accent = QColor(0x4453d6),
      .accentSoft = QColor(0xeef0fd), .accentText = QColor(0xffffff), .loss = QColor(0xd9480f), .accuracy = QColor(0x0b7a75),
      .grid = QColor(0xeef0f3), .green = QColor(0x147a39), .greenGround = QColor(0xe7f6ec), .red = QColor(0xc4281c),
      .redGround = QColor(0xfdecea), .amber = QColor(0xa84c08), .amberGround = QColor(0xfdf3e1), .grey = QColor(0x475467),
      .greyGround = QColor(0xeef0f3), .field = QColor(0xf6f7f9), .shade = QColor(16, 18, 22, 115), .dark = false};
  return tokens;
}

const Tokens& darkTokens() {
  static const Tokens tokens{
      .background = QColor(0x101216), .surface = QColor(0x171a20), .raised = QColor(0x1e222a), .line = QColor(0x2a2f39),
      .text = QColor(0xeceef2), .muted = QColor(0x98a2b3), .faint = QColor(0x667085), .accent = QColor(0x8c97ff),
      .accentSoft = QColor(0x23284a), .accentText = QColor(0x101216), .loss = QColor(0xff8a4c), .accuracy = QColor(0x3fc4bb),
      .grid = QColor(0x232831), .green = QColor(0x4ade80), .greenGround = QColor(0x14301f), .red = QColor(0xff7a70),
      .redGround = QColor(0x3a1917), .amber = QColor(0xfbbf24), .amberGround = QColor(0x3a2c0e), .grey = QColor(0xb4bccb),
      .greyGround = QColor(0x262b34), .field = QColor(0x101216), .shade = QColor(0, 0, 0, 150), .dark = true};
  return tokens;
}

}  // namespace trainyard
