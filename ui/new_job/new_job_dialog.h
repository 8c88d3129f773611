// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <memory>

#include "core/base/settings.h"
#include "core/jobs/job_draft.h"
#include "ui/theme/theme.h"

namespace trainyard {

/// "New training job": Simulated run and Command, inline messages, last values remembered. A frameless card over the shaded
/// window; Enter adds and starts, Escape cancels. Never creates the job itself.
/// objectNames: sourceSimulated, sourceCommand, name, model, dataset, epochs, learningRate, batchSize, seed, stepsPerEpoch,
/// parameters, commandLine, workingDirectory, environment, pattern; <field>Message for its message; addButton,
/// addAndStartButton, cancelButton, attention ("1 field needs attention").
class NewJobDialog final : public QDialog {
  Q_OBJECT
 public:
  NewJobDialog(Theme& theme, Settings& settings, QWidget* window);
  ~NewJobDialog() override;

  void setDraft(const JobDraft& draft);
  [[nodiscard]] JobDraft draft() const;

 Q_SIGNALS:
  /// The user chose Add to queue (start = false) or Add and start. The dialog closes itself.
  void submitted(const trainyard::JobSettings& settings, bool start);

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace trainyard
