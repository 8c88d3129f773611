// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/curve_raster.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace trainyard {
namespace {

constexpr float nowhere = 1e9F;
constexpr int mostSamples = 4;
constexpr int opaque = 255 << 16;  ///< a pixel that is covered

/// Each of the four channels times `share` / 255.
QRgb scaled(QRgb pixel, quint32 share) {
  const auto divided = [](quint32 pair) { return ((pair + ((pair >> 8) & 0xff00ffU) + 0x800080U) >> 8) & 0xff00ffU; };
  return divided((pixel & 0xff00ffU) * share) | divided(((pixel >> 8) & 0xff00ffU) * share) << 8;
}

QRgb blended(QRgb pixel, QRgb color) { return color + scaled(pixel, 255U - (color >> 24)); }

void fillWholly(std::span<QRgb> pixels, QRgb color) {
  if (qAlpha(color) == 255) return std::fill(pixels.begin(), pixels.end(), color);
  for (QRgb& pixel : pixels) pixel = blended(pixel, color);
}

/// Turns rows of pixels into columns, or columns into rows: `lines` of `length`, which begin `step` pixels after each other.
void turn(const QRgb* from, qsizetype fromStep, QRgb* to, qsizetype toStep, int lines, int length) {
  constexpr int together = 16;  // pixels of a cache line
  for (int first = 0; first < lines; first += together)
    for (int at = 0; at < length; ++at)
      for (int line = first; line < std::min(lines, first + together); ++line) to[at * toStep + line] = from[line * fromStep + at];
}

}  // namespace

CurveRaster::CurveRaster(QImage& picture, Strip strip, Ground ground)
    : m_strip{std::clamp(strip.from, 0, picture.width()), std::clamp(strip.end, 0, picture.width())},
      m_ground(ground),
      m_rows(picture.height()),
      m_stride(picture.bytesPerLine() / qsizetype(sizeof(QRgb))),
      m_pixels(reinterpret_cast<QRgb*>(picture.bits())),
      m_intervals(static_cast<std::size_t>(std::max(0, m_strip.end - m_strip.from)) * mostSamples, {nowhere, -nowhere}),
      m_changes(static_cast<std::size_t>(m_rows) + 2, 0),
      m_shares(static_cast<std::size_t>(m_rows)),
      m_first(std::numeric_limits<int>::max()),
      m_last(-1) {
  Q_ASSERT(picture.format() == QImage::Format_ARGB32_Premultiplied);
}

void CurveRaster::begin() {
  const int columns = m_strip.end - m_strip.from;
  m_columns.resize(static_cast<std::size_t>(columns) * static_cast<std::size_t>(m_rows));
  if (m_ground == Ground::Picture) turn(m_pixels + m_strip.from, m_stride, m_columns.data(), m_rows, m_rows, columns);
}

void CurveRaster::finish() {
  if (m_columns.empty() && m_ground == Ground::Clear) begin();
  if (m_columns.empty()) return;
  turn(m_columns.data(), m_rows, m_pixels + m_strip.from, m_stride, m_strip.end - m_strip.from, m_rows);
  m_columns.clear();
  m_ground = Ground::Picture;
}

void CurveRaster::draw(std::span<const QPointF> line, double width, const QColor& color) {
  widen(line, width / 2);
  fill(color);
}

void CurveRaster::drawBanded(std::span<const QPointF> line, double width, const QColor& color, std::span<const double> pattern) {
  constexpr int faintness = 4;
  QColor faint = color;
  faint.setAlpha(color.alpha() / faintness);
  const std::array inks{qPremultiply(color.rgba()), qPremultiply(faint.rgba())};
  double period = 0.0;
  for (const double part : pattern) period += part;
  widen(line, width / 2);
  fillWith([&](int column) {
    double place = std::fmod(column + 0.5, period);
    std::size_t at = 0;
    while (at + 1 < pattern.size() && place >= pattern[at]) place -= pattern[at++];
    return inks[at % 2];
  });
}

void CurveRaster::drawDashed(std::span<const QPointF> line, double width, const QColor& color, std::span<const double> pattern) {
  const double radius = width / 2;
  std::size_t at = 0;  // in the pattern
  double left = pattern.empty() ? 0.0 : pattern.front();
  const auto isDash = [&] { return at % 2 == 0; };
  for (std::size_t i = 1; i < line.size(); ++i) {
    const QPointF way = line[i] - line[i - 1];
    const auto shareAt = [&](double x) { return way.x() > 0.0 ? std::clamp((x - line[i - 1].x()) / way.x(), 0.0, 1.0) : 0.0; };
    const double whole = std::hypot(way.x(), way.y());
    const double length = way.x() > 0.0 ? whole * shareAt(m_strip.end + width) : whole;  // of what can be seen
    double done = whole * shareAt(-width);
    while (done < length) {
      const double end = std::min(length, done + left);
      // The discs at the ends belong to the dash; they meet those of the dash's next piece in the middle.
      if (isDash()) widen(line[i - 1] + way * (done / whole), line[i - 1] + way * (end / whole), radius);
      left -= end - done;
      done = end;
      if (left > 1e-6) continue;  // what rounding left over would never be walked
      if (isDash()) fill(color);
      at = (at + 1) % pattern.size();
      left = std::max(pattern[at], 1e-3);
    }
  }
  fill(color);
}

void CurveRaster::widen(std::span<const QPointF> line, double radius) {
  if (line.size() == 1) widen(line.front(), line.front(), radius);
  for (std::size_t i = 1; i < line.size(); ++i) widen(line[i - 1], line[i], radius);
}

