// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

#include "app/instance.h"
#include "core/base/settings.h"
#include "core/jobs/job_service.h"
#include "core/runners/importer.h"

namespace trainyard {

/// What another process may ask of the owner of the data directory (see Instance), but for "activate". What changes a job is
/// answered when it is on the disk, or was refused.
void answerRequest(JobService& jobs, Settings& settings, Importer& importer, const QJsonObject& request, const Instance::Reply& reply);

/// {"added", "grown", "known", "points", "jobs": [number, ...], "problems": [{"file", "offset", "why"}, ...], "skipped": {"histogram": 3, ...}}
[[nodiscard]] QJsonObject toJson(const ImportSum& sum);

}  // namespace trainyard
