// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>

#include "core/jobs/job_service.h"
#include "ui/overlays/picker_card.h"

namespace trainyard {

/// Type a part of a job's name, model or dataset; Enter takes it. Newest first, those with points only.
class JobPicker final : public PickerCard {
  Q_OBJECT
 public:
  static constexpr int mostListed = 200;  ///< who looks for another one types more of its name

  JobPicker(Theme& theme, const JobService& jobs, QWidget* window);

  /// `without`: jobs that are not offered.
  void openFresh(const QString& title, const QSet<JobId>& without);

 Q_SIGNALS:
  void chosen(trainyard::JobId id);

 protected:
  void list() override;
  void choose(qint64 key) override { Q_EMIT chosen(JobId{key}); }

 private:
  const JobService& m_jobs;
  QSet<JobId> m_without;
};

}  // namespace trainyard
