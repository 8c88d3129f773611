// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/curve_layer.h"

#include <QPaintEngine>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <span>

#include "core/base/side_by_side.h"

namespace trainyard {
namespace {

constexpr double overhang = 4.0;  ///< beyond the plot area, so that a line along its edge or a dot on it is whole
constexpr double lineOverhang = 1.0;  ///< beside it, where a line goes on to points that are not seen
constexpr double reach = 6.0;     ///< px that what is drawn at a point, a sign at most, reaches beside it; and some more
constexpr double dotSpacing = 10.0;  ///< px between points from which each gets a dot
constexpr int stripColumns = 96;     ///< of a picture that is drawn by several threads
constexpr qsizetype muchWork = 4'000;  ///< columns of curves from which several threads are worth it

QColor faded(QColor color, double alpha) {
  color.setAlphaF(static_cast<float>(alpha));
  return color;
}

void drawSign(QPainter& painter, Oddity oddity, double x, const QRectF& area) {
  const double bottom = area.bottom() - 5.0;
  const double top = area.top() + 5.0;
  switch (oddity) {
    case Oddity::NaN:
      painter.drawLine(QPointF(x - 3, bottom - 3), QPointF(x + 3, bottom + 3));
      painter.drawLine(QPointF(x - 3, bottom + 3), QPointF(x + 3, bottom - 3));
      return;
    case Oddity::PositiveInfinity:
      painter.drawPolygon(QPolygonF{{x - 4, top + 3}, {x + 4, top + 3}, {x, top - 4}});
      return;
    case Oddity::NegativeInfinity:
    case Oddity::NotPositive:
      painter.drawPolygon(QPolygonF{{x - 4, bottom - 3}, {x + 4, bottom - 3}, {x, bottom + 4}});
      return;
  }
}

bool isSameRange(const AxisScale& one, const AxisScale& other) {
  return one.from == other.from && one.to == other.to && one.log == other.log;
}

bool haveSameCurves(const CurveScene& one, const CurveScene& other) {
  return isSameRange(one.x, other.x) && isSameRange(one.y, other.y) && one.series == other.series && one.warning == other.warning &&
         one.muted == other.muted;
}

}  // namespace

struct CurveLayer::Prepared {
  DrawnSeries style;
  CurveParts parts;
  Reduction reduction;
  std::size_t size = 0;  ///< of the buffer then
  quint64 edition = 0;
  bool few = false;      ///< so few points that the line may be wide
  bool dotted = false;   ///< so few that each gets a dot
};

CurveLayer::CurveLayer(QGraphicsItem* parent) : QGraphicsItem(parent) {
  setAcceptedMouseButtons(Qt::NoButton);
  setZValue(10);
}

CurveLayer::~CurveLayer() = default;

void CurveLayer::setPlotArea(const QRectF& area) {
  if (area == m_area) return;
  prepareGeometryChange();
  m_area = area;
  m_isDrawn = m_isPainted = m_mayExtend = false;
  update();
}

void CurveLayer::setScene(CurveScene scene) {
  m_mayExtend = (m_isDrawn || m_mayExtend) && haveSameCurves(scene, m_scene);
  m_scene = std::move(scene);
  m_isDrawn = m_isPainted = false;
  update();
}

QPointF CurveLayer::toPixel(double x, double y) const {
  const double down = std::clamp(m_scene.y.position(y), -100.0, 100.0);
  const double across = std::clamp(m_scene.x.position(x), -100.0, 100.0);
  return {m_area.left() + across * m_area.width(), m_area.bottom() - down * m_area.height()};
}

QRectF CurveLayer::boundingRect() const { return m_area.adjusted(-overhang, -overhang, overhang, overhang); }

void CurveLayer::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  if (!m_isPainted) ++m_drawings;
  m_isPainted = true;
  painter->setRenderHint(QPainter::Antialiasing);
  if (!m_scene.message.isEmpty()) {
    painter->setPen(m_scene.muted);
    painter->drawText(m_area, Qt::AlignCenter | Qt::TextWordWrap, m_scene.message);
  }
  const QTransform toDevice = painter->deviceTransform();
  const bool hasPixels = painter->paintEngine()->type() == QPaintEngine::Raster;
  if (hasPixels && toDevice.type() <= QTransform::TxScale && toDevice.m11() > 0.0 && toDevice.m11() == toDevice.m22())
    return paintPicture(*painter, toDevice);
  painter->setClipRect(boundingRect());
  reduce(std::max(1, static_cast<int>(m_area.width())));
  m_isDrawn = m_mayExtend = false;  // the picture is of another number of columns
  CurveCanvas shapes(*painter);
  drawBands(*painter);
  drawLines(shapes);
  drawSigns(*painter);
}

