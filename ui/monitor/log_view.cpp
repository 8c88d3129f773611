// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/log_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QVBoxLayout>

#include "core/base/format.h"
#include "core/readers/run_source.h"
#include "core/runners/run_records.h"
#include "ui/monitor/log_canvas.h"
#include "ui/monitor/log_search_bar.h"
#include "ui/monitor/log_worker.h"

namespace trainyard {
namespace {

/// What happened to the job, by its time; an imported run happened before it was imported.
QString eventsOf(const Job& job) {
  std::vector<std::pair<qint64, QString>> events;
  const auto add = [&events](qint64 ms, const QString& text) {
    if (ms > 0 && !text.isEmpty()) events.emplace_back(ms, text);
  };
  const JobSource source = job.settings.source;
  const qint64 steps = job.progress.step;
  if (source != JobSource::Imported) add(job.createdMs, source == JobSource::Mlflow ? LogView::tr("added") : LogView::tr("added to the queue"));
  add(job.startedMs, LogView::tr("started"));
  if (job.status == JobStatus::Complete && job.ending.kind == EndKind::Unknown) add(job.endedMs, job.ending.reason);
  else if (job.status == JobStatus::Complete) add(job.endedMs, steps > 0 ? LogView::tr("complete after %1 steps").arg(countText(steps)) : LogView::tr("complete"));
  if (job.status == JobStatus::Failed) add(job.endedMs, job.ending.reason);
  if (source == JobSource::Imported) add(job.createdMs, LogView::tr("imported"));
  std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  QStringList lines;
  for (const auto& [ms, text] : events) lines << QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss  ")) + text;
  return lines.join(u'\n');
}

/// Where the job's output is, or may be; empty where it has none.
QString outputPath(const QString& dataDir, const Job& job) {
  const JobSettings& settings = job.settings;
  if (settings.source == JobSource::Command) return outputLogPath(dataDir, job.id);
  const auto format = settings.source == JobSource::Imported ? runFormatFromKey(settings.imported.format) : Result<RunFormat>(tl::make_unexpected(Error{}));
  return format ? outputOf(*format, settings.imported.path) : QString();
}

QString eventsNote(JobSource source) {
  switch (source) {
    case JobSource::Imported: return LogView::tr("No output of its program was kept beside its metrics; these are its events.");
    case JobSource::Mlflow: return LogView::tr("What a client's program prints is not sent; these are its events.");
    default: return LogView::tr("A simulated run prints nothing; these are its events.");
  }
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
    if (run != m_run) return;
    if (!m_isFile && size > 0) showFile();
    if (m_isFile) m_canvas->noteSize(size, anew);
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
  m_isFile = m_isTimed = job.settings.source == JobSource::Command;
  m_canvas->clear();
  m_events.clear();
  m_path = outputPath(dataDir, job);
  m_systemPath = jobDirectory(dataDir, job.id) + QStringLiteral("/system.jsonl");
  m_search->setVisible(m_isFile);
  ++m_run;
  ask([run = m_run, path = m_path](LogWorker& worker) { worker.open(run, path); });
  update(job);
}

void LogView::update(const Job& job) {
  if (!m_isFile) return showEvents(job);
  m_note->setText(job.status == JobStatus::Queued ? tr("The program's output appears here once it runs.") : m_path);
}

void LogView::showEvents(const Job& job) {
  if (const QString events = eventsOf(job); m_events != events) {
    m_events = events;
    m_canvas->setText(events);
  }
  m_note->setText(eventsNote(job.settings.source));
}

/// The file is there.
void LogView::showFile() {
  m_isFile = true;
  m_events.clear();
  m_canvas->clear();
  m_search->show();
  m_note->setText(m_path);
}

QString LogView::text() const { return m_canvas->text(); }

void LogView::showOffset(qint64 offset) { m_canvas->goTo(offset); }

void LogView::showTime(qint64 wallMs) {
  if (m_isTimed) ask([wallMs, path = m_systemPath](LogWorker& worker) { worker.findTime(path, wallMs); });
}

void LogView::focusSearch() { m_search->focusField(); }

/// From the match that was found last, else from what is seen.
void LogView::find(bool forward) {
  const LogQuery query = m_search->query();
  if (query.term.isEmpty() || !m_isFile) return;
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
