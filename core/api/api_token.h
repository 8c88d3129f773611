// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include "core/base/error.h"

namespace trainyard {

/// The secret in `dataDir`/api_token, which only this user can read; made at the first time, and anew when others could read it.
/// StorageOpen or StorageWrite when that fails.
[[nodiscard]] Result<QByteArray> apiToken(const QString& dataDir);
/// Whether two secrets are the same, in a time that tells nothing of where they differ.
[[nodiscard]] bool isSameSecret(const QByteArray& one, const QByteArray& other);

}  // namespace trainyard
