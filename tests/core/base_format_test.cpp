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

TEST_CASE("a number's text is short and reads back exactly", "[format]") {
  CHECK(numberText(3e-4) == QStringLiteral("3e-4"));
  CHECK(numberText(1e-5) == QStringLiteral("1e-5"));
  CHECK(numberText(0.1) == QStringLiteral("0.1"));
  CHECK(numberText(20) == QStringLiteral("20"));
  for (double value = 1e-9; value < 1e7; value *= 1.37) CHECK(numberText(value).toDouble() == value);
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
