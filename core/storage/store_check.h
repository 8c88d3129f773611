// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include "core/base/error.h"

namespace trainyard {

struct StoreReport {
  qint64 jobs = 0;
  qint64 series = 0;
  qint64 chunks = 0;
  qint64 points = 0;
  QStringList problems;  ///< what is wrong and where, a sentence each
};

/// Reads a whole database and holds every chunk's checksum and points against its summary, every series' summary against what it
/// has, and SQLite's own structure. Changes nothing and may run beside a window. The error says why it could not be opened.
[[nodiscard]] Result<StoreReport> checkStore(const QString& path);

}  // namespace trainyard
