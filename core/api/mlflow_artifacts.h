// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/api_routes.h"
#include "core/api/mlflow_book.h"

namespace trainyard {

/// Files that MLflow's clients keep with a run: `artifacts` in the folder of its job. By name they are "EXPERIMENT/RUN/artifacts/PATH" below
/// /api/2.0/mlflow-artifacts/artifacts/. No name leaves that folder, by ".." as little as by a link in it.
class MlflowArtifacts final : public QObject {
  Q_OBJECT
 public:
  MlflowArtifacts(ApiRoutes& routes, JobService& jobs, MlflowBook& book, QObject* parent = nullptr);
  /// Whether the body of a request is a file to be kept.
  [[nodiscard]] static bool isUpload(const HttpRequest& request);

 private:
  struct Place {
    QString folder;  ///< of all artifacts of the run
    QString path;    ///< in it; empty = the folder
    [[nodiscard]] QString absolute() const { return path.isEmpty() ? folder : folder + u'/' + path; }
  };
  [[nodiscard]] Result<Place> placeOf(const QString& name);
  [[nodiscard]] Result<Place> placeOfModel(const QStringList& parts);
  [[nodiscard]] static Result<Place> checked(const Place& place);
  [[nodiscard]] Result<Place> placeIn(const QString& runId, const QString& path);
  void put(const ApiCall& call);
  [[nodiscard]] static HttpResponse kept(const Place& place, QTemporaryFile& upload);
  void get(const ApiCall& call);
  void listStored(const ApiCall& call);
  void listOfRun(const ApiCall& call);
  void remove(const ApiCall& call);

  JobService& m_jobs;
  MlflowBook& m_book;
};

}  // namespace trainyard