void CurveLayer::paintPicture(QPainter& painter, const QTransform& toDevice) {
  const QRect place = toDevice.mapRect(boundingRect()).toAlignedRect();
  const QPointF origin = toDevice.inverted().map(QPointF(place.topLeft()));
  const double scale = toDevice.m11();
  if (m_picture.size() != place.size() || origin != m_origin || scale != m_scale) {
    if (m_picture.size() != place.size()) m_picture = QImage(place.size(), QImage::Format_ARGB32_Premultiplied);
    m_origin = origin;
    m_scale = scale;
    m_isDrawn = m_mayExtend = false;
  }
  if (!m_isDrawn) drawPicture();
  const QTransform before = painter.worldTransform();
  painter.setWorldTransform(toDevice.inverted() * before);  // to the device's own pixels
  painter.drawImage(place.topLeft(), m_picture);
  painter.setWorldTransform(before);
}

void CurveLayer::drawPicture() {
  std::optional<double> left = m_mayExtend ? extend() : std::nullopt;
  if (!left) {
    reduce(std::max(1, static_cast<int>(m_area.width() * m_scale)));
    left = m_origin.x();
  }
  const int from = static_cast<int>(std::clamp((*left - m_origin.x()) * m_scale, 0.0, double(m_picture.width())));
  m_isDrawn = true;
  QPainter painter(&m_picture);
  painter.setClipRect(from, 0, m_picture.width() - from, m_picture.height());
  const bool hasBands = std::any_of(m_prepared.begin(), m_prepared.end(), [](const Prepared& one) { return one.style.band.first != nullptr; });
  if (hasBands) {
    painter.setCompositionMode(QPainter::CompositionMode_Clear);
    painter.fillRect(m_picture.rect(), Qt::transparent);
    painter.setCompositionMode(QPainter::CompositionMode_SourceOver);
  }
  painter.setRenderHint(QPainter::Antialiasing);
  painter.scale(m_scale, m_scale);
  painter.translate(-m_origin);
  drawBands(painter);
  drawStrips(from, hasBands ? CurveRaster::Ground::Picture : CurveRaster::Ground::Clear);
  drawSigns(painter);
}

/// The lines right of a column of pixels, several strips of it side by side.
void CurveLayer::drawStrips(int from, CurveRaster::Ground ground) {
  const int columns = m_picture.width() - from;
  const auto work = qsizetype(columns) * qsizetype(m_prepared.size());
  const int count = work < muchWork ? 1 : std::max(1, columns / stripColumns);
  std::vector<CurveCanvas> strips;
  strips.reserve(std::size_t(count));
  for (int i = 0; i < count; ++i)
    strips.emplace_back(m_picture, m_origin, m_scale, CurveRaster::Strip{from + columns * i / count, from + columns * (i + 1) / count}, ground);
  sideBySide(strips.size(), [&](std::size_t i) {
    drawLines(strips[i]);
    strips[i].finish();
  });
}