/// Adds all that is within `radius` of the line from a to b.
void CurveRaster::widen(const QPointF& a, const QPointF& b, double radius) {
  const int begin = m_strip.from * m_samples;
  const int end = m_strip.end * m_samples;
  const auto index = [&](double x) { return std::clamp(x * m_samples - 0.5, begin - 1.0, double(end)); };
  const int first = std::max(begin, static_cast<int>(std::ceil(index(std::max(a.x() - radius, m_left)))));
  const int last = std::min(end - 1, static_cast<int>(std::floor(index(std::min(b.x() + radius, m_right)))));
  if (first > last) return;
  m_first = std::min(m_first, first - begin);
  m_last = std::max(m_last, last - begin);
  const QPointF way = b - a;
  const double length = std::sqrt(way.x() * way.x() + way.y() * way.y());
  const bool isUpright = way.x() <= length * 1e-6;
  const double slope = isUpright ? 0.0 : way.y() / way.x();
  const double lift = isUpright ? 0.0 : radius * length / way.x();    // of the edges over the middle
  const double lean = length > 0.0 ? radius * way.y() / length : 0.0;  // beside its end the edge becomes a circle
  const auto circle = [radius](double x) { return std::sqrt(std::max(0.0, radius * radius - x * x)); };
  const double apart = 1.0 / m_samples;
  for (int i = first; i <= last; ++i) {
    const double fromA = (i + 0.5) * apart - a.x();
    const double fromB = fromA - way.x();
    double top;
    double bottom;
    if (isUpright) {
      top = std::min(a.y(), b.y()) - circle(fromA);
      bottom = std::max(a.y(), b.y()) + circle(fromA);
    } else {
      const double middle = a.y() + slope * fromA;
      top = fromA < lean ? a.y() - circle(fromA) : fromB > lean ? b.y() - circle(fromB) : middle - lift;
      bottom = fromA < -lean ? a.y() + circle(fromA) : fromB > -lean ? b.y() + circle(fromB) : middle + lift;
    }
    Interval& interval = m_intervals[static_cast<std::size_t>(i - begin)];
    interval.top = std::min(interval.top, static_cast<float>(top));
    interval.bottom = std::max(interval.bottom, static_cast<float>(bottom));
  }
}

void CurveRaster::fill(const QColor& color) {
  fillWith([ink = qPremultiply(color.rgba())](int) { return ink; });
}

template <typename InkOf>
void CurveRaster::fillWith(const InkOf& inkOf) {
  if (m_first > m_last) return;
  if (m_columns.empty()) begin();
  for (int column = m_first / m_samples; column <= m_last / m_samples; ++column) fillColumn(column, inkOf(m_strip.from + column));
  std::fill(m_intervals.begin() + m_first, m_intervals.begin() + m_last + 1, Interval{nowhere, -nowhere});
  m_first = std::numeric_limits<int>::max();
  m_last = -1;
}

/// A column of the strip. Its rows are covered in part where an interval begins or ends; between all of their begins and all of their
/// ends there is nothing to be added up.
void CurveRaster::fillColumn(int column, QRgb color) {
  const auto rows = static_cast<float>(m_rows);
  const int full = opaque / m_samples;  // one line's share of a pixel
  const auto share = static_cast<float>(full);
  int first = m_rows;
  int end = 0;
  int wholeFrom = 0;
  int wholeTo = m_rows;
  for (int i = column * m_samples; i < (column + 1) * m_samples; ++i) {
    const float top = std::max(0.0F, m_intervals[static_cast<std::size_t>(i)].top);
    const float bottom = std::min(rows, m_intervals[static_cast<std::size_t>(i)].bottom);
    if (top >= bottom) {
      wholeTo = 0;
      continue;
    }
    const int upper = static_cast<int>(top);
    const int lower = static_cast<int>(bottom);
    const int beside = static_cast<int>((top - static_cast<float>(upper)) * share);
    const int into = static_cast<int>((bottom - static_cast<float>(lower)) * share);
    int* const change = m_changes.data();
    change[upper] += full - beside;
    change[upper + 1] += beside;
    change[lower] -= full - into;
    change[lower + 1] -= into;
    first = std::min(first, upper);
    end = std::max(end, lower + 1);
    wholeFrom = std::max(wholeFrom, upper + 2);
    wholeTo = std::min(wholeTo, lower);
  }
  if (first >= end) return;
  QRgb* const pixels = m_columns.data() + qsizetype(column) * m_rows;
  if (wholeFrom >= wholeTo) wholeFrom = wholeTo = end;
  const int covered = fillPartly(pixels, first, wholeFrom, color, 0);
  if (wholeFrom < wholeTo) fillWholly({pixels + wholeFrom, pixels + wholeTo}, color);
  static_cast<void>(fillPartly(pixels, wholeTo, end, color, covered));
  m_changes[static_cast<std::size_t>(end)] = 0;
}

/// Rows of a column, from what is covered (0 to `opaque`) before them; what is covered at their end.
int CurveRaster::fillPartly(QRgb* pixels, int from, int end, QRgb color, int covered) {
  int* const changes = m_changes.data();
  quint32* const shares = m_shares.data();
  const int seen = std::min(end, m_rows);
  for (int row = from; row < seen; ++row) {
    covered += changes[row];
    shares[row] = static_cast<quint32>(covered + (1 << 15)) >> 16;
  }
  for (int row = from; row < seen; ++row) pixels[row] = blended(pixels[row], scaled(color, shares[row]));
  std::fill(changes + from, changes + std::max(from, end), 0);
  return covered;
}

}  // namespace trainyard
