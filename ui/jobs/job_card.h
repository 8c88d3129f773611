// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <QString>
#include <QVector>

#include "core/jobs/job.h"
#include "core/metrics/point.h"
#include "core/runners/runner.h"
#include "ui/theme/status_badge.h"

namespace trainyard {

/// What a card in the list says, ready to be painted.
struct JobCard {
  JobId id;
  JobStatus status = JobStatus::Queued;
  Badge badge = Badge::Queued;
  BadgeMark mark = BadgeMark::None;
  JobAction action = JobAction::View;
  QString actionText;     ///< "Start", "Stop", "Stop now" while it is being stopped, "View"
  bool busy = false;
  QString name;
  QString facts;          ///< "attempt 2 · ViT-S/16 · 30 epochs · lr 3e-4"
  QString when;           ///< "4 min ago"
  double progress = -1.0; ///< 0..1 of a running job; negative: not known
  QString note;           ///< left of the third row: "62%", "step 1,860", "Waiting to be started", the reason
  QVector<float> sparkline;
};

/// What a card says that is not in the job's row.
struct JobCardContext {
  bool busy = false;
  StopStage stop;        ///< of a run that is being stopped
  QString waitingFor;    ///< why a queued job waits; empty = for somebody to start it
  qint64 nowMs = 0;
};

/// Everything but the sparkline.
[[nodiscard]] JobCard cardFor(const Job& job, const std::vector<SeriesSummary>& series, const JobCardContext& context);
/// Whether the job's primary loss is not finite at the moment, or has been NaN.
[[nodiscard]] bool isLossNan(const std::vector<SeriesSummary>& series);
/// "Stopping: SIGTERM in 4 s"; empty when nothing was sent.
[[nodiscard]] QString stopText(const StopStage& stage, qint64 nowMs);
/// A sentence for screen readers.
[[nodiscard]] QString spokenCard(const JobCard& card);

}  // namespace trainyard

Q_DECLARE_METATYPE(trainyard::JobCard)
