// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <optional>

namespace trainyard {

/// Where a log tells why its program failed.
struct FirstError {
  qint64 offset = 0;  ///< of the line where it begins, in bytes
  QString line;       ///< "ValueError: bad shape": the last line of a traceback; at most 300 characters
};

/// Where in these bytes a traceback or another crash begins ("Traceback (most recent call last)", "terminate called",
/// "Segmentation fault", "panicked at"); -1 when none does.
[[nodiscard]] qsizetype findError(const QByteArray& bytes);
/// The error that begins in the line at the front of these bytes: for a Python traceback its last line, else the line itself.
/// Nothing when the traceback has not ended yet; `isAll`: no more bytes come.
[[nodiscard]] std::optional<FirstError> readError(const QByteArray& bytes, qint64 offset, bool isAll);

}  // namespace trainyard
