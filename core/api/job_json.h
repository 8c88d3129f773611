// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs and drafts as JSON: for the API, for `--json`, and between two Trainyards.
#pragma once

#include <QJsonObject>

#include "core/jobs/job_draft.h"
#include "core/metrics/point.h"

namespace trainyard {

/// The stable fields of `--json` and of the API.
[[nodiscard]] QJsonObject toJson(const Job& job, const std::vector<SeriesSummary>& series);

[[nodiscard]] QJsonObject toJson(const JobDraft& draft);
/// Fields are texts as they would be typed, or numbers; parameters and environment may be objects. InvalidInput for a member that is
/// no field.
[[nodiscard]] Result<JobDraft> draftFromJson(const QJsonObject& object);

}  // namespace trainyard
