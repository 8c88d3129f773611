// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <deque>

#include "core/api/api_routes.h"
#include "core/api/history_reads.h"
#include "core/api/mlflow_book.h"
#include "core/api/mlflow_entries.h"
#include "core/api/mlflow_filter.h"
#include "core/runners/mlflow_runner.h"

namespace trainyard {

struct MlflowParts {
  ApiRoutes& routes;
  JobService& jobs;
  MlflowRunner& runner;
  const JobStore& store;
  MetricReader& reader;
  MlflowBook& book;
};

/// MLflow's tracking REST (its service.proto), as much of it as training scripts use. A run is a job with the source "mlflow". What is answered
/// is on the disk.
class MlflowApi final : public QObject {
  Q_OBJECT
 public:
  explicit MlflowApi(const MlflowParts& parts, QObject* parent = nullptr);

 private:
  using Method = void (MlflowApi::*)(const QJsonObject& message, const HttpReply& reply);
  void add(const QByteArray& methods, const char* path, ApiRoutes::Effect effect, Method method);
  using Reader = std::function<ApiRoutes::Task(const QJsonObject& message, const HttpReply& reply)>;
  void addReader(const QByteArray& methods, const char* path, ApiRoutes::Effect effect, const Reader& reader);
  void addLog(const char* path, const char* alone);
  void addExperimentRoutes();
  void addRunRoutes();
  void addLogRoutes();

  void createExperiment(const QJsonObject& message, const HttpReply& reply);
  void getExperiment(const QJsonObject& message, const HttpReply& reply);
  void getExperimentByName(const QJsonObject& message, const HttpReply& reply);
  void searchExperiments(const QJsonObject& message, const HttpReply& reply);
  void updateExperiment(const QJsonObject& message, const HttpReply& reply);
  void deleteExperiment(const QJsonObject& message, const HttpReply& reply);
  void restoreExperiment(const QJsonObject& message, const HttpReply& reply);
  void setExperimentTag(const QJsonObject& message, const HttpReply& reply);
  void deleteExperimentTag(const QJsonObject& message, const HttpReply& reply);
  void changeExperiment(const QJsonObject& message, const HttpReply& reply, const std::function<void(MlflowExperiment&)>& change);
  void saveExperiments(const QJsonObject& answer, const HttpReply& reply);

  void createRun(const QJsonObject& message, const HttpReply& reply);
  void getRun(const QJsonObject& message, const HttpReply& reply);
  void updateRun(const QJsonObject& message, const HttpReply& reply);
  void deleteRun(const QJsonObject& message, const HttpReply& reply);
  void restoreRun(const QJsonObject& message, const HttpReply& reply);
  void searchRuns(const QJsonObject& message, const HttpReply& reply);
  /// A person has pressed Stop: its program is told so by an error, which ends most of them.
  [[nodiscard]] static bool isStoppedHere(const Job& job);
  /// Whether the run is that of a command job, whose name and end are its own.
  [[nodiscard]] bool isOfCommand(const MlflowRun& run) const;
  [[nodiscard]] Result<JobId> jobFor(const MlflowRun& run);
  [[nodiscard]] Result<void> noteStatus(MlflowRun& run, const QString& status, qint64 endMs) const;
  [[nodiscard]] QString statusOf(const MlflowRun& run) const;
  [[nodiscard]] Result<std::optional<JobChangeKind>> applyStatus(const MlflowRun& run, const QString& status, qint64 endMs);

  void takeLogged(const QString& id, const std::shared_ptr<const Result<MlflowEntries>>& entries, const HttpReply& reply);
  [[nodiscard]] QStringList unreadOf(const MlflowRun& run, const MlflowEntries& entries) const;
  void readNewest(const MlflowRun& run, const QStringList& names, const FileWriter::Then& then);
  void readNewest(const QString& id, const SeriesQuery& query, const SeriesSummary& series, const FileWriter::Then& then);
  static void noteTold(MlflowRun::Metric& metric, const JobPoints& points);
  void deleteTag(const QJsonObject& message, const HttpReply& reply);
  void logInputs(const QJsonObject& message, const HttpReply& reply);
  void takeNothing(const QJsonObject& message, const HttpReply& reply);
  void logModel(const QJsonObject& message, const HttpReply& reply);
  void getHistory(const QJsonObject& message, const HttpReply& reply);
  void getHistories(const QJsonObject& message, const HttpReply& reply);

  void log(MlflowRun& run, const MlflowEntries& entries, const HttpReply& reply);
  [[nodiscard]] bool keepTexts(MlflowRun& run, const MlflowEntries& entries);
  [[nodiscard]] JobPoints placed(MlflowRun& run, const std::vector<SeriesPoints>& metrics);
  [[nodiscard]] std::vector<Point> placedOf(MlflowRun::Metric& metric, const std::vector<Point>& told) const;
  void sendPoints(const MlflowRun& run, JobPoints points, const FileWriter::Then& then);
  void whenWaitingIsWritten(JobId job, const FileWriter::Then& then);
  void pointsWritten(const JobPoints& points);
  void describe(const MlflowRun& run);

  [[nodiscard]] static QString idIn(const QJsonObject& message);
  [[nodiscard]] Result<MlflowRun*> runOf(const QJsonObject& message) const;
  /// The run, when something may be added to it.
  [[nodiscard]] Result<MlflowRun*> openRunOf(const QJsonObject& message) const;
  [[nodiscard]] QJsonObject infoOf(const MlflowRun& run) const;
  [[nodiscard]] QJsonObject jsonOf(const MlflowRun& run) const;
  [[nodiscard]] QJsonObject jsonOf(const MlflowExperiment& experiment) const;
  [[nodiscard]] QString jobName(const MlflowRun& run) const;
  [[nodiscard]] std::optional<FilterValue> valueOf(const MlflowRun& run, const FilterField& field) const;

  JobService& m_jobs;
  ApiRoutes& m_routes;
  MlflowRunner& m_runner;
  const JobStore& m_store;
  HistoryReads m_reads;
  MlflowBook& m_book;
  std::map<QString, std::vector<ApiRoutes::Task>> m_unread;  ///< calls that wait until points of their run, by its id, are read
  std::map<JobId, std::deque<std::pair<quint64, FileWriter::Then>>> m_unwritten;  ///< who waits for which points of a job
};

}  // namespace trainyard
