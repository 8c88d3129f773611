// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/yard.h"

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
      m_importer(m_jobs, m_importRunner, m_clock) {
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
  stopServing();
  m_simulatedRunner.shutDown();
  m_commandRunner.shutDown();
  m_importRunner.shutDown();
  m_mlflowRunner.shutDown();
  return m_storage.close();
}

Result<quint16> Yard::serve(quint16 port) {
  stopServing();
  m_api = std::make_unique<LocalApi>(LocalApi::Parts{m_dataDir, m_jobs, m_mlflowRunner, m_storage, m_storage.reader(), m_clock});
  const auto listening = m_api->server().listen(port);
  if (!listening) m_api.reset();
  m_commandRunner.setMlflowAddress(apiAddress());
  return listening;
}

void Yard::stopServing() {
  m_api.reset();
  m_commandRunner.setMlflowAddress({});
}

void Yard::applySettings() {
  m_simulatedRunner.setSpeed(m_settings.stepsPerSecond());
  m_commandRunner.setGraceMs(m_settings.stopGraceMs());
  m_dispatcher.setOn(m_settings.queueOn());
  m_dispatcher.setSlots(m_settings.queueSlots());
}

}  // namespace trainyard
