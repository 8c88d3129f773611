// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/log_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QVBoxLayout>

#include "core/base/format.h"
#include "core/runners/run_records.h"
#include "ui/monitor/log_canvas.h"
#include "ui/monitor/log_search_bar.h"
#include "ui/monitor/log_worker.h"

namespace trainyard {
namespace {

QString eventsOf(const Job& job) {
  QStringList lines;
  const auto add = [&lines](qint64 ms, const QString& text) {
    if (ms > 0) lines << QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss  ")) + text;
  };
  add(job.createdMs, LogView::tr("added to the queue"));
  add(job.startedMs, LogView::tr("started"));
  if (job.status == JobStatus::Complete) add(job.endedMs, LogView::tr("complete after %1 steps").arg(countText(job.progress.step)));
  if (job.status == JobStatus::Failed) add(job.endedMs, job.ending.reason);
  return lines.join(u'\n');
}

}  // namespace

LogView::LogView(Theme& theme, QWidget* parent) : QWidget(parent), m_worker(new LogWorker) {
  m_search = new LogSearchBar(theme, this);
  m_canvas = new LogCanvas(theme, this);
  m_note = new QLabel(this);
  m_note->setProperty("role", "hint");
  m_note->setObjectName(QStringLiteral("logNote"));
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(6);
  layout->addWidget(m_search);
  layout->addWidget(m_canvas, 1);
  layout->addWidget(m_note);
  m_worker->moveToThread(&m_thread);
  connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
  connectCanvas();
  connectWorker();
  connectSearch();
  m_thread.setObjectName(QStringLiteral("log"));
  m_thread.start();
  ask([](LogWorker& worker) { worker.setActive(false); });
}

LogView::~LogView() {
  m_thread.quit();
  m_thread.wait();
}

/// In the worker's thread.
template <typename Task>
void LogView::ask(Task task) {
  QMetaObject::invokeMethod(m_worker, [worker = m_worker, task] { task(*worker); }, Qt::QueuedConnection);
}

void LogView::connectCanvas() {
  connect(m_canvas, &LogCanvas::aroundWanted, this, [this](qint64 offset, int before, int after) {
    ask([=](LogWorker& worker) { worker.readAround(offset, before, after); });
  });
  connect(m_canvas, &LogCanvas::tailWanted, this, [this](int count) { ask([=](LogWorker& worker) { worker.readTail(count); }); });
  connect(m_canvas, &LogCanvas::copyWanted, this, [this](const LogPlace& from, const LogPlace& to) {
    ask([=](LogWorker& worker) { worker.copy(from, to); });
  });
  connect(m_canvas, &LogCanvas::followingChanged, m_search, &LogSearchBar::setFollowing);
  connect(m_canvas, &LogCanvas::searchWanted, this, &LogView::focusSearch);
}

void LogView::connectWorker() {
  connect(m_worker, &LogWorker::pageRead, this, [this](quint64 run, const LogPage& page) {
    if (run == m_run) m_canvas->showPage(page);
  });
  connect(m_worker, &LogWorker::changed, this, [this](quint64 run, qint64 size, bool anew) {
    if (run == m_run) m_canvas->noteSize(size, anew);
  });
  connect(m_worker, &LogWorker::searched, this, [this](quint64 run, double share) {
    if (run == m_run) m_search->showProgress(share);
  });
  connect(m_worker, &LogWorker::found, this, [this](quint64 run, qint64 offset) {
    if (run != m_run) return;
    m_search->showFound(offset >= 0);
    if (offset >= 0) m_canvas->goTo(offset);
  });
  connect(m_worker, &LogWorker::timeFound, this, [this](quint64 run, qint64 offset) {
    if (run == m_run) m_canvas->goTo(offset);
  });
  connect(m_worker, &LogWorker::copied, this, [this](quint64 run, const QString& text) {
    if (run == m_run) QGuiApplication::clipboard()->setText(text);
  });
  connect(m_worker, &LogWorker::firstErrorFound, this, [this](quint64 run, const QString& line, qint64 offset) {
    if (run == m_run) Q_EMIT firstErrorFound(line, offset);
  });
}

void LogView::connectSearch() {
  connect(m_search, &LogSearchBar::queryChanged, this, [this] {
    m_canvas->setQuery(m_search->query());
    ask([](LogWorker& worker) { worker.cancelSearch(); });
  });
  connect(m_search, &LogSearchBar::findRequested, this, &LogView::find);
  connect(m_search, &LogSearchBar::followRequested, m_canvas, &LogCanvas::goToEnd);
  connect(m_search, &LogSearchBar::left, m_canvas, [this] { m_canvas->setFocus(Qt::OtherFocusReason); });
}

void LogView::show(const QString& dataDir, const Job& job) {
  m_isCommand = job.settings.source == JobSource::Command;
  m_canvas->clear();
  m_events.clear();
  m_path = m_isCommand ? outputLogPath(dataDir, job.id) : QString();
  m_systemPath = jobDirectory(dataDir, job.id) + QStringLiteral("/system.jsonl");
  m_search->setVisible(m_isCommand);
  ++m_run;
  ask([run = m_run, path = m_path](LogWorker& worker) { worker.open(run, path); });
  update(job);
}

void LogView::update(const Job& job) {
  if (!m_isCommand) return showEvents(job);
  m_note->setText(job.status == JobStatus::Queued ? tr("The program's output appears here once it runs.") : m_path);
}

void LogView::showEvents(const Job& job) {
  if (const QString events = eventsOf(job); m_events != events) {
    m_events = events;
    m_canvas->setText(events);
  }
  m_note->setText(job.settings.source == JobSource::Imported ? tr("The log of an imported run stays where it is; these are its events.")
                                                             : tr("A simulated run prints nothing; these are its events."));
}

QString LogView::text() const { return m_canvas->text(); }

void LogView::showOffset(qint64 offset) { m_canvas->goTo(offset); }

void LogView::showTime(qint64 wallMs) {
  if (m_isCommand) ask([wallMs, path = m_systemPath](LogWorker& worker) { worker.findTime(path, wallMs); });
}

void LogView::focusSearch() { m_search->focusField(); }

/// From the match that was found last, else from what is seen.
void LogView::find(bool forward) {
  const LogQuery query = m_search->query();
  if (query.term.isEmpty() || !m_isCommand) return;
  const bool again = m_canvas->marked() >= 0;
  const qint64 from = again ? m_canvas->marked() + (forward ? 1 : 0) : m_canvas->firstShown();
  ask([=](LogWorker& worker) { worker.search(query, from, forward); });
}

void LogView::showEvent(QShowEvent* event) {
  ask([](LogWorker& worker) { worker.setActive(true); });
  QWidget::showEvent(event);
}

void LogView::hideEvent(QHideEvent* event) {
  ask([](LogWorker& worker) { worker.setActive(false); });
  QWidget::hideEvent(event);
}

}  // namespace trainyard
