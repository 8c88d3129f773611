// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/status_line.h"

#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QUrl>

#include "core/base/format.h"

namespace trainyard {
namespace {

constexpr int refreshMs = 250;  ///< at most this often, however fast batches come

}  // namespace

StatusLine::StatusLine(JobService& jobs, JobStore& store, std::function<qint64()> databaseBytes, QWidget* parent)
    : QStatusBar(parent), m_jobs(jobs), m_databaseBytes(std::move(databaseBytes)) {
  setSizeGripEnabled(false);
  m_running = new QLabel(this);
  m_running->setObjectName(QStringLiteral("statusRunning"));
  m_counts = new QLabel(this);
  m_database = new QLabel(this);
  m_database->setObjectName(QStringLiteral("statusDatabase"));
  addWidget(m_running);
  addWidget(m_counts);
  m_import = new QLabel(this);
  m_import->setObjectName(QStringLiteral("statusImport"));
  addWidget(m_import);
  addPermanentWidget(m_database);
  const auto soon = [this] {
    if (std::exchange(m_scheduled, true)) return;
    QTimer::singleShot(refreshMs, this, &StatusLine::refresh);
  };
  connect(&store, &JobStore::committed, this, soon);
  connect(&store, &JobStore::troubled, this, [this, soon] { m_troubled = true; soon(); });
  connect(&store, &JobStore::recovered, this, [this, soon] { m_troubled = false; soon(); });
  connect(&jobs, &JobService::jobsLoaded, this, soon);
  connect(&jobs, &JobService::loaded, this, &StatusLine::refresh);
  refresh();
}

void StatusLine::setImport(const QString& text) { m_import->setText(text); }

void StatusLine::setApi(const QString& address) {
  if (m_api == nullptr && address.isEmpty()) return;
  if (m_api == nullptr) {
    m_api = new QPushButton(this);
    m_api->setObjectName(QStringLiteral("statusApi"));
    m_api->setProperty("kind", "sign");
    m_api->setFocusPolicy(Qt::NoFocus);  // the keyboard has Ctrl+Shift+A
    m_api->setCursor(Qt::PointingHandCursor);
    addPermanentWidget(m_api);
    connect(m_api, &QPushButton::clicked, this, &StatusLine::apiClicked);
  }
  m_api->setText(tr("● API · port %1").arg(QUrl(address).port()));
  m_api->setAccessibleName(tr("The local API is on: %1").arg(address));
  m_api->setToolTip(m_api->accessibleName());
  m_api->setVisible(!address.isEmpty());
}

void StatusLine::refresh() {
  m_scheduled = false;
  const int running = m_jobs.count(JobStatus::Running);
  const int queued = m_jobs.count(JobStatus::Queued);
  const int count = m_jobs.count();
  QStringList parts;
  if (running > 0) parts << tr("%1 running").arg(countText(running));
  if (queued > 0) parts << tr("%1 queued").arg(countText(queued));
  m_running->setText(running > 0 ? QStringLiteral("● ") + parts.join(QStringLiteral(" · "))
                     : parts.isEmpty() ? tr("Nothing running")
                                       : parts.join(QString()));
  const QString jobs = count == 1 ? tr("1 job") : tr("%1 jobs").arg(countText(count));
  m_counts->setText(count == 0 ? QString() : tr("%1 · %2 points").arg(jobs, countText(m_jobs.pointCount())));
  m_database->setText(tr("trainyard.db · %1 · %2").arg(sizeText(m_databaseBytes()), m_troubled ? tr("NOT SAVED") : tr("saved")));
}

}  // namespace trainyard
