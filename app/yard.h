// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include "core/api/api_switch.h"
#include "core/base/clock.h"
#include "core/base/settings.h"
#include "core/jobs/job_service.h"
#include "core/runners/command_runner.h"
#include "core/runners/dispatcher.h"
#include "core/runners/import_runner.h"
#include "core/runners/importer.h"
#include "core/runners/mlflow_runner.h"
#include "core/runners/simulated_runner.h"
#include "core/runners/trouble_responder.h"
#include "core/storage/storage.h"

namespace trainyard {

/// The core of one data directory, built once and wired: what the window and the command line both stand on.
class Yard final : public QObject {
  Q_OBJECT
 public:
  Yard(const QString& dataDir, OpenMode mode, QObject* parent = nullptr);
  ~Yard() override;

  /// Opens the database. Answered by `ready` or `failed`; `JobService::loaded` tells when the older jobs are there, too.
  void open(Opening how = Opening::Whole);
  /// Ends all runs of this process, writes what waits and closes. The error tells what could not be written.
  [[nodiscard]] Result<void> close();

  [[nodiscard]] const QString& dataDir() const { return m_dataDir; }
  [[nodiscard]] const Clock& clock() const { return m_clock; }
  [[nodiscard]] Settings& settings() { return m_settings; }
  [[nodiscard]] Storage& storage() { return m_storage; }
  [[nodiscard]] SimulatedRunner& simulatedRunner() { return m_simulatedRunner; }
  [[nodiscard]] CommandRunner& commandRunner() { return m_commandRunner; }
  [[nodiscard]] ImportRunner& importRunner() { return m_importRunner; }
  [[nodiscard]] JobService& jobs() { return m_jobs; }
  [[nodiscard]] Importer& importer() { return m_importer; }
  [[nodiscard]] Dispatcher& dispatcher() { return m_dispatcher; }
  [[nodiscard]] TroubleResponder& troubles() { return m_troubles; }
  /// Programs that start while it is on are told its address.
  [[nodiscard]] ApiSwitch& api() { return m_api; }
  /// The port at which the API begins: the one that is set; while programs run that may know another one of the session before, that.
  [[nodiscard]] quint16 apiPort() const;

 Q_SIGNALS:
  void ready();
  /// How many GPUs there are is known; before, none are given.
  void gpusKnown();
  void failed(const trainyard::Error& error);

 private:
  void applySettings();

  QString m_dataDir;
  SystemClock m_clock;
  Settings m_settings;
  Storage m_storage;
  SimulatedRunner m_simulatedRunner;
  CommandRunner m_commandRunner;
  ImportRunner m_importRunner;
  MlflowRunner m_mlflowRunner;
  JobService m_jobs;
  Dispatcher m_dispatcher;
  TroubleResponder m_troubles;
  Importer m_importer;
  ApiSwitch m_api;
  bool m_closed = false;
};

}  // namespace trainyard
