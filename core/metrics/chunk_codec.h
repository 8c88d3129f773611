// SPDX-License-Identifier: GPL-3.0-or-later
// Many points of one series as few bytes, and back. core/storage/FORMAT.md, "A chunk", says what the bytes mean.
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <memory>
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

/// Whole numbers, of which those that are as far apart as the first two are take no memory.
struct ChunkIntegers {
  qint64 first = 0;
  qint64 delta = 0;
  std::shared_ptr<const qint64[]> numbers;  ///< null when `first` and `delta` say them

  [[nodiscard]] qint64 operator[](size_t i) const { return numbers ? numbers[i] : qint64(quint64(first) + i * quint64(delta)); }
};

/// A chunk's columns, each for itself, as what walks through many values wants them.
struct ChunkArrays {
  size_t count = 0;
  ChunkIntegers steps;
  ChunkIntegers times;              ///< all 0 when they were not asked for
  std::shared_ptr<const float[]> floats;  ///< one of the two is there
  std::shared_ptr<const double[]> doubles;

  [[nodiscard]] double value(size_t i) const { return floats ? double(floats[i]) : doubles[i]; }
  [[nodiscard]] Point point(size_t i) const { return {steps[i], times[i], value(i)}; }
};

/// Like decodeChunk().
[[nodiscard]] Result<ChunkArrays> decodeArrays(QByteArrayView blob, ChunkColumns columns);

/// The checksum and every length, without unpacking: what decodeChunk() checks first.
[[nodiscard]] Result<void> verifyChunk(QByteArrayView blob);

}  // namespace trainyard
