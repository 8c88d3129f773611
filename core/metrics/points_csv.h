// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include "core/metrics/point.h"

namespace trainyard {

/// The first line of a file of points: "series,step,wall_ms,value".
[[nodiscard]] QByteArray pointsCsvHeader();
/// A row for each point: step, ms since 1970 UTC, and the shortest decimal number that reads back as the same double; "nan", "inf",
/// "-inf". `before`: fields that stand before the series' name in each row, with their commas.
[[nodiscard]] QByteArray pointsCsv(const SeriesPoints& series, const QByteArray& before = {});

}  // namespace trainyard
