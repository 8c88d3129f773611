// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace trainyard {

/// The Castagnoli CRC of RFC 3720, appendix B.4: of "123456789" it is e3069283. By the processor where it can, else by tables.
[[nodiscard]] quint32 crc32c(const char* bytes, qint64 size);
/// The same without the processor's instruction.
[[nodiscard]] quint32 crc32cByTables(const char* bytes, qint64 size);

}  // namespace trainyard