void CurveLayer::reduce(int columns) {
  m_columns = columns;
  m_prepared.clear();
  for (const DrawnSeries& series : m_scene.series) {
    const CurveParts parts = !series.smooth ? CurveParts::Raw : series.withRaw ? CurveParts::Both : CurveParts::Smoothed;
    m_prepared.push_back({series, parts, {}, series.buffer->size(), series.buffer->edition()});
  }
  const auto reduceOne = [&](std::size_t i) {
    Prepared& one = m_prepared[i];
    one.reduction = reduceToColumns(*one.style.buffer, m_scene.x.from, m_scene.x.to, columns, m_scene.y.log, one.parts);
    judge(one);
  };
  if (qsizetype(columns) * qsizetype(m_prepared.size()) >= muchWork) return sideBySide(m_prepared.size(), reduceOne);
  for (std::size_t i = 0; i < m_prepared.size(); ++i) reduceOne(i);
}

/// Takes in what was added to the buffers. From where on the picture is another then; nothing = it is another altogether.
std::optional<double> CurveLayer::extend() {
  double left = m_area.right() + overhang;
  for (Prepared& one : m_prepared) {
    const SeriesBuffer& buffer = *one.style.buffer;
    if (buffer.edition() != one.edition || one.style.band.first != nullptr) return std::nullopt;
    if (buffer.size() == one.size || one.reduction.isComplete) continue;
    if (one.reduction.visible == 0) return std::nullopt;
    // The line to the first changed point begins at the point before.
    const Reduction::Mark& last = one.reduction.last;
    const auto seek = [&](const std::vector<CurvePoint>& points, std::size_t end) {
      if (end > 0 && !std::isnan(points[end - 1].y)) left = std::min(left, toPixel(points[end - 1].x, 1.0).x());
    };
    left = std::min(left, toPixel(buffer.x(last.index), 1.0).x());
    seek(one.reduction.line, last.raw);
    seek(one.reduction.smoothed, last.smoothed);
    const bool wasFew = one.few;
    const bool wasDotted = one.dotted;
    extendReduction(one.reduction, buffer, {m_scene.x.from, m_scene.x.to, m_columns}, m_scene.y.log, one.parts);
    one.size = buffer.size();
    judge(one);
    if (one.few != wasFew || one.dotted != wasDotted) return std::nullopt;
  }
  return left - reach;
}

void CurveLayer::judge(Prepared& one) const {
  const auto visible = one.reduction.visible;
  one.few = one.reduction.raw.size() <= static_cast<std::size_t>(std::max(1.0, m_area.width()));
  one.dotted = false;
  if (visible <= 1 || visible > static_cast<std::size_t>(m_columns)) return;
  const SeriesBuffer& buffer = *one.style.buffer;
  const double spread = toPixel(buffer.x(one.reduction.first + visible - 1), 1).x() - toPixel(buffer.x(one.reduction.first), 1).x();
  one.dotted = spread / static_cast<double>(visible - 1) >= dotSpacing;
}

void CurveLayer::drawBands(QPainter& painter) const {
  painter.save();
  painter.setClipRect(m_area, Qt::IntersectClip);
  for (const Prepared& one : m_prepared) drawBand(painter, one.style);
  painter.restore();
}

void CurveLayer::drawLines(CurveCanvas& canvas) const {
  canvas.setLimits(m_area.left() - lineOverhang, m_area.right() + lineOverhang);
  for (const Prepared& one : m_prepared) drawSeries(canvas, one, true);
  for (const Prepared& one : m_prepared) drawSeries(canvas, one, false);
}

void CurveLayer::drawSigns(QPainter& painter) const {
  for (const Prepared& one : m_prepared) drawOdd(painter, one);
}

void CurveLayer::drawSeries(CurveCanvas& canvas, const Prepared& prepared, bool under) const {
  const DrawnSeries& style = prepared.style;
  const QList<qreal> pattern = !style.pattern.isEmpty() || !style.dashed ? style.pattern : QList<qreal>{3.5, 2.5};
  if (under) {
    if (!style.smooth || !style.withRaw) return;
    const QColor faint = faded(style.color, 0.55);
    drawLine(canvas, prepared.reduction.line, {faint, 1.0, true});
    if (prepared.dotted) drawDots(canvas, prepared, 1.7, faint);
    return;
  }
  const bool isThin = style.width <= 1.0;  // one of many
  if (style.smooth) return drawLine(canvas, prepared.reduction.smoothed, {style.color, style.width, isThin, pattern, isThin});
  const double width = std::min(style.width, style.dashed ? 1.6 : 1.8);
  drawLine(canvas, prepared.reduction.line, prepared.few ? CurveInk{style.color, width, isThin, pattern, isThin} : CurveInk{style.color, 1.0, true, {}, isThin});
  if (prepared.dotted) drawDots(canvas, prepared, 1.9, style.color);
}

