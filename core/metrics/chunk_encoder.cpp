// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "core/metrics/chunk_codec.h"
#include "core/metrics/chunk_format.h"

namespace trainyard {

using namespace chunk;

namespace {

constexpr double quietNan = std::bit_cast<double>(quint64(0x7FF8'0000'0000'0000));

struct Packing {
  const char* compressor;
  int level;
  int shuffle;
};

// What charts read unpacks fast; times, which they do not read, become fewer bytes. FORMAT.md has the measurements.
constexpr Packing chartPacking{BLOSC_LZ4_COMPNAME, 9, BLOSC_BITSHUFFLE};
constexpr Packing timePacking{BLOSC_ZSTD_COMPNAME, 1, BLOSC_SHUFFLE};

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
bool fits(qint64 low, qint64 high) {
  return low >= std::numeric_limits<T>::min() && high <= std::numeric_limits<T>::max();
}

template <typename T>
Encoding appendNarrowed(QByteArray& payload, Encoding encoding, qint64 first, const std::vector<qint64>& numbers, const Packing& packing) {
  std::vector<T> narrow(numbers.size());
  std::transform(numbers.begin(), numbers.end(), narrow.begin(), [](qint64 number) { return static_cast<T>(number); });
  append(payload, first);
  appendPacked(payload, narrow, packing);
  return encoding;
}

/// Numbers by the differences of each to the one before; how they were written.
template <typename NumberAt>
Encoding appendDifferences(QByteArray& payload, size_t count, NumberAt numberOf, const Packing& packing) {
  const qint64 first = numberOf(0);
  std::vector<qint64> deltas(count - 1);
  qint64 low = std::numeric_limits<qint64>::max();
  qint64 high = std::numeric_limits<qint64>::min();
  for (size_t i = 0; i < deltas.size(); ++i) {
    // Unsigned, so that the distance of any two numbers wraps around and comes back.
    deltas[i] = qint64(quint64(numberOf(i + 1)) - quint64(numberOf(i)));
    low = std::min(low, deltas[i]);
    high = std::max(high, deltas[i]);
  }
  if (low >= high) {
    append(payload, first);
    append(payload, deltas.empty() ? qint64(0) : low);
    return Encoding::Progression;
  }
  if (fits<qint16>(low, high)) return appendNarrowed<qint16>(payload, Encoding::Deltas16, first, deltas, packing);
  if (fits<qint32>(low, high)) return appendNarrowed<qint32>(payload, Encoding::Deltas32, first, deltas, packing);
  return appendNarrowed<qint64>(payload, Encoding::Deltas64, first, deltas, packing);
}

/// Numbers by how far each is above the least of them.
Encoding appendOffsets(QByteArray& payload, const std::vector<qint32>& numbers, const Packing& packing) {
  const auto [low, high] = std::minmax_element(numbers.begin(), numbers.end());
  const qint64 least = *low;
  std::vector<qint64> offsets(numbers.size());
  std::transform(numbers.begin(), numbers.end(), offsets.begin(), [least](qint32 number) { return number - least; });
  if (fits<quint16>(0, *high - least)) return appendNarrowed<quint16>(payload, Encoding::Offsets16, least, offsets, packing);
  return appendNarrowed<quint32>(payload, Encoding::Offsets32, least, offsets, packing);
}

void appendIntegers(QByteArray& blob, std::span<const Point> points, qint64 Point::*field, const Packing& packing) {
  QByteArray payload;
  const Encoding encoding = appendDifferences(payload, points.size(), [&](size_t i) { return points[i].*field; }, packing);
  appendColumn(blob, encoding, [&] { blob.append(payload); });
}

/// The whole number that is `value` times a power of ten; nothing when that is not exact or no qint32.
std::optional<qint32> scaled(double value, size_t digits) {
  const double product = value * powersOfTen[digits];
  if (!(std::abs(product) < 2'147'483'647.0)) return {};
  const auto whole = static_cast<qint32>(product + (product < 0.0 ? -0.5 : 0.5));
  if (std::bit_cast<quint64>(double(whole) / powersOfTen[digits]) != std::bit_cast<quint64>(value)) return {};
  return whole;
}

/// Decimals of a few digits, as logs have them: the number of digits, and the values as whole numbers of the last one.
struct Decimals {
  size_t digits = 0;
  std::vector<qint32> numbers;
};

std::optional<Decimals> decimalsOf(const std::vector<double>& values) {
  Decimals found;
  // What is exact with some digits is so with more, as long as it fits; most that is no decimal is known by its first value.
  for (const double value : values)
    while (!scaled(value, found.digits))
      if (++found.digits >= powersOfTen.size()) return {};
  found.numbers.reserve(values.size());
  for (const double value : values) {
    const auto number = scaled(value, found.digits);
    if (!number) return {};
    found.numbers.push_back(*number);
  }
  return found;
}

void appendDecimals(QByteArray& blob, const Decimals& decimals) {
  QByteArray offsets;
  QByteArray differences;
  const Encoding byOffsets = appendOffsets(offsets, decimals.numbers, chartPacking);
  const Encoding byDifferences = appendDifferences(differences, decimals.numbers.size(), [&](size_t i) { return qint64(decimals.numbers[i]); }, chartPacking);
  const bool shorter = differences.size() < offsets.size();
  appendColumn(blob, Encoding::Decimal, [&] {
    append(blob, quint8(decimals.digits));
    append(blob, quint8(shorter ? byDifferences : byOffsets));
    blob.append(shorter ? differences : offsets);
  });
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
  else if (const auto decimals = decimalsOf(values))
    appendDecimals(blob, *decimals);
  else if (lost == 0)
    appendColumn(blob, Encoding::Float32, [&] { appendPacked(blob, narrow, chartPacking); });
  else
    appendColumn(blob, Encoding::Float64, [&] { appendPacked(blob, values, chartPacking); });
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

}  // namespace trainyard
