// SPDX-License-Identifier: GPL-3.0-or-later
// In what jobs differ, and which of them are the same but for their seed.
#pragma once

#include <QStringList>
#include <optional>
#include <vector>

#include "core/jobs/job.h"

namespace trainyard {

struct ComparedValue {
  QString text;                  ///< empty = the job does not tell
  std::optional<double> number;  ///< to sort by, where the text is a number
};

/// One parameter of several jobs.
struct ComparedParameter {
  QString title;
  std::vector<ComparedValue> values;  ///< one a job, in the order of the jobs
  bool differs = false;               ///< between at least two of the jobs; what one does not tell differs from what another does
  bool isNumber = false;              ///< every value that is told is one
};

/// Learning rate, batch size, epochs, model, dataset, seed, steps per epoch, source, command, then the environment and the free
/// parameters by their first occurrence. A parameter that no job tells is left out.
[[nodiscard]] std::vector<ComparedParameter> comparedParameters(const std::vector<const Job*>& jobs);

/// The settings without what may differ between the jobs of a group: the name, the seed (the field, a free parameter or an
/// environment variable whose name ends in "seed", a number after "--seed", "seed=" and the like in the command) and how the
/// queue treats it.
[[nodiscard]] JobSettings withoutSeed(JobSettings settings);

/// Indices of the jobs, those whose `withoutSeed` settings are equal together; groups in the order of their first job.
[[nodiscard]] std::vector<std::vector<std::size_t>> seedGroups(const std::vector<const Job*>& jobs);

/// What the jobs of a group are called: what their names have in common at their beginning ("resnet-seed1", "resnet-seed2" are
/// "resnet") and how many there are; the name where it is one job.
[[nodiscard]] QString groupName(const QStringList& names);

/// What groups of the jobs are called beside each other: their `groupName`, and where the names of several have the same in common,
/// the parameters in which those differ as well: "resnet (2 jobs) · lr 1e-3". Of a command the words that not all of them have.
[[nodiscard]] QStringList groupNames(const std::vector<const Job*>& jobs, const std::vector<std::vector<std::size_t>>& groups);

}  // namespace trainyard
