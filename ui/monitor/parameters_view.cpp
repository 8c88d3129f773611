// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/parameters_view.h"

#include <QClipboard>
#include <QDateTime>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>

#include "core/base/format.h"
#include "core/readers/run_source.h"
#include "ui/imports/problems_card.h"
#include "ui/theme/status_badge.h"
#include "ui/theme/theme.h"

namespace trainyard {
namespace {

QString timeText(qint64 ms) {
  return ms == 0 ? QString() : QLocale::c().toString(QDateTime::fromMSecsSinceEpoch(ms), QStringLiteral("yyyy-MM-dd HH:mm:ss"));
}

class Rows {
 public:
  void add(const QString& key, const QString& value) {
    if (!value.isEmpty()) m_rows << KeyValue{key, value};
  }
  void add(const QString& key, qint64 count) {
    if (count > 0) add(key, countText(count));
  }
  /// A section with those of the rows that have a value, if there are any.
  void addSection(const QString& title, const QList<KeyValue>& rows) {
    const qsizetype at = m_rows.size();
    for (const KeyValue& row : rows) add(row.key, row.value);
    if (m_rows.size() > at) m_rows.insert(at, KeyValue{title, {}});
  }
  [[nodiscard]] QList<KeyValue> take() { return std::move(m_rows); }

 private:
  QList<KeyValue> m_rows;
};

/// Only what differs from a job that was added without a word about it.
QList<KeyValue> queueRows(const Job& job) {
  using View = ParametersView;
  const Scheduling& queue = job.settings.scheduling;
  const Scheduling usual;
  QList<KeyValue> rows;
  if (queue.priority != usual.priority) rows << KeyValue{View::tr("Priority"), queue.priority > 0 ? View::tr("High") : View::tr("Low")};
  if (queue.after.isValid()) rows << KeyValue{View::tr("After"), View::tr("Job %1").arg(queue.after.value)};
  if (queue.retries != usual.retries) rows << KeyValue{View::tr("Retries"), countText(queue.retries)};
  if (queue.retryDelayS != usual.retryDelayS) rows << KeyValue{View::tr("Wait before a retry"), durationText(queue.retryDelayS * 1000LL)};
  if (queue.onTrouble == TroubleResponse::Stop) rows << KeyValue{View::tr("On trouble"), View::tr("Stop")};
  if (queue.onTrouble == TroubleResponse::StopAndRetry) rows << KeyValue{View::tr("On trouble"), View::tr("Stop and retry")};
  if (queue.gpus != usual.gpus) rows << KeyValue{View::tr("GPUs"), QString::number(queue.gpus)};
  rows << KeyValue{View::tr("Given GPUs"), job.devices};
  if (job.attempt > 1) rows << KeyValue{View::tr("Attempt"), View::tr("%1, of job %2").arg(job.attempt).arg(job.retryOf.value)};
  return rows;
}

}  // namespace

QString sourceText(const JobSettings& settings) {
  switch (settings.source) {
    case JobSource::Simulated: return ParametersView::tr("Simulated run");
    case JobSource::Command: return ParametersView::tr("Command");
    case JobSource::Mlflow: return ParametersView::tr("MLflow client");
    case JobSource::Imported: {
      const auto format = runFormatFromKey(settings.imported.format);
      return format ? ParametersView::tr("Imported: %1").arg(toText(*format)) : ParametersView::tr("Imported");
    }
  }
  return {};
}

QList<KeyValue> parameterRows(const Job& job) {
  using View = ParametersView;
  const JobSettings& settings = job.settings;
  Rows rows;
  rows.add(View::tr("Job"), QString::number(job.id.value));
  rows.add(View::tr("Name"), settings.name);
  rows.add(View::tr("Status"), badgeText(badgeFor(job, false)));
  rows.add(View::tr("Why it ended"), job.ending.reason);
  rows.add(View::tr("Source"), sourceText(settings));
  rows.add(View::tr("Imported from"), settings.imported.path);
  if (!job.unread.problems.isEmpty()) rows.add(View::tr("Not read"), unreadText(job.unread));
  rows.add(View::tr("Passed over"), skippedText(job.unread.skipped));
  rows.add(View::tr("Model"), settings.model);
  rows.add(View::tr("Dataset"), settings.dataset);
  rows.add(View::tr("Epochs"), settings.epochs);
  if (settings.learningRate > 0.0) rows.add(View::tr("Learning rate"), numberText(settings.learningRate));
  rows.add(View::tr("Batch size"), settings.batchSize);
  if (settings.source == JobSource::Simulated) {
    rows.add(View::tr("Steps per epoch"), settings.stepsPerEpoch);
    rows.add(View::tr("Seed"), QString::number(settings.seed));
  }
  rows.add(View::tr("Total steps"), job.progress.totalSteps);
  rows.add(View::tr("Command"), settings.command.line);
  rows.add(View::tr("Working directory"), settings.command.workingDirectory);
  rows.add(View::tr("Pattern"), settings.command.pattern);
  for (const KeyValue& variable : settings.command.environment)
    rows.add(View::tr("Environment: %1").arg(variable.key), variable.value);
  for (const KeyValue& parameter : settings.parameters) rows.add(parameter.key, parameter.value);
  rows.addSection(View::tr("Queue"), queueRows(job));
  rows.addSection(View::tr("Times"), {{View::tr("Added"), timeText(job.createdMs)},
                                      {View::tr("Started"), timeText(job.startedMs)},
                                      {View::tr("Ended"), timeText(job.endedMs)}});
  return rows.take();
}

ParametersView::ParametersView(QWidget* parent) : QTableWidget(0, 2, parent) {
  setObjectName(QStringLiteral("parameters"));
  setAccessibleName(tr("Parameters"));
  setHorizontalHeaderLabels({tr("Parameter"), tr("Value")});
  horizontalHeader()->setStretchLastSection(true);
  horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
  horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  verticalHeader()->hide();
  verticalHeader()->setDefaultSectionSize(32);
  setShowGrid(false);
  setEditTriggers(NoEditTriggers);
  setSelectionBehavior(SelectRows);
  setTabKeyNavigation(false);
  setWordWrap(false);
}

void ParametersView::show(const Job& job) {
  const QList<KeyValue> rows = parameterRows(job);
  if (rows == m_rows) return;
  m_rows = rows;
  clearSpans();
  setRowCount(static_cast<int>(rows.size()));
  for (int row = 0; row < rowCount(); ++row) {
    const KeyValue& pair = m_rows[row];
    auto* key = new QTableWidgetItem(pair.key);
    setItem(row, 0, key);
    if (pair.value.isEmpty()) {  // a section begins
      key->setFont(fontFor(TextRole::Strong));
      setSpan(row, 0, 1, columnCount());
    }
    auto* value = new QTableWidgetItem(pair.value.simplified());
    value->setToolTip(pair.value);
    setItem(row, 1, value);
  }
}

void ParametersView::keyPressEvent(QKeyEvent* event) {
  if (!event->matches(QKeySequence::Copy)) return QTableWidget::keyPressEvent(event);
  QStringList lines;
  for (const QModelIndex& index : selectionModel()->selectedRows())
    lines << m_rows[index.row()].key + u'\t' + m_rows[index.row()].value;
  QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

}  // namespace trainyard
