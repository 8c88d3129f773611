// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <cmath>

namespace trainyard {
namespace {

constexpr qint64 second = 1000;
constexpr qint64 minute = 60 * second;
constexpr qint64 hour = 60 * minute;
constexpr qint64 day = 24 * hour;

QString text(const char* source) { return QCoreApplication::translate("Format", source); }

/// "3e-04" as "3e-4", "1.50e+3" as "1.5e+3": without zeros that say nothing.
QString tidied(const QString& number) {
  const qsizetype e = number.indexOf(u'e');
  QString mantissa = e < 0 ? number : number.left(e);
  QString exponent = e < 0 ? QString() : number.mid(e + 1);
  if (mantissa.contains(u'.') && e >= 0) {
    while (mantissa.endsWith(u'0')) mantissa.chop(1);
    if (mantissa.endsWith(u'.')) mantissa.chop(1);
  }
  if (e < 0) return mantissa;
  return QStringLiteral("%1e%2").arg(mantissa).arg(exponent.toInt());
}

QString notFinite(double value) {
  if (std::isnan(value)) return QStringLiteral("NaN");
  return value > 0 ? QStringLiteral("inf") : QStringLiteral("-inf");
}

}  // namespace

QString relativeTime(qint64 thenMs, qint64 nowMs) {
  const qint64 ago = nowMs - thenMs;
  if (ago < 10 * second) return text("just now");
  if (ago < minute) return text("%1 s ago").arg(ago / second);
  if (ago < hour) return text("%1 min ago").arg(ago / minute);
  const QDateTime then = QDateTime::fromMSecsSinceEpoch(thenMs);
  const QDateTime now = QDateTime::fromMSecsSinceEpoch(nowMs);
  const qint64 days = then.date().daysTo(now.date());
  if (days == 0 || ago < 6 * hour) return ago < 2 * hour ? text("1 hour ago") : text("%1 hours ago").arg(ago / hour);
  if (days == 1) return text("yesterday");
  if (days < 7) return text("%1 days ago").arg(days);
  const bool sameYear = then.date().year() == now.date().year();
  return QLocale::c().toString(then.date(), sameYear ? QStringLiteral("d MMM") : QStringLiteral("d MMM yyyy"));
}

QString durationText(qint64 ms) {
  ms = std::max<qint64>(ms, 0);
  if (ms < second) return text("under 1 s");
  if (ms < minute) return text("%1 s").arg(ms / second);
  if (ms < hour) return text("%1 min %2 s").arg(ms / minute).arg(ms % minute / second);
  if (ms < day) return text("%1 h %2 min").arg(ms / hour).arg(ms % hour / minute, 2, 10, QLatin1Char('0'));
  return text("%1 d %2 h").arg(ms / day).arg(ms % day / hour);
}

QString metricText(double value) {
  if (!std::isfinite(value)) return notFinite(value);
  if (value == 0.0) return QStringLiteral("0");
  const QString scientific = QString::number(value, 'e', 3);
  // Of the rounded number: 9.99996 is a ten, or it would get a fifth digit.
  const int exponent = scientific.mid(scientific.indexOf(u'e') + 1).toInt();
  if (exponent < -2 || std::fabs(value) >= 1e6) return tidied(scientific);
  return QString::number(value, 'f', std::max(0, 3 - exponent));
}

QString percentText(double share) {
  return std::isfinite(share) ? QString::number(share * 100.0, 'f', 1) + QLatin1Char('%') : notFinite(share);
}

QString numberText(double value) {
  if (!std::isfinite(value)) return notFinite(value);
  const QString shortest = QString::number(value, 'g', QLocale::FloatingPointShortest);
  const QString scientific = tidied(QString::number(value, 'e', QLocale::FloatingPointShortest));
  const double size = std::fabs(value);
  if (size > 0.0 && size < 1e-2) return scientific;
  return shortest.contains(u'e') ? scientific : shortest;
}

QString countText(qint64 count) { return QLocale(QLocale::English, QLocale::UnitedStates).toString(count); }

QString sizeText(qint64 bytes) {
  constexpr const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  double size = double(bytes);
  size_t unit = 0;
  while (size >= 999.5 && unit + 1 < std::size(units)) {
    size /= 1000.0;
    ++unit;
  }
  return QStringLiteral("%1 %2").arg(size, 0, 'f', unit == 0 || size >= 99.95 ? 0 : 1).arg(QLatin1String(units[unit]));
}

QString isoTime(qint64 ms) {
  return ms == 0 ? QString() : QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).toString(Qt::ISODateWithMs);
}

}  // namespace trainyard
