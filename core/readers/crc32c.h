// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtEndian>

namespace trainyard {

/// The Castagnoli CRC of RFC 3720, appendix B.4: of "123456789" it is e3069283. By the processor where it can, else by tables.
[[nodiscard]] quint32 crc32c(const char* bytes, qint64 size);
/// The same without the processor's instruction.
[[nodiscard]] quint32 crc32cByTables(const char* bytes, qint64 size);

/// Whether the processor has the instruction.
[[nodiscard]] bool hasCrc32c();
#if defined(__x86_64__)
/// The same by that instruction, only where it has it. Inlined, for records are short; and it is assembly so that it can be, for a function
/// that is compiled for other processors than its caller is not.
[[nodiscard, gnu::always_inline]] inline quint32 crc32cByProcessor(const char* at, qint64 size) {
  quint64 crc = 0xffffffff;
  for (; size >= 8; at += 8, size -= 8) asm("crc32q %1, %0" : "+r"(crc) : "rm"(qFromUnaligned<quint64>(at)));
  auto rest = static_cast<quint32>(crc);
  if ((size & 4) != 0) {
    asm("crc32l %1, %0" : "+r"(rest) : "rm"(qFromUnaligned<quint32>(at)));
    at += 4;
  }
  for (size &= 3; size > 0; ++at, --size) asm("crc32b %1, %0" : "+r"(rest) : "rm"(*at));
  return ~rest;
}
#else
[[nodiscard]] inline quint32 crc32cByProcessor(const char* bytes, qint64 size) { return crc32cByTables(bytes, size); }
#endif

}  // namespace trainyard
