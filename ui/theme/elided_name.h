// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFontMetrics>
#include <QStringList>

namespace trainyard {

/// A job's name in so many pixels. Names of imported runs are often paths: of these the last folders are kept, "…/sweep/run-7", for the
/// first ones are alike. Others lose their middle, for they begin alike and differ at their ends.
[[nodiscard]] QString elidedName(const QString& name, const QFontMetrics& metrics, int width);

/// The names without the folders that all of them begin with: "sweep/a/x", "sweep/b/x" -> "a/x", "b/x". As they are where a name would be empty.
[[nodiscard]] QStringList withoutCommonFolders(const QStringList& names);

}  // namespace trainyard
