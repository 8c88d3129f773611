// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <functional>
#include <vector>

#include "core/base/settings.h"
#include "core/jobs/job_draft.h"
#include "core/jobs/job_service.h"
#include "ui/overlays/card_overlay.h"

class QGridLayout;
class QLabel;
class QPushButton;

namespace trainyard {

class DraftFieldBox;
class HintButton;

/// "New training job": a simulated run or a command. Each field says what is wrong with it below itself once it was
/// touched; the last values are remembered. Enter adds and starts, Escape cancels. The fields scroll where the window is low.
/// Never creates the job itself.
class NewJobDialog final : public CardOverlay {
  Q_OBJECT
 public:
  /// Add to queue (start = false) or Add and start. The dialog stays open, with the words, when the job was not added.
  using Add = std::function<Result<void>(const JobSettings& settings, bool start)>;

  NewJobDialog(Theme& theme, Settings& settings, const JobService& jobs, Add add, QWidget* window);

  /// With the last values and an empty name.
  void openFresh();
  void setDraft(const JobDraft& draft);
  [[nodiscard]] JobDraft draft() const;

 protected:
  [[nodiscard]] QWidget* firstFocus() const override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  struct Place;
  [[nodiscard]] static const std::vector<Place>& places();
  QLayout* makeSources();
  QWidget* makeFields();
  void explainFields();
  QLayout* makeButtons();
  void setSource(JobSource source);
  void placeFields();
  [[nodiscard]] DraftFieldBox* box(DraftField field) const;
  [[nodiscard]] static QString JobDraft::* member(DraftField field);
  void offerJobs();
  [[nodiscard]] JobDraft lastDraft(JobSource source) const;
  [[nodiscard]] QList<FieldError> findings() const;
  void edited(DraftField field);
  void validate();
  void submit(bool start);

  Theme& m_theme;
  Settings& m_settings;
  const JobService& m_jobs;
  Add m_submit;
  JobSource m_source = JobSource::Simulated;
  QPushButton* m_simulated = nullptr;
  QPushButton* m_command = nullptr;
  QGridLayout* m_grid = nullptr;
  std::vector<DraftFieldBox*> m_boxes;
  QSet<DraftField> m_touched;
  QLabel* m_attention = nullptr;
  HintButton* m_add = nullptr;
  HintButton* m_addAndStart = nullptr;
  bool m_filling = false;  ///< texts are set by us, not typed
};

}  // namespace trainyard
