// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/api_routes.h"
#include "core/api/mlflow_book.h"

namespace trainyard {

/// What MLflow 3 calls logged models: made by a run and kept with it, or else with their experiment. Its clients make one whenever they keep a model, so autologging needs them.
class MlflowModels final : public QObject {
  Q_OBJECT
 public:
  MlflowModels(ApiRoutes& routes, JobService& jobs, MlflowBook& book, QObject* parent = nullptr);

 private:
  using Change = std::function<void(QJsonObject& model, const QJsonObject& message)>;
  [[nodiscard]] Result<MlflowModelPlace> placeFor(const QJsonObject& message);
  void create(const ApiCall& call);
  void get(const ApiCall& call);
  void search(const ApiCall& call);
  void remove(const ApiCall& call);
  void change(const ApiCall& call, const Change& how);

  JobService& m_jobs;
  MlflowBook& m_book;
};

}  // namespace trainyard
