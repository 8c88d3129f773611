// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/file_writer.h"
#include "core/api/mlflow_run_file.h"
#include "core/base/clock.h"
#include "core/jobs/job_service.h"

namespace trainyard {

/// Where a logged model is kept: with the run that made it, else with its experiment.
struct MlflowModelPlace {
  MlflowRun* run = nullptr;
  MlflowExperiment* experiment = nullptr;
  [[nodiscard]] QJsonObject& models() const { return run != nullptr ? run->models : experiment->models; }
};

/// The experiments and runs that MLflow's clients have told of, and their files: `dataDir`/mlflow_experiments.json, and mlflow.json in
/// the folder of each job. A run is read when somebody asks for it.
class MlflowBook final : public QObject {
  Q_OBJECT
 public:
  using Then = FileWriter::Then;
  MlflowBook(const QString& dataDir, JobService& jobs, const Clock& clock, QObject* parent = nullptr);

  /// Deleted ones as well; "0" is "Default" and always there.
  [[nodiscard]] const std::map<QString, MlflowExperiment>& experiments() const { return m_experiments; }
  [[nodiscard]] MlflowExperiment* experiment(const QString& id);
  [[nodiscard]] MlflowExperiment* experimentNamed(const QString& name);
  [[nodiscard]] MlflowExperiment& addExperiment(const QString& name);
  void saveExperiments(Then then);

  /// Null when there is no such run, or its job is gone for good. A run whose job is deleted is there until then. Valid until the next call.
  [[nodiscard]] MlflowRun* run(const QString& id);
  /// Of all jobs that are listed, newest first.
  [[nodiscard]] std::vector<MlflowRun*> runs();
  [[nodiscard]] MlflowRun& addRun(MlflowRun run);
  void forgetRun(const QString& id) { m_runs.remove(id); }
  void save(const MlflowRun& run, Then then);
  /// What MLflow calls the value of a metric: that of the highest step, at its step.
  [[nodiscard]] Point newest(const MlflowRun& run, const SeriesSummary& series) const;
  /// A metric's places and newest point, as of what is on the disk when it is asked for first.
  [[nodiscard]] MlflowRun::Metric& metric(MlflowRun& run, const QString& name);

  /// Nothing when there is no such logged model. Valid until the next call.
  [[nodiscard]] std::optional<MlflowModelPlace> placeOfModel(const QString& modelId);
  void save(const MlflowModelPlace& place, Then then);
  /// Where the artifacts of a run are, as its clients are told.
  [[nodiscard]] QString artifactAddress(const MlflowRun& run);
  /// Where those of them are that are kept here.
  [[nodiscard]] QString artifactFolder(JobId job) const;
  [[nodiscard]] QString modelFolder(const MlflowModelPlace& place, const QString& modelId) const;
  [[nodiscard]] const Clock& clock() const { return m_clock; }

 private:
  void note(JobId job);
  [[nodiscard]] QString fileOf(JobId job) const;

  QString m_dataDir;
  JobService& m_jobs;
  const Clock& m_clock;
  FileWriter m_writer;
  std::map<QString, MlflowExperiment> m_experiments;
  QHash<QString, JobId> m_jobOf;  ///< by the run's id
  QHash<QString, std::shared_ptr<MlflowRun>> m_runs;  ///< that were read
};

}  // namespace trainyard
