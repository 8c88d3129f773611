// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/job_inks.h"

#include <array>

namespace trainyard {
namespace {

constexpr int hues = 8;
using Palette = std::array<QRgb, hues>;

// Blue, vermilion, green, purple, orange, sky, yellow, black (white on a dark ground).
constexpr Palette onLight{0x0072b2, 0xd55e00, 0x009e73, 0xc2689a, 0xb27a00, 0x2e94cf, 0x857b00, 0x15181e};
constexpr Palette onLightDarker{0x004c78, 0x963f00, 0x00694d, 0x8a3c69, 0x7a5200, 0x176a99, 0x5c5500, 0x667085};
constexpr Palette onDark{0x3f9bd9, 0xe8702a, 0x1dbf8f, 0xcc79a7, 0xe69f00, 0x7cc7f0, 0xf0e442, 0xeceef2};
constexpr Palette onDarkDarker{0x2a7fbd, 0xb8530f, 0x0f8e68, 0xa3567f, 0xa87400, 0x4a93bc, 0xa39a1e, 0x98a2b3};

}  // namespace

QColor JobInk::color(const Tokens& tokens) const {
  const Palette& palette = tokens.dark ? (alternate ? onDarkDarker : onDark) : (alternate ? onLightDarker : onLight);
  return QColor(palette[static_cast<std::size_t>(hue)]);
}

JobInk inkOf(JobId id) {
  static const std::array<QList<qreal>, 3> patterns{QList<qreal>{}, QList<qreal>{5.0, 2.5}, QList<qreal>{1.5, 2.0}};
  const auto number = static_cast<std::size_t>(id.value > 0 ? id.value - 1 : 0);
  const std::size_t tier = number / hues;
  return {static_cast<int>(number % hues), tier % 2 == 1, patterns[tier / 2 % patterns.size()]};
}

}  // namespace trainyard
