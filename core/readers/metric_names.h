// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace trainyard {

enum class NameRole { Step, StepTotal, Epoch, EpochTotal, Ignored, Metric };

/// What a key in a log stands for. Ignored: times, rates, memory, addresses of source lines.
[[nodiscard]] NameRole roleOfName(const QString& name);
/// Loss or accuracy: counts as a metric wherever it stands.
[[nodiscard]] bool isKnownMetric(const QString& name);
/// "train", "val", "test", "eval", ... : says of which data the next metric is.
[[nodiscard]] bool isSplitWord(const QString& word);

/// The split that the values of a progress bar with such a word in its description are of ("val", "test"); empty for other words.
[[nodiscard]] QString evaluationOf(const QString& word);

}  // namespace trainyard
