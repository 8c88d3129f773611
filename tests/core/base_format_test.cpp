// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"

#include <QDateTime>
#include <catch2/catch.hpp>
#include <limits>

using namespace trainyard;

TEST_CASE("figures have four significant digits", "[format]") {
  CHECK(metricText(0.31839) == QStringLiteral("0.3184"));
  CHECK(metricText(12.3456) == QStringLiteral("12.35"));
  CHECK(metricText(123456.0) == QStringLiteral("123456"));
  CHECK(metricText(1.02e-4) == QStringLiteral("1.02e-4"));
  CHECK(metricText(3e-4) == QStringLiteral("3e-4"));
  CHECK(metricText(0.0) == QStringLiteral("0"));
  CHECK(metricText(-0.5) == QStringLiteral("-0.5000"));
  CHECK(metricText(std::numeric_limits<double>::quiet_NaN()) == QStringLiteral("NaN"));
  CHECK(metricText(-std::numeric_limits<double>::infinity()) == QStringLiteral("-inf"));
  CHECK(percentText(0.8971) == QStringLiteral("89.7%"));
}

TEST_CASE("rounding up to the next power of ten adds no digit", "[format]") {
  CHECK(metricText(9.99996) == QStringLiteral("10.00"));
  CHECK(metricText(0.99996) == QStringLiteral("1.000"));
  CHECK(metricText(-99.9996) == QStringLiteral("-100.0"));
  CHECK(metricText(0.0099999) == QStringLiteral("0.01000"));
  CHECK(metricText(999.96) == QStringLiteral("1000"));
}

TEST_CASE("small figures keep four significant digits too", "[format]") {
  CHECK(metricText(0.0123449) == QStringLiteral("0.01234"));
  CHECK(metricText(0.00123449) == QStringLiteral("1.234e-3"));
  CHECK(metricText(2.5e8) == QStringLiteral("2.5e8"));
  CHECK(metricText(5e-324) == QStringLiteral("4.941e-324"));
  CHECK(metricText(-0.0) == QStringLiteral("0"));
  CHECK(metricText(std::numeric_limits<double>::infinity()) == QStringLiteral("inf"));
}

TEST_CASE("a share is told as per cent with one digit, also when it is no number", "[format]") {
  CHECK(percentText(0.0) == QStringLiteral("0.0%"));
  CHECK(percentText(1.0) == QStringLiteral("100.0%"));
  CHECK(percentText(std::numeric_limits<double>::quiet_NaN()) == QStringLiteral("NaN"));
}

TEST_CASE("a number's text is short and reads back exactly", "[format]") {
  CHECK(numberText(3e-4) == QStringLiteral("3e-4"));
  CHECK(numberText(1e-5) == QStringLiteral("1e-5"));
  CHECK(numberText(0.1) == QStringLiteral("0.1"));
  CHECK(numberText(20) == QStringLiteral("20"));
  for (double value = 1e-9; value < 1e7; value *= 1.37) CHECK(numberText(value).toDouble() == value);
  for (const double value : {5e-324, 1.7976931348623157e308, -0.1, 1e21, 1.0 / 3.0, 123456789.0})
    CHECK(numberText(value).toDouble() == value);
  CHECK(numberText(1e21) == QStringLiteral("1e21"));
  CHECK(numberText(std::numeric_limits<double>::infinity()) == QStringLiteral("inf"));
}

TEST_CASE("times are told in words", "[format]") {
  const qint64 now = QDateTime(QDate(2026, 11, 24), QTime(15, 0)).toMSecsSinceEpoch();
  const auto ago = [now](qint64 seconds) { return relativeTime(now - seconds * 1000, now); };
  CHECK(ago(0) == QStringLiteral("just now"));
  CHECK(ago(-100) == QStringLiteral("just now"));  // the clock went back
  CHECK(ago(42) == QStringLiteral("42 s ago"));
  CHECK(ago(4 * 60) == QStringLiteral("4 min ago"));
  CHECK(ago(3600) == QStringLiteral("1 hour ago"));
  CHECK(ago(3 * 3600) == QStringLiteral("3 hours ago"));
  CHECK(ago(20 * 3600) == QStringLiteral("yesterday"));
  CHECK(ago(2 * 86400) == QStringLiteral("2 days ago"));
  CHECK(ago(30 * 86400) == QStringLiteral("25 Oct"));
  CHECK(ago(400 * 86400) == QStringLiteral("20 Oct 2025"));
}

