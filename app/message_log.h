// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace trainyard {

/// Sends Qt's messages to standard error and, with their time, to `dataDir`/trainyard.log (at most 1 MB and one older
/// file). Call once; lasts as long as the process.
void installMessageLog(const QString& dataDir);

}  // namespace trainyard
