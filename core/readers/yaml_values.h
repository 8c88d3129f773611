// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include "core/base/error.h"
#include "core/jobs/job.h"

namespace trainyard {

/// The scalars of a YAML document in its order, as they are written; those of nested maps are called "outer/inner", a list of scalars is one
/// value "[a, b]". At most `mostValues`, 16 levels deep; tags and anchors mean nothing, so no alias can grow. InvalidInput with the line.
[[nodiscard]] Result<QList<KeyValue>> readYaml(const QByteArray& text, qsizetype mostValues = 2'000);

/// The same of a file of at most 1 MB; nothing when there is none, it is larger, or it is no YAML.
[[nodiscard]] QList<KeyValue> yamlFile(const QString& path);

/// The value of a key; empty when there is none.
[[nodiscard]] QString valueOf(const QList<KeyValue>& values, const QString& key);

}  // namespace trainyard
