// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/chunk_codec.h"

#include <QCoreApplication>
#include <cstring>
#include <memory>

#include "core/metrics/chunk_format.h"

namespace trainyard {

using namespace chunk;

namespace {

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

/// A number, and a buffer for `count` narrower ones.
bool areNarrowed(QByteArrayView payload, size_t count, size_t width) {
  constexpr qsizetype firstSize = sizeof(qint64);
  return payload.size() > firstSize && isPacked(payload.sliced(firstSize), count, width);
}

bool areIntegers(const Column& column, size_t count) {
  switch (column.encoding) {
    case Encoding::Progression: return column.payload.size() == 2 * sizeof(qint64);
    case Encoding::Deltas16: return areNarrowed(column.payload, count - 1, sizeof(qint16));
    case Encoding::Deltas32: return areNarrowed(column.payload, count - 1, sizeof(qint32));
    case Encoding::Deltas64: return areNarrowed(column.payload, count - 1, sizeof(qint64));
    default: return false;
  }
}

constexpr qsizetype decimalHeadSize = 2;  // digits, the encoding of the numbers

/// What a Decimal says of its numbers; it is as long as its head.
Column numbersOf(const Column& decimal) {
  return {Encoding{numberAt<quint8>(decimal.payload, 1)}, decimal.payload.sliced(decimalHeadSize)};
}

bool areDecimals(const Column& column, size_t count) {
  if (column.payload.size() < decimalHeadSize || numberAt<quint8>(column.payload, 0) >= powersOfTen.size()) return false;
  const Column numbers = numbersOf(column);
  if (numbers.encoding == Encoding::Offsets16) return areNarrowed(numbers.payload, count, sizeof(quint16));
  if (numbers.encoding == Encoding::Offsets32) return areNarrowed(numbers.payload, count, sizeof(quint32));
  return areIntegers(numbers, count);
}

bool areValues(const Column& column, size_t count) {
  switch (column.encoding) {
    case Encoding::Decimal: return areDecimals(column, count);
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

/// `put(i, number)` for each number in order.
template <typename Put>
void readProgression(QByteArrayView payload, size_t count, Put put) {
  auto number = numberAt<quint64>(payload, 0);
  const auto delta = numberAt<quint64>(payload, sizeof number);
  for (size_t i = 0; i < count; ++i) {
    put(i, qint64(number));
    number += delta;
  }
}

template <typename T, typename Put>
bool readDeltas(QByteArrayView payload, size_t count, Put put) {
  auto number = numberAt<quint64>(payload, 0);
  const auto deltas = unpacked<T>(payload.sliced(sizeof number), count - 1);
  if (!deltas) return false;
  put(0, qint64(number));
  for (size_t i = 1; i < count; ++i) {
    number += quint64(qint64(deltas[i - 1]));
    put(i, qint64(number));
  }
  return true;
}

template <typename T, typename Put>
bool readOffsets(QByteArrayView payload, size_t count, Put put) {
  const auto least = numberAt<quint64>(payload, 0);
  const auto offsets = unpacked<T>(payload.sliced(sizeof least), count);
  if (!offsets) return false;
  for (size_t i = 0; i < count; ++i) put(i, qint64(least + offsets[i]));
  return true;
}

template <typename Put>
bool readNumbers(const Column& column, size_t count, Put put) {
  switch (column.encoding) {
    case Encoding::Deltas16: return readDeltas<qint16>(column.payload, count, put);
    case Encoding::Deltas32: return readDeltas<qint32>(column.payload, count, put);
    case Encoding::Deltas64: return readDeltas<qint64>(column.payload, count, put);
    case Encoding::Offsets16: return readOffsets<quint16>(column.payload, count, put);
    case Encoding::Offsets32: return readOffsets<quint32>(column.payload, count, put);
    default: readProgression(column.payload, count, put); return true;
  }
}

bool readIntegers(const Column& column, size_t count, ChunkIntegers& out) {
  if (column.encoding == Encoding::Progression) {
    out.first = numberAt<qint64>(column.payload, 0);
    out.delta = numberAt<qint64>(column.payload, sizeof out.first);
    return true;
  }
  auto numbers = std::make_unique_for_overwrite<qint64[]>(count);
  const bool whole = readNumbers(column, count, [to = numbers.get()](size_t i, qint64 number) { to[i] = number; });
  out.numbers = std::move(numbers);
  return whole;
}

bool readValues(const Column& column, ChunkArrays& out) {
  if (column.encoding == Encoding::Float32) return (out.floats = unpacked<float>(column.payload, out.count)) != nullptr;
  if (column.encoding == Encoding::Float64) return (out.doubles = unpacked<double>(column.payload, out.count)) != nullptr;
  auto doubles = std::make_unique_for_overwrite<double[]>(out.count);
  double* const to = doubles.get();
  out.doubles = std::move(doubles);
  if (column.encoding == Encoding::Decimal) {
    const double power = powersOfTen[numberAt<quint8>(column.payload, 0)];
    return readNumbers(numbersOf(column), out.count, [to, power](size_t i, qint64 number) { to[i] = double(number) / power; });
  }
  std::fill_n(to, out.count, numberAt<double>(column.payload, 0));
  return true;
}

}  // namespace

Result<std::vector<Point>> decodeChunk(QByteArrayView blob, ChunkColumns columns) {
  std::vector<Point> points;
  return decodeChunkInto(blob, columns, points).map([&] { return std::move(points); });
}

Result<void> decodeChunkInto(QByteArrayView blob, ChunkColumns columns, std::vector<Point>& out) {
  const auto arrays = decodeArrays(blob, columns);
  if (!arrays) return tl::make_unexpected(arrays.error());
  const size_t before = out.size();
  out.resize(before + arrays->count);
  for (size_t i = 0; i < arrays->count; ++i) out[before + i] = arrays->point(i);
  return {};
}

Result<ChunkArrays> decodeArrays(QByteArrayView blob, ChunkColumns columns) {
  const auto parts = partsOf(blob);
  if (!parts) return tl::make_unexpected(parts.error());
  ChunkArrays arrays;
  arrays.count = parts->count;
  const bool whole = readIntegers(parts->steps, arrays.count, arrays.steps) && readValues(parts->values, arrays) &&
                     (columns == ChunkColumns::StepsAndValues || readIntegers(parts->times, arrays.count, arrays.times));
  if (whole) return arrays;
  return damaged("a column does not unpack");
}

Result<void> verifyChunk(QByteArrayView blob) {
  const auto parts = partsOf(blob);
  if (!parts) return tl::make_unexpected(parts.error());
  return {};
}

}  // namespace trainyard
