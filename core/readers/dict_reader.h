// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <optional>
#include <vector>

#include "core/readers/log_line.h"

namespace trainyard {

/// The numbers of a JSON object or a Python dict at the start of `text`, by key; nested objects give "outer/inner" down to a
/// depth of 3. Takes what both languages write: single or double quotes, NaN, Infinity, inf, None, True. Arrays, strings and
/// booleans are skipped. Nothing when the text is no whole object.
[[nodiscard]] std::optional<std::vector<NamedValue>> readDict(const QByteArray& text);

}  // namespace trainyard
