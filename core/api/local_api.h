// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/api_server.h"
#include "core/api/mlflow_api.h"
#include "core/api/mlflow_artifacts.h"
#include "core/api/mlflow_models.h"
#include "core/api/training_api.h"

namespace trainyard {

/// The server with all that it answers. It listens when it is told to.
class LocalApi final {
 public:
  struct Parts {
    QString dataDir;
    JobService& jobs;
    MlflowRunner& runner;
    const JobStore& store;
    MetricReader& reader;
    const Clock& clock;
  };
  explicit LocalApi(const Parts& parts, const ApiLimits& limits = {})
      : m_server(parts.dataDir, limits),
        m_book(parts.dataDir, parts.jobs, parts.clock),
        m_training(m_server.routes(), parts.jobs, parts.reader),
        m_mlflow({m_server.routes(), parts.jobs, parts.runner, parts.store, parts.reader, m_book}),
        m_models(m_server.routes(), parts.jobs, m_book),
        m_artifacts(m_server.routes(), parts.jobs, m_book) {
    m_server.setFileBodies(MlflowArtifacts::isUpload);
  }

  [[nodiscard]] ApiServer& server() { return m_server; }

 private:
  ApiServer m_server;
  MlflowBook m_book;
  TrainingApi m_training;
  MlflowApi m_mlflow;
  MlflowModels m_models;
  MlflowArtifacts m_artifacts;
};

}  // namespace trainyard
