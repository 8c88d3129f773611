// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/log_view.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QVBoxLayout>

#include "core/base/format.h"
#include "core/runners/command_runner.h"
#include "ui/monitor/log_tail.h"

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

LogView::LogView(Theme&, QWidget* parent) : QWidget(parent), m_tail(new LogTail) {
  m_note = new QLabel(this);
  m_note->setProperty("role", "hint");
  m_note->setObjectName(QStringLiteral("logNote"));
  m_text = new QPlainTextEdit(this);
  m_text->setObjectName(QStringLiteral("log"));
  m_text->setAccessibleName(tr("Log"));
  m_text->setProperty("role", "log");
  m_text->setReadOnly(true);
  m_text->setUndoRedoEnabled(false);
  m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
  m_text->setMaximumBlockCount(mostLines);
  m_text->setFont(fontFor(TextRole::Mono));
  m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(6);
  layout->addWidget(m_text, 1);
  layout->addWidget(m_note);
  m_tail->moveToThread(&m_thread);
  connect(&m_thread, &QThread::finished, m_tail, &QObject::deleteLater);
  connect(m_tail, &LogTail::read, this, [this](const QString& path, const QString& text, bool anew) {
    if (path == m_path) add(text, anew);
  });
  m_thread.setObjectName(QStringLiteral("log"));
  m_thread.start();
}

LogView::~LogView() {
  m_thread.quit();
  m_thread.wait();
}

void LogView::show(const QString& dataDir, const Job& job) {
  m_isCommand = job.settings.source == JobSource::Command;
  m_text->clear();
  m_path = m_isCommand ? outputLogPath(dataDir, job.id) : QString();
  QMetaObject::invokeMethod(m_tail, [tail = m_tail, path = m_path] { tail->follow(path); }, Qt::QueuedConnection);
  update(job);
}

void LogView::update(const Job& job) {
  if (!m_isCommand) return showEvents(job);
  m_note->setText(job.status == JobStatus::Queued ? tr("The program's output appears here once it runs.") : m_path);
}

void LogView::showEvents(const Job& job) {
  const QString events = eventsOf(job);
  if (m_text->toPlainText() != events) m_text->setPlainText(events);
  m_note->setText(tr("A simulated run prints nothing; these are its events."));
}

QString LogView::text() const { return m_text->toPlainText(); }

void LogView::add(const QString& text, bool anew) {
  QScrollBar* bar = m_text->verticalScrollBar();
  const bool following = anew || bar->value() >= bar->maximum() - 2;
  if (anew) m_text->clear();
  if (!text.isEmpty()) m_text->appendPlainText(text.endsWith(u'\n') ? text.chopped(1) : text);
  if (following) bar->setValue(bar->maximum());
}

void LogView::showEvent(QShowEvent* event) {
  QMetaObject::invokeMethod(m_tail, [tail = m_tail] { tail->setActive(true); }, Qt::QueuedConnection);
  QWidget::showEvent(event);
}

void LogView::hideEvent(QHideEvent* event) {
  QMetaObject::invokeMethod(m_tail, [tail = m_tail] { tail->setActive(false); }, Qt::QueuedConnection);
  QWidget::hideEvent(event);
}

}  // namespace trainyard
