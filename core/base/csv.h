// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QStringList>

namespace trainyard {

/// Rows of fields as RFC 4180 has them, but with "\n" after each row: a field with a comma, a quote, a line break or a space at
/// an end is quoted, a quote in it doubled.
[[nodiscard]] QString csvText(const QList<QStringList>& rows);
/// One of their fields.
[[nodiscard]] QString csvField(const QString& field);

}  // namespace trainyard
