// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/yard.h"

#include <algorithm>

namespace trainyard {

Yard::Yard(const QString& dataDir, OpenMode mode, QObject* parent)
    : QObject(parent),
      m_dataDir(dataDir),
      m_settings(dataDir),
      m_storage(dataDir, mode),
      m_simulatedRunner(m_storage, m_clock),
      m_commandRunner(dataDir, findSupervisor(), m_storage, m_clock),
      m_importRunner(m_storage, m_clock),
      m_mlflowRunner(m_storage, m_clock),
      m_jobs({m_storage, m_simulatedRunner, m_commandRunner, m_importRunner, m_clock, &m_mlflowRunner}),
      m_dispatcher(m_jobs, m_clock),
      m_troubles(m_jobs, m_clock),
      m_importer(m_jobs, m_importRunner),
      m_api({dataDir, m_jobs, m_mlflowRunner, m_storage, m_storage.reader(), m_clock}) {
  connect(&m_api, &ApiSwitch::changed, this, [this] {
    m_commandRunner.setMlflowAddress(m_api.address());
    if (m_api.isOn()) m_settings.setApiLastPort(m_api.port());
  });
  connect(&m_commandRunner, &CommandRunner::gpusFound, this, [this](int count) {
    m_jobs.setGpuCount(count);
    Q_EMIT gpusKnown();
  });
  connect(&m_commandRunner, &CommandRunner::diskMeasured, &m_troubles, &TroubleResponder::noteDisk);
  connect(&m_storage, &Storage::opened, this, [this](const OpenedStore& store) {
    m_jobs.load(store.jobs, store.nextId, store.complete);
    Q_EMIT ready();
  });
  connect(&m_storage, &Storage::olderRead, this, [this](const OpenedStore& portion) { m_jobs.loadMore(portion.jobs, portion.complete); });
  connect(&m_storage, &Storage::olderFailed, this, &Yard::failed);
  connect(&m_storage, &Storage::openFailed, this, &Yard::failed);
  connect(&m_settings, &Settings::changed, this, &Yard::applySettings);
  // A job that is gone for good takes its log with it.
  connect(&m_jobs, &JobService::changeCommitted, this, [this](JobId id, JobChangeKind kind) {
    if (kind == JobChangeKind::Purged) m_commandRunner.removeFolder(id);
  });
  applySettings();
}

Yard::~Yard() {
  if (const auto closed = close(); !closed)
    qCritical("%s %s", qUtf8Printable(closed.error().message), qUtf8Printable(closed.error().detail));
}

void Yard::open(Opening how) { m_storage.open(how); }

Result<void> Yard::close() {
  if (std::exchange(m_closed, true)) return {};
  m_api.turnOff();
  m_simulatedRunner.shutDown();
  m_commandRunner.shutDown();
  m_importRunner.shutDown();
  m_mlflowRunner.shutDown();
  return m_storage.close();
}

quint16 Yard::apiPort() const {
  const std::vector<const Job*> running = m_jobs.running();
  const bool mayKnow = std::any_of(running.begin(), running.end(), [](const Job* job) {
    return job->settings.source == JobSource::Command || job->settings.source == JobSource::Mlflow;
  });
  return mayKnow && m_settings.apiLastPort() != 0 ? m_settings.apiLastPort() : m_settings.apiPort();
}

void Yard::applySettings() {
  m_simulatedRunner.setSpeed(m_settings.stepsPerSecond());
  m_commandRunner.setGraceMs(m_settings.stopGraceMs());
  m_dispatcher.setOn(m_settings.queueOn());
  m_dispatcher.setSlots(m_settings.queueSlots());
}

}  // namespace trainyard
