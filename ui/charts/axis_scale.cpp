// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/axis_scale.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace trainyard {
namespace {

QString translated(const char* text) { return QCoreApplication::translate("Charts", text); }

/// Ticks at the multiples of `interval` inside [from, to].
QList<Tick> ticksAt(double from, double to, double interval, const std::function<QString(double)>& label) {
  QList<Tick> ticks;
  const double slack = interval * 1e-6;
  const double first = std::ceil((from - slack) / interval);
  const double last = std::floor((to + slack) / interval);
  for (double n = first; n <= last && ticks.size() < 50; n += 1.0) {
    const double value = std::clamp(n * interval, from, to);
    ticks.append({value, label(n * interval)});
  }
  return ticks;
}

/// "1.50e-04" as "1.5e-4".
QString shortExponent(const QString& number) {
  const qsizetype e = number.indexOf(u'e');
  QString mantissa = number.left(e);
  while (mantissa.contains(u'.') && (mantissa.endsWith(u'0') || mantissa.endsWith(u'.'))) mantissa.chop(1);
  return mantissa + u'e' + QString::number(number.mid(e + 1).toInt());
}

double niceTimeInterval(double span, int count) {
  static constexpr std::array steps{1.0,   2.0,    5.0,    10.0,   15.0,   30.0,    60.0,    120.0,   300.0,  600.0,
                                    900.0, 1200.0, 1800.0, 3600.0, 7200.0, 10800.0, 21600.0, 43200.0, 86400.0};
  const double least = span / count;
  if (least < 1.0) return niceInterval(span, count);
  for (const double step : steps)
    if (step >= least) return step;
  return niceInterval(span / 86400.0, count) * 86400.0;
}

}  // namespace

double AxisScale::position(double value) const {
  if (!log) return (value - from) / (to - from);
  if (value <= 0.0) return -std::numeric_limits<double>::infinity();
  return std::log(value / from) / std::log(to / from);
}

double AxisScale::valueAt(double position) const {
  return log ? from * std::pow(to / from, position) : from + position * (to - from);
}

double niceInterval(double span, int count) {
  const double least = span / count;
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0})
    if (power * factor >= least * (1.0 - 1e-9)) return power * factor;
  return power * 10.0;
}

QString tickText(double value, double interval, double extent) {
  if (std::abs(value) < interval * 1e-6) value = 0.0;
  const double largest = std::max({std::abs(value), interval, std::abs(extent)});
  if ((interval < 1.5e-4 && largest < 1e-2) || interval < 1e-7 || largest >= 1e9) {
    if (value == 0.0) return QStringLiteral("0");
    const int digits = std::clamp(static_cast<int>(std::ceil(std::log10(std::abs(value) / interval) - 1e-9)), 0, 5);
    return shortExponent(QString::number(value, 'e', digits));
  }
  const QLocale english(QLocale::English, QLocale::UnitedStates);
  if (interval >= 1e5) return english.toString(value / 1e6, 'g', 6) + (value == 0.0 ? QString() : QStringLiteral("M"));
  int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(interval) + 1e-9)));
  const double scaled = interval * std::pow(10.0, decimals);
  if (std::abs(scaled - std::round(scaled)) > 1e-6) ++decimals;  // 0.25 needs one more than its power of ten
  return english.toString(value, 'f', decimals);
}

QString timeTickText(double seconds, double interval) {
  if (std::abs(seconds) < interval * 1e-6) return translated("0 s");
  if (interval < 1.0) return translated("%1 s").arg(tickText(seconds, interval));
  const auto whole = static_cast<qint64>(std::llround(seconds));
  const qint64 days = whole / 86400;
  const qint64 hours = whole / 3600 % 24;
  const qint64 minutes = whole / 60 % 60;
  const qint64 rest = whole % 60;
  QStringList parts;
  if (days != 0) parts << translated("%1 d").arg(days);
  if (hours != 0) parts << translated("%1 h").arg(hours);
  if (minutes != 0) parts << translated("%1 min").arg(minutes);
  if (rest != 0) parts << translated("%1 s").arg(rest);
  return parts.mid(0, 2).join(u' ');
}

