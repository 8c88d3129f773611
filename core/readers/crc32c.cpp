// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/crc32c.h"

#include <array>

namespace trainyard {
namespace {

constexpr quint32 polynomial = 0x82f63b78;  // reflected

using Tables = std::array<std::array<quint32, 256>, 8>;

/// The n-th table moves a byte past n more.
constexpr Tables makeTables() {
  Tables tables{};
  for (quint32 byte = 0; byte < 256; ++byte) {
    quint32 crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? polynomial : 0);
    tables[0][byte] = crc;
  }
  for (size_t n = 1; n < tables.size(); ++n)
    for (size_t byte = 0; byte < 256; ++byte) tables[n][byte] = tables[0][tables[n - 1][byte] & 0xff] ^ (tables[n - 1][byte] >> 8);
  return tables;
}

constexpr Tables tables = makeTables();

}  // namespace

quint32 crc32cByTables(const char* at, qint64 size) {
  const auto byte = [&at](qint64 i) { return static_cast<quint8>(at[i]); };
  quint32 crc = 0xffffffff;
  for (; size >= 8; at += 8, size -= 8) {
    quint32 next = 0;
    for (int i = 0; i < 4; ++i) next ^= tables[static_cast<size_t>(7 - i)][((crc >> (8 * i)) ^ byte(i)) & 0xff];
    for (int i = 4; i < 8; ++i) next ^= tables[static_cast<size_t>(7 - i)][byte(i)];
    crc = next;
  }
  for (; size > 0; ++at, --size) crc = tables[0][(crc ^ byte(0)) & 0xff] ^ (crc >> 8);
  return ~crc;
}

bool hasCrc32c() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("sse4.2");
#else
  return false;
#endif
}

quint32 crc32c(const char* bytes, qint64 size) { return hasCrc32c() ? crc32cByProcessor(bytes, size) : crc32cByTables(bytes, size); }

}  // namespace trainyard
