// SPDX-License-Identifier: GPL-3.0-or-later
// Many points of one series as few bytes, and back. core/storage/FORMAT.md, "A chunk", says what the bytes mean.
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <span>
#include <vector>

#include "core/base/error.h"
#include "core/metrics/point.h"

namespace trainyard {

constexpr size_t maxChunkPoints = 65'536;

/// 1 to maxChunkPoints points, in any order, as one blob. Nothing is lost but the payload of a NaN: decoded, every NaN
/// is the one quiet NaN. The same points need not give the same bytes with another version of Blosc.
[[nodiscard]] QByteArray encodeChunk(std::span<const Point> points);

/// What is decoded. Charts need no wall times; without them `wallMs` is 0.
enum class ChunkColumns { StepsAndValues, All };

/// The points of a blob, or StorageDamaged. No length in it is believed before it is checked, so any bytes may be
/// passed.
[[nodiscard]] Result<std::vector<Point>> decodeChunk(QByteArrayView blob, ChunkColumns columns = ChunkColumns::All);

/// The same, after the points that `out` has already; `out` is unchanged when the blob is damaged.
[[nodiscard]] Result<void> decodeChunkInto(QByteArrayView blob, ChunkColumns columns, std::vector<Point>& out);

/// The checksum and every length, without unpacking: what decodeChunk() checks first.
[[nodiscard]] Result<void> verifyChunk(QByteArrayView blob);

}  // namespace trainyard
