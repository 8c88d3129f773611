// SPDX-License-Identifier: GPL-3.0-or-later
// What the bytes of a chunk are, for those who write and read them: chunk_encoder.cpp and chunk_codec.cpp.
#pragma once

#include <blosc.h>
#include <zlib.h>

#include <QByteArrayView>
#include <array>
#include <limits>

namespace trainyard::chunk {

static_assert(Q_BYTE_ORDER == Q_LITTLE_ENDIAN, "Blosc keeps numbers as the machine does, and a chunk is little endian");
static_assert(std::numeric_limits<float>::is_iec559 && std::numeric_limits<double>::is_iec559);

inline constexpr QByteArrayView magic("TYC1");
inline constexpr qsizetype headSize = 8;        // magic, count
inline constexpr qsizetype columnHeadSize = 8;  // encoding, length
inline constexpr qsizetype checksumSize = 4;

/// How a column is written; the numbers are on the disk.
enum class Encoding : quint32 {
  Progression = 0,
  Deltas16 = 1,
  Deltas32 = 2,
  Deltas64 = 3,
  Float32 = 4,
  Float64 = 5,
  Same = 6,
  Decimal = 7,
  Offsets16 = 8,  ///< 8 and 9 only inside of a Decimal
  Offsets32 = 9,
};

/// Powers of ten are exact up to 10^22, so that a quotient by one is rounded once.
inline constexpr std::array<double, 10> powersOfTen{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

/// How many numbers are packed for `count`: Blosc leaves a block unshuffled whose numbers are no multiple of 8.
constexpr size_t packedCount(size_t count) { return (count + 7) / 8 * 8; }

inline quint32 checksumOf(QByteArrayView bytes) {
  return quint32(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), uInt(bytes.size())));
}

}  // namespace trainyard::chunk