TEST_CASE("the words for a time change exactly at their bounds", "[format]") {
  const qint64 now = QDateTime(QDate(2026, 11, 24), QTime(15, 0)).toMSecsSinceEpoch();
  const auto agoMs = [now](qint64 ms) { return relativeTime(now - ms, now); };
  CHECK(agoMs(9'999) == QStringLiteral("just now"));
  CHECK(agoMs(10'000) == QStringLiteral("10 s ago"));
  CHECK(agoMs(59'999) == QStringLiteral("59 s ago"));
  CHECK(agoMs(60'000) == QStringLiteral("1 min ago"));
  CHECK(agoMs(3'599'999) == QStringLiteral("59 min ago"));
  CHECK(agoMs(7'199'999) == QStringLiteral("1 hour ago"));
  CHECK(agoMs(7'200'000) == QStringLiteral("2 hours ago"));
}

TEST_CASE("yesterday is the calendar's, but a few hours over midnight are told as hours", "[format]") {
  const auto at = [](int year, int month, int day, int hour) {
    return QDateTime(QDate(year, month, day), QTime(hour, 0)).toMSecsSinceEpoch();
  };
  CHECK(relativeTime(at(2026, 11, 23, 23), at(2026, 11, 24, 2)) == QStringLiteral("3 hours ago"));
  CHECK(relativeTime(at(2026, 11, 23, 23), at(2026, 11, 24, 8)) == QStringLiteral("yesterday"));
  CHECK(relativeTime(at(2026, 11, 23, 1), at(2026, 11, 24, 23)) == QStringLiteral("yesterday"));
  CHECK(relativeTime(at(2026, 11, 18, 12), at(2026, 11, 24, 12)) == QStringLiteral("6 days ago"));
  CHECK(relativeTime(at(2026, 11, 17, 12), at(2026, 11, 24, 12)) == QStringLiteral("17 Nov"));
  CHECK(relativeTime(at(2025, 12, 20, 12), at(2026, 1, 3, 12)) == QStringLiteral("20 Dec 2025"));
}

TEST_CASE("durations change their units at full minutes, hours and days", "[format]") {
  CHECK(durationText(59'999) == QStringLiteral("59 s"));
  CHECK(durationText(60'000) == QStringLiteral("1 min 0 s"));
  CHECK(durationText(3'600'000) == QStringLiteral("1 h 00 min"));
  CHECK(durationText(86'400'000) == QStringLiteral("1 d 0 h"));
  CHECK(durationText(0) == durationText(-5));
}

TEST_CASE("a size that rounds up takes the next unit", "[format]") {
  CHECK(sizeText(0) == QStringLiteral("0 B"));
  CHECK(sizeText(999) == QStringLiteral("999 B"));
  CHECK(sizeText(1'000) == QStringLiteral("1.0 kB"));
  CHECK(sizeText(99'960) == QStringLiteral("100 kB"));
  CHECK(sizeText(999'999) == QStringLiteral("1.0 MB"));
  CHECK(sizeText(2'000'000'000'000'000) == QStringLiteral("2000 TB"));
}

TEST_CASE("counts are separated by thousands whatever the sign", "[format]") {
  CHECK(countText(999) == QStringLiteral("999"));
  CHECK(countText(-1'000) == QStringLiteral("-1,000"));
  CHECK(countText(std::numeric_limits<qint64>::max()) == QStringLiteral("9,223,372,036,854,775,807"));
}

TEST_CASE("durations and sizes are told in words", "[format]") {
  CHECK(durationText(146'000) == QStringLiteral("2 min 26 s"));
  CHECK(durationText(3'840'000) == QStringLiteral("1 h 04 min"));
  CHECK(durationText(12'000) == QStringLiteral("12 s"));
  CHECK(durationText(266'400'000) == QStringLiteral("3 d 2 h"));
  CHECK(sizeText(9'400'000) == QStringLiteral("9.4 MB"));
  CHECK(sizeText(12) == QStringLiteral("12 B"));
  CHECK(countText(1'284'310) == QStringLiteral("1,284,310"));
  CHECK(isoTime(1'790'000'000'123) == QStringLiteral("2026-09-21T14:13:20.123Z"));
  CHECK(isoTime(0).isEmpty());
}
