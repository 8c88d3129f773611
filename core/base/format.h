// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers and times in words for people, the same in the list, the page, the toasts and the terminal.
#pragma once

#include <QString>

namespace trainyard {

/// "just now" (< 10 s), "42 s ago", "4 min ago", "1 hour ago", "yesterday", "2 days ago", "3 Mar", "3 Mar 2024".
[[nodiscard]] QString relativeTime(qint64 thenMs, qint64 nowMs);
/// "2 min 26 s", "1 h 04 min", "12 s", "3 d 2 h".
[[nodiscard]] QString durationText(qint64 ms);
/// Four significant digits: 0.3184, 12.35, 1.02e-4, 3e-4; "NaN", "inf", "-inf".
[[nodiscard]] QString metricText(double value);
/// A share of one as per cent with one digit: "89.7%".
[[nodiscard]] QString percentText(double share);
/// The shortest text that reads back to the same double: 3e-4, 0.1, 1e-05 becomes 1e-5.
[[nodiscard]] QString numberText(double value);
/// Thousands separated: "1,284,310".
[[nodiscard]] QString countText(qint64 count);
/// "9.4 MB".
[[nodiscard]] QString sizeText(qint64 bytes);
/// ISO 8601 in UTC with "Z", milliseconds; empty for 0.
[[nodiscard]] QString isoTime(qint64 ms);

}  // namespace trainyard