AxisScale xScale(XAxisKind kind, const XRange& range, int tickCount) {
  AxisScale scale{range.from, range.to, false, {}};
  const double span = range.to - range.from;
  if (kind == XAxisKind::Time) {
    const double interval = niceTimeInterval(span, tickCount);
    scale.ticks = ticksAt(range.from, range.to, interval, [interval](double x) { return timeTickText(x, interval); });
    return scale;
  }
  double interval = niceInterval(span, tickCount);
  if (kind == XAxisKind::Step && interval != std::floor(interval)) interval = interval < 1.0 ? 1.0 : interval * 2.0;
  scale.ticks = ticksAt(range.from, range.to, interval, [interval](double x) { return tickText(x, interval); });
  return scale;
}

namespace {

struct Bounds {
  double min;
  double max;
};

/// Room around the data, or around a single value; zero becomes the floor when the data come near it.
Bounds withHeadroom(double min, double max) {
  if (!(max > min)) {
    const double half = std::max(std::abs(min) * 0.1, 1e-12);
    return min == 0.0 ? Bounds{0.0, 1.0} : Bounds{min - half, max + half};
  }
  const double span = max - min;
  const double room = span * 0.04;
  if (min >= 0.0 && min < span * 0.2) return {0.0, max + room};
  if (max <= 0.0 && -max < span * 0.2) return {min - room, 0.0};
  return {min - room, max + room};
}

/// `unit`: what the labels count in, 0.01 for per cent.
AxisScale onTicks(Bounds bounds, int tickCount, double unit, const QString& sign) {
  const double interval = niceInterval((bounds.max - bounds.min) / unit, tickCount) * unit;
  AxisScale scale;
  scale.from = std::floor(bounds.min / interval + 1e-6) * interval;
  scale.to = std::ceil(bounds.max / interval - 1e-6) * interval;
  const double extent = std::max(std::abs(scale.from), std::abs(scale.to)) / unit;
  scale.ticks = ticksAt(scale.from, scale.to, interval,
                        [&](double y) { return tickText(y / unit, interval / unit, extent) + sign; });
  return scale;
}

}  // namespace

AxisScale linearScale(double min, double max, int tickCount) {
  // Beyond this the differences themselves would overflow.
  constexpr double edge = std::numeric_limits<double>::max() / 8;
  return onTicks(withHeadroom(std::clamp(min, -edge, edge), std::clamp(max, -edge, edge)), tickCount, 1.0, {});
}

AxisScale percentScale(double min, double max, int tickCount) {
  Bounds bounds = withHeadroom(min, max);
  if (min >= 0.0) bounds.min = std::max(bounds.min, 0.0);
  if (max <= 1.0) bounds.max = std::min(bounds.max, 1.0);
  if (!(bounds.max > bounds.min)) bounds = {bounds.max - 0.1, bounds.max};
  return onTicks(bounds, tickCount, 0.01, QStringLiteral("%"));
}

AxisScale logScale(double min, double max, int tickCount) {
  const double decades = std::log10(max) - std::log10(min);  // their ratio may overflow
  const bool few = decades < tickCount / 2.0;
  const int every = few ? 1 : std::max(1, static_cast<int>(std::ceil(decades / tickCount)));
  const int lowest = std::max(-307, static_cast<int>(std::floor(std::log10(min))) - 1);
  const int highest = std::min(307, static_cast<int>(std::ceil(std::log10(max))) + 1);
  QList<double> marks;
  for (int power = lowest; power <= highest; ++power)
    for (const double factor : few ? std::vector<double>{1.0, 2.0, 5.0} : std::vector<double>{1.0})
      marks.append(factor * std::pow(10.0, power));
  const auto above = std::upper_bound(marks.cbegin(), marks.cend(), min * (1 + 1e-9));
  const auto end = std::lower_bound(marks.cbegin(), marks.cend(), max * (1 - 1e-9));
  const auto first = above == marks.cbegin() ? above : above - 1;
  auto last = end == marks.cend() ? end - 1 : end;
  if (last <= first) last = std::min(first + 1, marks.cend() - 1);
  AxisScale scale{std::min(*first, min), std::max(*last, max), true, {}};
  for (auto mark = first; mark <= last; ++mark) {
    const bool isTick = few || static_cast<int>(std::lround(std::log10(*mark))) % every == 0;
    if (isTick) scale.ticks.append({*mark, tickText(*mark, *mark < 1e-3 ? *mark : std::min(*mark, 1.0))});
  }
  return scale;
}

}  // namespace trainyard
