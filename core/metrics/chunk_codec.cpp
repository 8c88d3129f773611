// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/chunk_codec.h"

#include <blosc.h>
#include <zlib.h>

#include <QCoreApplication>
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

namespace trainyard {
namespace {

static_assert(Q_BYTE_ORDER == Q_LITTLE_ENDIAN, "Blosc keeps numbers as the machine does, and a chunk is little endian");
static_assert(std::numeric_limits<float>::is_iec559 && std::numeric_limits<double>::is_iec559);

constexpr QByteArrayView magic("TYC1");
constexpr qsizetype headSize = 8;        // magic, count
constexpr qsizetype columnHeadSize = 8;  // encoding, length
constexpr qsizetype checksumSize = 4;
constexpr double quietNan = std::bit_cast<double>(quint64(0x7FF8'0000'0000'0000));

/// How a column is written; the numbers are on the disk.
enum class Encoding : quint32 {
  Progression = 0,
  Deltas16 = 1,
  Deltas32 = 2,
  Deltas64 = 3,
  Float32 = 4,
  Float64 = 5,
  Same = 6,
};

struct Packing {
  const char* compressor;
  int level;
  int shuffle;
};

// What charts read unpacks fast; times, which they do not read, become fewer bytes. FORMAT.md has the measurements.
constexpr Packing chartPacking{BLOSC_LZ4_COMPNAME, 9, BLOSC_BITSHUFFLE};
constexpr Packing timePacking{BLOSC_ZSTD_COMPNAME, 1, BLOSC_SHUFFLE};

/// How many numbers are packed for `count`: Blosc leaves a block unshuffled whose numbers are no multiple of 8.
constexpr size_t packedCount(size_t count) { return (count + 7) / 8 * 8; }

quint32 checksumOf(QByteArrayView bytes) {
  return quint32(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), uInt(bytes.size())));
}

// ---- encoding
// --------------------------------------------------------------------------------------------------------

template <typename T>
void append(QByteArray& blob, T number) {
  blob.append(reinterpret_cast<const char*>(&number), sizeof number);
}

/// `numbers` is made longer.
template <typename T>
void appendPacked(QByteArray& blob, std::vector<T>& numbers, const Packing& packing) {
  const T last = numbers.back();
  numbers.resize(packedCount(numbers.size()), last);
  const size_t bytes = numbers.size() * sizeof(T);
  const qsizetype begin = blob.size();
  blob.resize(begin + qsizetype(bytes) + BLOSC_MAX_OVERHEAD);
  int packed = 0;
  // Blosc may be built without a compressor, but never without its own.
  for (const char* compressor : {packing.compressor, BLOSC_BLOSCLZ_COMPNAME}) {
    packed = blosc_compress_ctx(packing.level, packing.shuffle, sizeof(T), bytes, numbers.data(), blob.data() + begin,
                                bytes + BLOSC_MAX_OVERHEAD, compressor, 0, 1);
    if (packed > 0) break;
  }
  if (packed <= 0) qFatal("Blosc cannot pack %zu bytes: %d", bytes, packed);  // out of memory; a hole would be worse
  blob.resize(begin + packed);
}

/// Writes a column's head, what `appendPayload` appends, and then its length into the head.
template <typename AppendPayload>
void appendColumn(QByteArray& blob, Encoding encoding, AppendPayload appendPayload) {
  append(blob, quint32(encoding));
  append(blob, quint32(0));
  const qsizetype begin = blob.size();
  appendPayload();
  const auto length = quint32(blob.size() - begin);
  std::memcpy(blob.data() + begin - sizeof length, &length, sizeof length);
}

template <typename T>
void appendDeltas(QByteArray& blob, Encoding encoding, qint64 first, const std::vector<qint64>& deltas,
                  const Packing& packing) {
  std::vector<T> narrow(deltas.size());
  std::transform(deltas.begin(), deltas.end(), narrow.begin(), [](qint64 delta) { return static_cast<T>(delta); });
  appendColumn(blob, encoding, [&] {
    append(blob, first);
    appendPacked(blob, narrow, packing);
  });
}

template <typename T>
bool fits(qint64 low, qint64 high) {
  return low >= std::numeric_limits<T>::min() && high <= std::numeric_limits<T>::max();
}

void appendIntegers(QByteArray& blob, std::span<const Point> points, qint64 Point::*field, const Packing& packing) {
  const qint64 first = points.front().*field;
  std::vector<qint64> deltas(points.size() - 1);
  qint64 low = std::numeric_limits<qint64>::max();
  qint64 high = std::numeric_limits<qint64>::min();
  for (size_t i = 0; i < deltas.size(); ++i) {
    // Unsigned, so that the distance of any two numbers wraps around and comes back.
    deltas[i] = qint64(quint64(points[i + 1].*field) - quint64(points[i].*field));
    low = std::min(low, deltas[i]);
    high = std::max(high, deltas[i]);
  }
  if (low >= high) {
    appendColumn(blob, Encoding::Progression, [&] {
      append(blob, first);
      append(blob, deltas.empty() ? qint64(0) : low);
    });
  } else if (fits<qint16>(low, high)) {
    appendDeltas<qint16>(blob, Encoding::Deltas16, first, deltas, packing);
  } else if (fits<qint32>(low, high)) {
    appendDeltas<qint32>(blob, Encoding::Deltas32, first, deltas, packing);
  } else {
    appendDeltas<qint64>(blob, Encoding::Deltas64, first, deltas, packing);
  }
}

void appendValues(QByteArray& blob, std::span<const Point> points) {
  const auto bitsOf = [](double value) { return std::bit_cast<quint64>(value); };
  std::vector<double> values(points.size());
  std::vector<float> narrow(points.size());
  quint64 differing = 0;
  quint64 lost = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    values[i] = std::isnan(points[i].value) ? quietNan : points[i].value;
    narrow[i] = static_cast<float>(values[i]);
    differing |= bitsOf(values[i]) ^ bitsOf(values[0]);
    lost |= bitsOf(values[i]) ^ bitsOf(double(narrow[i]));
  }
  if (differing == 0)
    appendColumn(blob, Encoding::Same, [&] { append(blob, values[0]); });
  else if (lost == 0)
    appendColumn(blob, Encoding::Float32, [&] { appendPacked(blob, narrow, chartPacking); });
  else
    appendColumn(blob, Encoding::Float64, [&] { appendPacked(blob, values, chartPacking); });
}

// ---- decoding
// --------------------------------------------------------------------------------------------------------

struct Column {
  Encoding encoding = Encoding::Progression;
  QByteArrayView payload;
};

/// A blob whose checksum and lengths are right.
struct Parts {
  size_t count = 0;
  Column steps;
  Column times;
  Column values;
};

tl::unexpected<Error> damaged(const char* why) {
  return fail(ErrorCode::StorageDamaged,
              QCoreApplication::translate("Chunk", "A part of the saved history is damaged and cannot be read."),
              QStringLiteral("chunk: ") + QLatin1String(why));
}

/// The caller knows that the number is there.
template <typename T>
T numberAt(QByteArrayView bytes, qsizetype at) {
  T number{};
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

/// Whether `packed` is one buffer of Blosc, as long as it says, for `count` numbers of `width` bytes.
bool isPacked(QByteArrayView packed, size_t count, size_t width) {
  size_t bytes = 0;
  return count > 0 && packed.size() >= BLOSC_MIN_HEADER_LENGTH &&
         blosc_cbuffer_validate(packed.data(), size_t(packed.size()), &bytes) == 0 &&
         bytes == packedCount(count) * width;
}

bool areDeltas(QByteArrayView payload, size_t count, size_t width) {
  constexpr qsizetype firstSize = sizeof(qint64);
  return payload.size() > firstSize && isPacked(payload.sliced(firstSize), count - 1, width);
}

bool areIntegers(const Column& column, size_t count) {
  switch (column.encoding) {
    case Encoding::Progression: return column.payload.size() == 2 * sizeof(qint64);
    case Encoding::Deltas16: return areDeltas(column.payload, count, sizeof(qint16));
    case Encoding::Deltas32: return areDeltas(column.payload, count, sizeof(qint32));
    case Encoding::Deltas64: return areDeltas(column.payload, count, sizeof(qint64));
    default: return false;
  }
}

bool areValues(const Column& column, size_t count) {
  switch (column.encoding) {
    case Encoding::Float32: return isPacked(column.payload, count, sizeof(float));
    case Encoding::Float64: return isPacked(column.payload, count, sizeof(double));
    case Encoding::Same: return column.payload.size() == sizeof(double);
    default: return false;
  }
}

/// Takes the first column off `rest`.
Result<Column> takeColumn(QByteArrayView& rest) {
  if (rest.size() < columnHeadSize) return damaged("a column is missing");
  const auto encoding = numberAt<quint32>(rest, 0);
  const auto length = numberAt<quint32>(rest, sizeof encoding);
  rest = rest.sliced(columnHeadSize);
  if (length > size_t(rest.size())) return damaged("a column is longer than the blob");
  const Column column{Encoding{encoding}, rest.first(length)};
  rest = rest.sliced(length);
  return column;
}

Result<Parts> partsOf(QByteArrayView blob) {
  if (blob.size() < headSize + checksumSize || !blob.startsWith(magic)) return damaged("not a chunk");
  if (size_t(blob.size()) > std::numeric_limits<uInt>::max()) return damaged("too long");
  const QByteArrayView before = blob.chopped(checksumSize);
  if (numberAt<quint32>(blob, before.size()) != checksumOf(before)) return damaged("the checksum differs");
  Parts parts;
  parts.count = numberAt<quint32>(blob, magic.size());
  if (parts.count < 1 || parts.count > maxChunkPoints) return damaged("an impossible number of points");
  QByteArrayView rest = before.sliced(headSize);
  for (Column* column : {&parts.steps, &parts.times, &parts.values}) {
    const auto taken = takeColumn(rest);
    if (!taken) return tl::make_unexpected(taken.error());
    *column = *taken;
  }
  if (!rest.isEmpty()) return damaged("bytes after the last column");
  if (!areIntegers(parts.steps, parts.count)) return damaged("impossible steps");
  if (!areIntegers(parts.times, parts.count)) return damaged("impossible times");
  if (!areValues(parts.values, parts.count)) return damaged("impossible values");
  return parts;
}

/// The numbers of a buffer that isPacked(), and those that fill it up; null when its inside is damaged all the same.
template <typename T>
std::unique_ptr<T[]> unpacked(QByteArrayView packed, size_t count) {
  const size_t bytes = packedCount(count) * sizeof(T);
  auto numbers = std::make_unique_for_overwrite<T[]>(packedCount(count));
  if (blosc_decompress_ctx(packed.data(), numbers.get(), bytes, 1) != int(bytes)) numbers.reset();
  return numbers;
}

void readProgression(QByteArrayView payload, std::span<Point> points, qint64 Point::*field) {
  auto number = numberAt<quint64>(payload, 0);
  const auto delta = numberAt<quint64>(payload, sizeof number);
  for (Point& point : points) {
    point.*field = qint64(number);
    number += delta;
  }
}

template <typename T>
bool readDeltas(QByteArrayView payload, std::span<Point> points, qint64 Point::*field) {
  auto number = numberAt<quint64>(payload, 0);
  const auto deltas = unpacked<T>(payload.sliced(sizeof number), points.size() - 1);
  if (!deltas) return false;
  points.front().*field = qint64(number);
  for (size_t i = 1; i < points.size(); ++i) {
    number += quint64(qint64(deltas[i - 1]));
    points[i].*field = qint64(number);
  }
  return true;
}

bool readIntegers(const Column& column, std::span<Point> points, qint64 Point::*field) {
  switch (column.encoding) {
    case Encoding::Deltas16: return readDeltas<qint16>(column.payload, points, field);
    case Encoding::Deltas32: return readDeltas<qint32>(column.payload, points, field);
    case Encoding::Deltas64: return readDeltas<qint64>(column.payload, points, field);
    default: readProgression(column.payload, points, field); return true;
  }
}

template <typename T>
bool readPackedValues(QByteArrayView payload, std::span<Point> points) {
  const auto values = unpacked<T>(payload, points.size());
  if (!values) return false;
  for (size_t i = 0; i < points.size(); ++i) points[i].value = double(values[i]);
  return true;
}

bool readValues(const Column& column, std::span<Point> points) {
  if (column.encoding == Encoding::Float32) return readPackedValues<float>(column.payload, points);
  if (column.encoding == Encoding::Float64) return readPackedValues<double>(column.payload, points);
  for (Point& point : points) point.value = numberAt<double>(column.payload, 0);
  return true;
}

}  // namespace

QByteArray encodeChunk(std::span<const Point> points) {
  Q_ASSERT(!points.empty() && points.size() <= maxChunkPoints);
  QByteArray blob;
  blob.append(magic);
  append(blob, quint32(points.size()));
  appendIntegers(blob, points, &Point::step, chartPacking);
  appendIntegers(blob, points, &Point::wallMs, timePacking);
  appendValues(blob, points);
  append(blob, checksumOf(blob));
  blob.squeeze();
  return blob;
}

Result<std::vector<Point>> decodeChunk(QByteArrayView blob, ChunkColumns columns) {
  std::vector<Point> points;
  return decodeChunkInto(blob, columns, points).map([&] { return std::move(points); });
}

Result<void> decodeChunkInto(QByteArrayView blob, ChunkColumns columns, std::vector<Point>& out) {
  const auto parts = partsOf(blob);
  if (!parts) return tl::make_unexpected(parts.error());
  const size_t before = out.size();
  out.resize(before + parts->count);
  const auto points = std::span(out).subspan(before);
  const bool whole = readIntegers(parts->steps, points, &Point::step) && readValues(parts->values, points) &&
                     (columns == ChunkColumns::StepsAndValues || readIntegers(parts->times, points, &Point::wallMs));
  if (whole) return {};
  out.resize(before);
  return damaged("a column does not unpack");
}

Result<void> verifyChunk(QByteArrayView blob) {
  const auto parts = partsOf(blob);
  if (!parts) return tl::make_unexpected(parts.error());
  return {};
}

}  // namespace trainyard
