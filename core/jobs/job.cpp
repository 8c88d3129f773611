// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job.h"

#include <QCoreApplication>
#include <algorithm>

namespace trainyard {

QString toKey(JobSource source) {
  return source == JobSource::Command ? QStringLiteral("command") : QStringLiteral("simulated");
}

Result<JobSource> jobSourceFromKey(const QString& key) {
  for (const JobSource source : {JobSource::Simulated, JobSource::Command})
    if (key == toKey(source)) return source;
  return fail(ErrorCode::InvalidInput, QCoreApplication::translate("Job", "“%1” is not a source of jobs.").arg(key));
}

double Progress::fraction() const {
  return totalSteps > 0 ? std::clamp(double(step) / double(totalSteps), 0.0, 1.0) : 0.0;
}

qint64 plannedSteps(const JobSettings& settings) {
  return settings.source == JobSource::Simulated ? settings.epochs * settings.stepsPerEpoch : 0;
}

}  // namespace trainyard
