// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/job_inks.h"

#include <QPainter>
#include <array>

namespace trainyard {
namespace {

using Palette = std::array<QRgb, JobInk::colors>;

// Blue, orange, green, crimson, violet, azure, ochre, orchid, teal, black (white on a dark ground), olive, brown (rose).
constexpr Palette onLight{0x153ad8, 0xdc6e16, 0x419e69, 0xb20a5b, 0x490079, 0x3f8bfb, 0x926003, 0xb267be, 0x056476, 0x15181e, 0x484e00, 0x551d06};
constexpr Palette onDark{0x6694fe, 0xcc6703, 0x55f49e, 0xcf0054, 0x9632d8, 0x36d5fe, 0xd0bb06, 0xe951c4, 0x0e747e, 0xeceef2, 0xf8f82c, 0xdc9e9b};

// Solid, dashes, dots, dash and dot, long dashes, dash and two dots, pairs of dashes, far dots, short dashes.
const std::array<QList<qreal>, JobInk::patterns>& allPatterns() {
  static const std::array<QList<qreal>, JobInk::patterns> all{
      QList<qreal>{}, {6.0, 3.0}, {1.5, 2.5}, {6.0, 2.5, 1.5, 2.5}, {11.0, 3.0}, {6.0, 2.0, 1.5, 2.0, 1.5, 2.0}, {4.0, 2.0, 4.0, 6.0}, {1.5, 6.0}, {3.0, 2.0}};
  return all;
}

}  // namespace

QColor JobInk::color(const Tokens& tokens) const { return QColor((tokens.dark ? onDark : onLight)[static_cast<std::size_t>(hue)]); }

QList<qreal> JobInk::pattern() const { return allPatterns()[static_cast<std::size_t>(dash)]; }

QHash<JobId, JobInk> inksOf(const QList<JobId>& jobs) {
  std::array<int, JobInk::colors> used{};
  QHash<JobId, JobInk> inks;
  for (const JobId id : jobs) {
    auto hue = static_cast<std::size_t>(id.value > 0 ? (id.value - 1) % JobInk::colors : 0);
    for (int tried = 0; used[hue] >= JobInk::patterns && tried < JobInk::colors; ++tried) hue = (hue + 1) % JobInk::colors;
    inks.insert(id, {static_cast<int>(hue), used[hue]++ % JobInk::patterns});
  }
  return inks;
}

void drawSample(QPainter& painter, const JobInk& ink, const Tokens& tokens, const QPointF& from, double width) {
  QPen pen(ink.color(tokens), 2.0, Qt::SolidLine, Qt::FlatCap);
  if (const QList<qreal> pattern = ink.pattern(); !pattern.isEmpty()) pen.setDashPattern(pattern);
  painter.setPen(pen);
  painter.drawLine(from, from + QPointF(width, 0));
}

}  // namespace trainyard
