// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <QString>
#include <QVector>

#include "core/jobs/job.h"
#include "core/metrics/point.h"

namespace trainyard {

/// What a card in the list says, ready to be painted.
struct JobCard {
  JobId id;
  JobStatus status = JobStatus::Queued;
  JobAction action = JobAction::View;
  bool busy = false;
  QString name;
  QString facts;          ///< "ViT-S/16 · 30 epochs · lr 3e-4"
  QString when;           ///< "4 min ago"
  double progress = -1.0; ///< 0..1 of a running job; negative: not known
  QString note;           ///< left of the third row: "62%", "step 1,860", "Waiting to be started", the reason
  QVector<float> sparkline;
};

/// Everything but the sparkline.
[[nodiscard]] JobCard cardFor(const Job& job, const std::vector<SeriesSummary>& series, bool busy, qint64 nowMs);
/// A sentence for screen readers.
[[nodiscard]] QString spokenCard(const JobCard& card);

}  // namespace trainyard

Q_DECLARE_METATYPE(trainyard::JobCard)
