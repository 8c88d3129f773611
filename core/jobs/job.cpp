// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job.h"

#include <QCoreApplication>
#include <algorithm>

namespace trainyard {

QString toKey(JobSource source) {
  switch (source) {
    case JobSource::Simulated: return QStringLiteral("simulated");
    case JobSource::Command: return QStringLiteral("command");
    case JobSource::Imported: return QStringLiteral("imported");
    case JobSource::Mlflow: return QStringLiteral("mlflow");
  }
  Q_UNREACHABLE();
}

Result<JobSource> jobSourceFromKey(const QString& key) {
  for (const JobSource source : {JobSource::Simulated, JobSource::Command, JobSource::Imported, JobSource::Mlflow})
    if (key == toKey(source)) return source;
  return fail(ErrorCode::InvalidInput, QCoreApplication::translate("Job", "“%1” is not a source of jobs.").arg(key));
}

QString toKey(TroubleResponse response) {
  switch (response) {
    case TroubleResponse::Tell: return QStringLiteral("tell");
    case TroubleResponse::Stop: return QStringLiteral("stop");
    case TroubleResponse::StopAndRetry: return QStringLiteral("retry");
  }
  Q_UNREACHABLE();
}

Result<TroubleResponse> troubleResponseFromKey(const QString& key) {
  for (const TroubleResponse response : {TroubleResponse::Tell, TroubleResponse::Stop, TroubleResponse::StopAndRetry})
    if (key == toKey(response)) return response;
  return fail(ErrorCode::InvalidInput, QCoreApplication::translate("Job", "“%1” is none of tell, stop and retry.").arg(key));
}

double Progress::fraction() const {
  return totalSteps > 0 ? std::clamp(double(step) / double(totalSteps), 0.0, 1.0) : 0.0;
}

qint64 plannedSteps(const JobSettings& settings) {
  return settings.source == JobSource::Simulated ? settings.epochs * settings.stepsPerEpoch : 0;
}

bool isRetried(const Job& job) {
  const Scheduling& scheduling = job.settings.scheduling;
  switch (job.ending.kind) {
    case EndKind::ExitCode:
    case EndKind::Signal:
    case EndKind::OutOfMemory:
    case EndKind::Lost:
    case EndKind::CouldNotStart:
      return job.attempt <= scheduling.retries;
    case EndKind::LossNan:
    case EndKind::Trouble:
      if (scheduling.onTrouble != TroubleResponse::StopAndRetry) return false;
      return job.attempt <= std::max(1, scheduling.retries);
    default:
      return false;
  }
}

}  // namespace trainyard
