// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <map>
#include <optional>

#include "core/api/step_map.h"
#include "core/api/told_points.h"
#include "core/metrics/point.h"

namespace trainyard {

/// What MLflow's clients have told of a run beside its points and its end, which are in the database. Kept in the job's folder as mlflow.json.
struct MlflowRun {
  QString id;          ///< 32 hexadecimal digits
  JobId job;
  QString experiment;  ///< its id
  QString user;
  QString name;
  qint64 startedMs = 0;
  QString status;      ///< "FINISHED", ... as its client says, of a run of a command job, whose end is another thing; else empty
  qint64 endedMs = 0;  ///< of such a run
  std::map<QString, QString> params;
  std::map<QString, QString> tags;
  QJsonArray datasets;           ///< `dataset_inputs` of log-inputs, as they came
  QJsonObject models;            ///< what MLflow 3 calls logged models, in its form, by their ids
  QJsonObject stepParts;         ///< StepMap::json() by the metric's name, where it is not empty
  QJsonObject newest = {};       ///< [step, ms, value] by the metric's name, where what MLflow calls its value is not the last that came
  struct Metric {
    StepMap steps;
    Point newest;     ///< at the highest step, of those the latest, of those the greatest; at the step at which it was logged
    ToldPoints told = {};
  };
  std::map<QString, Metric> metrics = {};  ///< that were logged since the run was read; not kept
};

struct MlflowExperiment {
  QString id;
  QString name;
  bool isDeleted = false;
  qint64 createdMs = 0;
  qint64 updatedMs = 0;
  std::map<QString, QString> tags;
  QString location = {};  ///< where its clients keep artifacts themselves; empty = here
  QJsonObject models = {};  ///< logged models that no run has made, by their ids

  /// Below which address its runs have their artifacts.
  [[nodiscard]] QString artifacts() const { return location.isEmpty() ? QStringLiteral("mlflow-artifacts:/") + id : location; }
  [[nodiscard]] QString artifactsOf(const QString& run) const { return artifacts() + u'/' + run + QStringLiteral("/artifacts"); }
};

[[nodiscard]] QByteArray contentOf(const MlflowRun& run);
/// Nothing for what is no such file. `job` is not set.
[[nodiscard]] std::optional<MlflowRun> runFrom(const QByteArray& content);
[[nodiscard]] QByteArray contentOf(const std::map<QString, MlflowExperiment>& experiments);
[[nodiscard]] std::map<QString, MlflowExperiment> experimentsFrom(const QByteArray& content);

}  // namespace trainyard