/// In the pieces that its breaks leave; of what the canvas does not show no more than the points beside it.
void CurveLayer::drawLine(CurveCanvas& canvas, const std::vector<CurvePoint>& points, const CurveInk& ink) const {
  const auto valueAt = [this](double x) { return m_scene.x.valueAt((x - m_area.left()) / m_area.width()); };
  auto first = points.begin();
  if (ink.pattern.isEmpty() || ink.hair) {  // what is not seen of a dashed line tells where its dashes are
    first = std::partition_point(first, points.end(), [from = valueAt(canvas.left() - reach)](const CurvePoint& point) { return point.x < from; });
    if (first != points.begin()) --first;
  }
  auto end = std::partition_point(first, points.end(), [to = valueAt(canvas.right() + reach)](const CurvePoint& point) { return point.x <= to; });
  if (end != points.end()) ++end;
  QPolygonF line;
  line.reserve(end - first);
  for (const CurvePoint& point : std::span(first, end)) {
    if (std::isnan(point.y)) {
      canvas.line(line, ink);
      line.clear();
    } else {
      line.append(toPixel(point.x, point.y));
    }
  }
  canvas.line(line, ink);
}

void CurveLayer::drawDots(CurveCanvas& canvas, const Prepared& prepared, double radius, const QColor& color) const {
  for (const CurvePoint& point : prepared.reduction.line)
    if (!std::isnan(point.y)) canvas.dot(toPixel(point.x, point.y), radius, color);
}

void CurveLayer::drawBand(QPainter& painter, const DrawnSeries& series) const {
  if (series.band.first == nullptr) return;
  painter.setPen(Qt::NoPen);
  painter.setBrush(faded(series.color, 0.18));
  const auto fill = [&](QPolygonF& upper, QPolygonF& lower) {
    std::reverse(lower.begin(), lower.end());
    painter.drawPolygon(upper + lower);
    upper.clear();
    lower.clear();
  };
  QPolygonF upper;
  QPolygonF lower;
  for (const BandColumn& column : reduceBand(*series.band.first, *series.band.second, m_scene.x.from, m_scene.x.to, m_columns)) {
    if (std::isnan(column.low)) {
      fill(upper, lower);
    } else {
      upper << toPixel(column.x, column.high);
      lower << toPixel(column.x, m_scene.y.log && column.low <= 0.0 ? m_scene.y.from : column.low);
    }
  }
  fill(upper, lower);
}

void CurveLayer::drawOdd(QPainter& painter, const Prepared& prepared) const {
  constexpr double apart = 8.0;  // px; a long stretch of NaN is a row of signs, not a smear
  std::array<double, 4> lastAt;
  lastAt.fill(-1e9);
  for (const OddPoint& odd : prepared.reduction.odd) {
    const double x = toPixel(prepared.style.buffer->x(odd.index), 1.0).x();
    double& last = lastAt[static_cast<std::size_t>(odd.oddity)];
    if (x < m_area.left() - 1 || x > m_area.right() + 1 || x - last < apart) continue;
    last = x;
    const QColor color = odd.oddity == Oddity::NotPositive ? m_scene.muted : m_scene.warning;
    const bool cross = odd.oddity == Oddity::NaN;
    painter.setPen(cross ? QPen(color, 1.6, Qt::SolidLine, Qt::RoundCap) : QPen(Qt::NoPen));
    painter.setBrush(cross ? QBrush(Qt::NoBrush) : QBrush(color));
    drawSign(painter, odd.oddity, x, m_area);
  }
}

}  // namespace trainyard
