// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/chunk_codec.h"

#include <QRandomGenerator>
#include <array>
#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstring>
#include <limits>

using namespace trainyard;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr qint64 lowest = std::numeric_limits<qint64>::min();
constexpr qint64 highest = std::numeric_limits<qint64>::max();
constexpr quint64 quietNanBits = 0x7FF8'0000'0000'0000;
constexpr qint64 someDay = 1'700'000'000'000;

/// The numbers of FORMAT.md.
enum { Progression, Deltas16, Deltas32, Deltas64, Float32, Float64, Same, Decimal };

double nanWith(quint64 payload) { return std::bit_cast<double>(0x7FF0'0000'0000'0000 | payload); }

/// What is to be read of a value: its bits, and of a NaN those of the one quiet NaN.
quint64 bitsOf(double value) { return std::isnan(value) ? quietNanBits : std::bit_cast<quint64>(value); }

/// The first point that is not what was encoded; -1 when there is none.
qsizetype firstDifference(const std::vector<Point>& encoded, std::span<const Point> decoded, bool withTimes = true) {
  if (encoded.size() != decoded.size()) return qsizetype(std::min(encoded.size(), decoded.size()));
  for (size_t i = 0; i < encoded.size(); ++i) {
    const bool same = decoded[i].step == encoded[i].step && decoded[i].wallMs == (withTimes ? encoded[i].wallMs : 0) &&
                      std::bit_cast<quint64>(decoded[i].value) == bitsOf(encoded[i].value);
    if (!same) return qsizetype(i);
  }
  return -1;
}

template <typename T>
T numberAt(const QByteArray& blob, qsizetype at) {
  T number{};
  REQUIRE(at + qsizetype(sizeof number) <= blob.size());
  std::memcpy(&number, blob.constData() + at, sizeof number);
  return number;
}

template <typename T>
void setNumber(QByteArray& blob, qsizetype at, T number) {
  REQUIRE(at + qsizetype(sizeof number) <= blob.size());
  std::memcpy(blob.data() + at, &number, sizeof number);
}

/// Where the heads of the three columns are.
std::array<qsizetype, 3> columnsOf(const QByteArray& blob) {
  std::array<qsizetype, 3> heads{8, 0, 0};
  for (size_t i = 1; i < 3; ++i) heads[i] = heads[i - 1] + 8 + qsizetype(numberAt<quint32>(blob, heads[i - 1] + 4));
  return heads;
}

/// The encodings of the steps, times and values.
std::vector<int> encodingsOf(const QByteArray& blob) {
  std::vector<int> encodings;
  for (const qsizetype head : columnsOf(blob)) encodings.push_back(int(numberAt<quint32>(blob, head)));
  return encodings;
}

/// zlib's crc32, worked out the slow way.
quint32 slowCrc(QByteArrayView bytes) {
  quint32 crc = 0xFFFF'FFFF;
  for (const char byte : bytes) {
    crc ^= quint8(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB8'8320 : 0);
  }
  return ~crc;
}

/// A blob made by a stranger: any bytes, with a checksum that is right.
QByteArray sealed(QByteArray blob) {
  setNumber(blob, blob.size() - 4, slowCrc(QByteArrayView(blob).chopped(4)));
  return blob;
}

void checkRefused(const QByteArray& blob) {
  const auto verified = verifyChunk(blob);
  REQUIRE(!verified);
  CHECK(verified.error().code == ErrorCode::StorageDamaged);
  CHECK(verified.error().message.endsWith(u'.'));
  for (const ChunkColumns columns : {ChunkColumns::All, ChunkColumns::StepsAndValues}) {
    const auto decoded = decodeChunk(blob, columns);
    REQUIRE(!decoded);
    CHECK(decoded.error() == verified.error());
  }
}

std::vector<Point> withSteps(std::initializer_list<qint64> steps) {
  std::vector<Point> points;
  for (const qint64 step : steps) points.push_back({step, someDay, 0.5});
  return points;
}

std::vector<Point> withTimes(std::initializer_list<qint64> times) {
  std::vector<Point> points;
  for (const qint64 time : times) points.push_back({qint64(points.size()), time, 0.5});
  return points;
}

std::vector<Point> withValues(std::initializer_list<double> values) {
  std::vector<Point> points;
  for (const double value : values) points.push_back({qint64(points.size()), someDay, value});
  return points;
}

/// Near enough to normal, from whole numbers only: the same on any machine.
double noise(QRandomGenerator& random) {
  int sum = 0;
  for (int i = 0; i < 12; ++i) sum += random.bounded(1 << 20);
  return sum / double(1 << 20) - 6.0;
}

/// A loss that falls with noise, each step about 100 ms after the last one.
std::vector<Point> training(QRandomGenerator& random, size_t count, bool doubles) {
  std::vector<Point> points;
  qint64 time = someDay;
  for (size_t i = 0; i < count; ++i) {
    const double loss = 0.5 + 2.0 / (1.0 + double(i) / 3000.0) + 0.05 * noise(random);
    points.push_back({qint64(i) * 10, time, doubles ? loss : double(float(loss))});
    time += random.bounded(80, 121);
  }
  return points;
}

/// A chunk with a buffer of Blosc in each column, long enough (128 bytes) that Blosc does more than copy it.
std::vector<Point> small() {
  QRandomGenerator random(3);
  std::vector<Point> points;
  for (qint64 i = 0; i < 72; ++i)
    points.push_back({i * i, someDay + i * 100 + random.bounded(40), double(float(noise(random)))});
  return points;
}

qint64 anyNumber(QRandomGenerator& random) { return qint64(random.generate64() >> random.bounded(64)); }

/// The next step or time of a series of a kind.
qint64 nextNumber(QRandomGenerator& random, int kind, qint64 last) {
  const auto moved = [last](qint64 by) { return qint64(quint64(last) + quint64(by)); };
  switch (kind) {
    case 0: return moved(1);
    case 1: return moved(random.bounded(4) == 0 ? 2 : 1);
    case 2: return moved(random.bounded(-30'000, 30'000));
    case 3: return moved(random.bounded(-100'000, 2'000'000'000));
    case 4: return anyNumber(random);
    case 5: return random.bounded(2) == 0 ? lowest : highest;
    default: return last;
  }
}

double nextValue(QRandomGenerator& random, int kind, double last) {
  switch (kind) {
    case 0: return noise(random);
    case 1: return double(float(noise(random)));
    case 2: return std::bit_cast<double>(random.generate64());
    case 3: return double(std::bit_cast<float>(random.generate()));
    case 4: return random.bounded(1000) / 1000.0;
    case 5: {
      constexpr double odd[] = {notANumber, infinite, -infinite, -0.0, 0.0, 5e-324, 1e-45f, 3.5};
      return odd[random.bounded(8)];
    }
    default: return last;
  }
}

std::vector<Point> randomSeries(QRandomGenerator& random) {
  const int count = random.bounded(10) == 0 ? random.bounded(1, 3000) : random.bounded(1, 60);
  const int steps = random.bounded(7);
  const int times = random.bounded(7);
  const int values = random.bounded(7);
  std::vector<Point> points{{anyNumber(random), anyNumber(random), nextValue(random, random.bounded(6), 0)}};
  while (points.size() < size_t(count)) {
    const Point& last = points.back();
    points.push_back({nextNumber(random, steps, last.step), nextNumber(random, times, last.wallMs),
                      nextValue(random, values, last.value)});
  }
  return points;
}

}  // namespace

TEST_CASE("odd points come back bit for bit, each column in its cheapest encoding", "[metrics][chunk]") {
  struct Row {
    const char* name;
    std::vector<Point> points;
    std::vector<int> encodings;
  };
  const Row rows[] = {
      {"one point", {{7, someDay, 1.5}}, {Progression, Progression, Same}},
      {"one odd point", {{lowest, highest, nanWith(1)}}, {Progression, Progression, Same}},
      {"two points", {{7, someDay, 1.5}, {3, someDay - 1, 2.5}}, {Progression, Progression, Decimal}},
      {"all equal", std::vector<Point>(500, Point{9, someDay, 0.1}), {Progression, Progression, Same}},
      {"steps of both ends", withSteps({lowest, highest, lowest, 0, highest, -1}), {Deltas64, Progression, Same}},
      {"from the lowest to the highest", withSteps({lowest, highest}), {Progression, Progression, Same}},
      {"times of both ends", withTimes({highest, lowest, lowest, highest, 5}), {Progression, Deltas64, Same}},
      {"a progression that wraps around", withSteps({highest - 1, highest, lowest}), {Progression, Progression, Same}},
      {"steps backwards", withSteps({90, 60, 30, 0, -30}), {Progression, Progression, Same}},
      {"duplicate steps", withSteps({1, 1, 1, 2, 2, 1}), {Deltas16, Progression, Same}},
      {"the most that 16 bits hold", withSteps({0, 32767, -1}), {Deltas16, Progression, Same}},
      {"one more", withSteps({0, 32768, 0}), {Deltas32, Progression, Same}},
      {"one less", withSteps({0, -32769, 0}), {Deltas32, Progression, Same}},
      {"the most that 32 bits hold", withTimes({0, 2147483647, -1}), {Progression, Deltas32, Same}},
      {"one more of them", withTimes({0, 2147483648, 0}), {Progression, Deltas64, Same}},
      {"NaN among floats", withValues({1.5, notANumber, -2.5, nanWith(77)}), {Progression, Progression, Float32}},
      {"NaN among doubles", withValues({0.1, notANumber, nanWith(77)}), {Progression, Progression, Float64}},
      {"NaN of all kinds", withValues({notANumber, nanWith(1), -notANumber}), {Progression, Progression, Same}},
      {"infinities", withValues({infinite, -infinite, 1.0}), {Progression, Progression, Float32}},
      {"zeros of both signs", withValues({0.0, -0.0, 0.0}), {Progression, Progression, Float32}},
      {"negative zero alone", withValues({-0.0, -0.0}), {Progression, Progression, Same}},
      {"denormal floats", withValues({1e-45f, -1e-40f, 1.0}), {Progression, Progression, Float32}},
      {"denormal doubles", withValues({5e-324, -5e-324, 1e-310}), {Progression, Progression, Float64}},
      {"beyond a float", withValues({1e39, -1e308, 1.0}), {Progression, Progression, Float64}},
      {"a float's ends",
       withValues({3.4028234663852886e38, 1.1754943508222875e-38}),
       {Progression, Progression, Float32}},
      {"decimals", withValues({0.4321, -1.25, 3e4, 0.0}), {Progression, Progression, Decimal}},
      {"whole numbers", withValues({1, 2, 4}), {Progression, Progression, Decimal}},
      {"decimals at equal distances", withValues({0.1, 0.2, 0.3}), {Progression, Progression, Decimal}},
      {"the most digits", withValues({1e-9, 2.147483646}), {Progression, Progression, Decimal}},
      {"one digit more", withValues({1e-10, 1.0}), {Progression, Progression, Float64}},
      {"both ends of 32 bits", withValues({2147483646, -2147483646, 0}), {Progression, Progression, Decimal}},
      {"one beyond them", withValues({2147483648, 0.1}), {Progression, Progression, Float64}},
      {"digits that do not fit together", withValues({2000000.5, 0.0001}), {Progression, Progression, Float64}},
      {"decimals, and a negative zero", withValues({0.25, -0.0, 0.5}), {Progression, Progression, Float32}},
      {"decimals, and a NaN", withValues({0.1, notANumber}), {Progression, Progression, Float64}},
      {"decimals, and an infinity", withValues({0.1, -infinite}), {Progression, Progression, Float64}},
      {"decimals, and one bit beside", withValues({0.1, std::nextafter(0.3, 1.0)}), {Progression, Progression, Float64}},
      {"one bit too many", withValues({1.0, 1.0 + std::ldexp(1.0, -24)}), {Progression, Progression, Float64}},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const QByteArray blob = encodeChunk(row.points);
    CHECK(encodingsOf(blob) == row.encodings);
    CHECK(verifyChunk(blob));
    const auto decoded = decodeChunk(blob);
    REQUIRE(decoded);
    CHECK(firstDifference(row.points, *decoded) == -1);
  }
}

TEST_CASE("any series comes back bit for bit, with or without its times", "[metrics][chunk]") {
  QRandomGenerator random(21);
  std::vector<Point> decoded;
  for (int round = 0; round < 10'000; ++round) {
    const auto points = randomSeries(random);
    const QByteArray blob = encodeChunk(points);
    const bool all = round % 2 == 0;
    decoded.clear();
    const auto done = decodeChunkInto(blob, all ? ChunkColumns::All : ChunkColumns::StepsAndValues, decoded);
    INFO("round " << round << ", " << points.size() << " points");
    REQUIRE(done);
    REQUIRE(firstDifference(points, decoded, all) == -1);
  }
}

/// What a log prints: a whole number of the last digit, read as the nearest double.
double decimal(qint64 number, int digits) {
  return QByteArray(QByteArray::number(number) + "e-" + QByteArray::number(digits)).toDouble();
}

TEST_CASE("decimals come back bit for bit, whatever their digits, and are kept as whole numbers", "[metrics][chunk]") {
  QRandomGenerator random(31);
  for (int round = 0; round < 3'000; ++round) {
    const int digits = random.bounded(10);
    const int spread = 1 + int(random.generate() >> random.bounded(2, 30));
    const bool walks = random.bounded(2) == 0;
    qint64 number = random.bounded(-1'000'000, 1'000'000);
    std::vector<Point> points;
    for (int i = random.bounded(2, 200); i > 0; --i) {
      const qint64 by = random.bounded(spread) - spread / 2;
      number = walks ? std::clamp<qint64>(number + by, -2'000'000'000, 2'000'000'000) : by;
      points.push_back({qint64(points.size()), someDay, decimal(number, digits)});
    }
    points.push_back({qint64(points.size()), someDay, decimal(number / 2 + 7, digits)});
    const QByteArray blob = encodeChunk(points);
    INFO("round " << round << ", " << digits << " digits, spread " << spread);
    const int encoding = encodingsOf(blob)[2];
    REQUIRE((encoding == Decimal || encoding == Same));
    const auto decoded = decodeChunk(blob);
    REQUIRE(decoded);
    REQUIRE(firstDifference(points, *decoded) == -1);
  }
}

TEST_CASE("16,384 points of a log with four decimals are few bytes", "[metrics][chunk]") {
  constexpr size_t count = 16'384;
  QRandomGenerator random(8);
  auto points = training(random, count, true);
  for (Point& point : points) point.value = std::round(point.value * 1e4) / 1e4;
  const QByteArray blob = encodeChunk(points);
  const auto heads = columnsOf(blob);
  CAPTURE(double(blob.size()) / count, double(blob.size() - heads[2]) / count);
  CHECK(encodingsOf(blob) == std::vector<int>{Progression, Deltas16, Decimal});
  CHECK(blob.size() <= qsizetype(3.0 * count));
  const auto decoded = decodeChunk(blob);
  REQUIRE(decoded);
  CHECK(firstDifference(points, *decoded) == -1);
}

TEST_CASE("what a stranger says of decimals is not believed", "[metrics][chunk]") {
  QRandomGenerator random(6);
  for (const int spread : {1'000, 10'000'000}) {
    std::vector<Point> points;
    for (int i = 0; i < 73; ++i) points.push_back({i, someDay, decimal(random.bounded(spread), 3)});
    const QByteArray blob = encodeChunk(points);
    const qsizetype head = columnsOf(blob)[2];
    REQUIRE(encodingsOf(blob)[2] == Decimal);
    for (int digits = 0; digits < 256; ++digits) {
      QByteArray changed = blob;
      changed[head + 8] = char(digits);
      CHECK(bool(verifyChunk(sealed(changed))) == (digits < 10));
    }
    for (int encoding = 0; encoding < 256; ++encoding) {
      QByteArray changed = blob;
      changed[head + 9] = char(encoding);
      if (changed != blob) CHECK(!decodeChunk(sealed(changed)));
    }
  }
}

TEST_CASE("the largest chunk comes back", "[metrics][chunk]") {
  QRandomGenerator random(5);
  std::vector<Point> points;
  for (size_t i = 0; i < maxChunkPoints; ++i)
    points.push_back({anyNumber(random), anyNumber(random), nextValue(random, 2, 0)});
  const QByteArray blob = encodeChunk(points);
  const auto decoded = decodeChunk(blob);
  REQUIRE(decoded);
  CHECK(firstDifference(points, *decoded) == -1);
}

TEST_CASE("decoding appends, and leaves what was there when the blob is damaged", "[metrics][chunk]") {
  const auto points = small();
  std::vector<Point> out{{1, 2, 3.0}};
  QByteArray blob = encodeChunk(points);
  REQUIRE(decodeChunkInto(blob, ChunkColumns::All, out));
  REQUIRE(out.size() == points.size() + 1);
  CHECK(firstDifference(points, std::span(out).subspan(1)) == -1);
  CHECK(out[0].value == 3.0);
  // Where Blosc keeps the place of its first block, which only unpacking looks at.
  const qsizetype inside = columnsOf(blob)[2] + 8 + 16;
  setNumber(blob, inside, quint32(0x7FFF'FFFF));
  blob = sealed(blob);
  CHECK(verifyChunk(blob));
  CHECK(!decodeChunkInto(blob, ChunkColumns::All, out));
  CHECK(out.size() == points.size() + 1);
}

TEST_CASE("16,384 points of a training are few bytes", "[metrics][chunk]") {
  constexpr size_t count = 16'384;
  QRandomGenerator random(8);
  const QByteArray floats = encodeChunk(training(random, count, false));
  const QByteArray oddFloats = encodeChunk(training(random, count - 3, false));  // no multiple of 8: Blosc minds
  const QByteArray doubles = encodeChunk(training(random, count, true));
  CHECK(encodingsOf(floats) == std::vector<int>{Progression, Deltas16, Float32});
  CHECK(encodingsOf(doubles) == std::vector<int>{Progression, Deltas16, Float64});
  // What was measured when the settings were chosen is 3.5 and 7.1 bytes a point.
  CHECK(floats.size() <= qsizetype(3.6 * count));
  CHECK(oddFloats.size() <= qsizetype(3.6 * count));
  CHECK(doubles.size() <= qsizetype(7.3 * count));
  CHECK(encodeChunk(std::vector<Point>(count, Point{0, someDay, 1.0})).size() == 12 + 24 + 24 + 16);
}

TEST_CASE("noise costs no more than it is long", "[metrics][chunk]") {
  QRandomGenerator random(9);
  std::vector<Point> points;
  for (int i = 0; i < 1000; ++i)
    points.push_back({qint64(random.generate64()), qint64(random.generate64()), nextValue(random, 2, 0)});
  constexpr qsizetype overhead = 12 + 3 * (8 + 16 + 8);  // heads, checksum; Blosc's own head, what fills up to 8
  CHECK(encodeChunk(points).size() <= qsizetype(points.size() * sizeof(Point)) + overhead);
}

TEST_CASE("a byte that changed is noticed, whichever and however", "[metrics][chunk]") {
  const QByteArray blob = encodeChunk(small());
  REQUIRE(verifyChunk(blob));
  for (qsizetype at = 0; at < blob.size(); ++at) {
    INFO("byte " << at);
    for (int change = 1; change < 256; ++change) {
      QByteArray changed = blob;
      changed[at] = char(changed[at] ^ change);
      REQUIRE(!decodeChunk(changed));
    }
    QByteArray flipped = blob;
    flipped[at] = char(~flipped[at]);
    checkRefused(flipped);
  }
}

TEST_CASE("a blob that was cut or grew is noticed", "[metrics][chunk]") {
  const QByteArray blob = encodeChunk(small());
  for (qsizetype size = 0; size < blob.size(); ++size) {
    INFO("cut to " << size);
    checkRefused(blob.first(size));
    if (size >= 4) checkRefused(sealed(blob.first(size)));
  }
  checkRefused(blob + '\0');
  checkRefused(sealed(blob + '\0'));
  checkRefused(blob + blob);
  checkRefused({});
}

TEST_CASE("lengths are not believed, with a right checksum neither", "[metrics][chunk]") {
  const QByteArray blob = encodeChunk(small());
  const auto [steps, times, values] = columnsOf(blob);
  const auto checkNumber = [&](qsizetype at, quint32 number) {
    INFO("at " << at << ": " << number);
    REQUIRE(numberAt<quint32>(blob, at) != number);
    QByteArray changed = blob;
    setNumber(changed, at, number);
    checkRefused(sealed(changed));
  };
  for (const quint32 number : {0xFFFF'FFFFu, 0x8000'0000u, 0x7FFF'FFFFu, 0x1'0001u, 0xFFFFu, 73u, 64u, 1u, 0u})
    checkNumber(4, number);
  for (const qsizetype head : {steps, times, values}) {
    const auto length = numberAt<quint32>(blob, head + 4);
    for (const quint32 number : {0xFFFF'FFFFu, 0xFFFF'FFF8u, 0x7FFF'FFFFu, length + 1, length - 1, 16u, 8u, 7u, 0u})
      checkNumber(head + 4, number);
    const auto encoding = numberAt<quint32>(blob, head);
    for (const quint32 number : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u, 9u, 255u, 256u + encoding, 0xFFFF'FFFFu})
      if (number != encoding) checkNumber(head, number);
  }
  // Blosc's own lengths, unpacked and packed.
  for (const qsizetype packed : {steps + 16, times + 16, values + 8})
    for (const quint32 number : {0xFFFF'FFFFu, 0x7FFF'FFFFu, 0x7FFF'FFFEu, 1u, 0u}) {
      checkNumber(packed + 4, number);
      checkNumber(packed + 12, number);
    }
  const QByteArray single = encodeChunk(withSteps({1}));
  for (const quint32 encoding : {1u, 2u, 3u}) {
    QByteArray changed = single;
    setNumber(changed, 8, encoding);
    checkRefused(sealed(changed));
  }
}

TEST_CASE("bytes that a stranger made harm nothing, with a right checksum neither", "[metrics][chunk]") {
  const QByteArray blob = encodeChunk(small());
  std::vector<Point> out;
  const auto check = [&](const QByteArray& made) {
    out.clear();
    const auto decoded = decodeChunkInto(made, ChunkColumns::All, out);
    if (decoded) REQUIRE((!out.empty() && out.size() <= maxChunkPoints));
    if (!decoded) REQUIRE((out.empty() && decoded.error().code == ErrorCode::StorageDamaged));
  };
  for (qsizetype at = 0; at < blob.size() - 4; ++at)
    for (const int change : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
      QByteArray changed = blob;
      changed[at] = char(changed[at] ^ change);
      check(sealed(changed));
    }
  QRandomGenerator random(13);
  for (int round = 0; round < 10'000; ++round) {
    QByteArray changed = blob;
    for (int left = random.bounded(1, 12); left > 0; --left)
      changed[random.bounded(int(changed.size()))] = char(random.bounded(256));
    check(sealed(changed));
  }
}
