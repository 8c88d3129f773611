// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_status.h"

#include <QCoreApplication>
#include <array>

namespace trainyard {
namespace {

struct StatusRow {
  JobStatus status;
  const char* key;
  const char* text;
  QList<JobAction> actions;  ///< the first of Start, Stop and View is the one on the card
  QList<JobStatus> next;
};

const std::array<StatusRow, 4>& rows() {
  using S = JobStatus;
  using A = JobAction;
  static const std::array<StatusRow, 4> table{{
      {S::Queued, "queued", QT_TRANSLATE_NOOP("JobStatus", "Queued"),
       {A::Start, A::Stop, A::View, A::Rename, A::Delete}, {S::Running, S::Failed}},
      {S::Running, "running", QT_TRANSLATE_NOOP("JobStatus", "Running"),
       {A::Stop, A::View, A::Rename}, {S::Complete, S::Failed}},
      {S::Complete, "complete", QT_TRANSLATE_NOOP("JobStatus", "Complete"),
       {A::View, A::RunAgain, A::Rename, A::Delete}, {}},
      {S::Failed, "failed", QT_TRANSLATE_NOOP("JobStatus", "Failed"),
       {A::View, A::RunAgain, A::Rename, A::Delete}, {}},
  }};
  return table;
}

const StatusRow& row(JobStatus status) {
  return *std::find_if(rows().begin(), rows().end(), [status](const StatusRow& one) { return one.status == status; });
}

struct EndRow {
  EndKind kind;
  const char* key;
};

constexpr EndRow endRows[] = {
    {EndKind::None, "none"},          {EndKind::Completed, "completed"}, {EndKind::StoppedByUser, "stopped"},
    {EndKind::ExitCode, "exit"},      {EndKind::Signal, "signal"},       {EndKind::LossNan, "nan"},
    {EndKind::CouldNotStart, "start"}, {EndKind::Lost, "lost"},          {EndKind::StorageError, "storage"},
    {EndKind::OutOfMemory, "memory"}, {EndKind::Trouble, "trouble"},
    {EndKind::Unknown, "unknown"}};

}  // namespace

const QList<JobAction>& allowedActions(JobStatus status) { return row(status).actions; }

bool isAllowed(JobStatus status, JobAction action) { return row(status).actions.contains(action); }

JobAction primaryAction(JobStatus status) { return row(status).actions.first(); }

Result<JobStatus> transition(JobStatus from, JobStatus to) {
  if (row(from).next.contains(to)) return to;
  return fail(ErrorCode::NotAllowed, QCoreApplication::translate("JobStatus", "A %1 job cannot become %2.")
                                         .arg(toText(from).toLower(), toText(to).toLower()));
}

bool isSuccess(EndKind kind) { return kind == EndKind::Completed || kind == EndKind::Unknown; }

bool isEnded(JobStatus status) { return row(status).next.isEmpty(); }

QString toKey(JobStatus status) { return QString::fromLatin1(row(status).key); }

QString toKey(EndKind kind) {
  for (const EndRow& one : endRows)
    if (one.kind == kind) return QString::fromLatin1(one.key);
  Q_UNREACHABLE();
}

Result<JobStatus> jobStatusFromKey(const QString& key) {
  for (const StatusRow& one : rows())
    if (key == QLatin1String(one.key)) return one.status;
  return fail(ErrorCode::InvalidInput, QCoreApplication::translate("JobStatus", "“%1” is not a job status.").arg(key));
}

Result<EndKind> endKindFromKey(const QString& key) {
  for (const EndRow& one : endRows)
    if (key == QLatin1String(one.key)) return one.kind;
  return fail(ErrorCode::InvalidInput, QCoreApplication::translate("JobStatus", "“%1” is no reason to end.").arg(key));
}

QString toText(JobStatus status) { return QCoreApplication::translate("JobStatus", row(status).text); }

QString toText(JobAction action) {
  const char* text = "";
  switch (action) {
    case JobAction::Start: text = QT_TRANSLATE_NOOP("JobStatus", "Start"); break;
    case JobAction::Stop: text = QT_TRANSLATE_NOOP("JobStatus", "Stop"); break;
    case JobAction::View: text = QT_TRANSLATE_NOOP("JobStatus", "View"); break;
    case JobAction::RunAgain: text = QT_TRANSLATE_NOOP("JobStatus", "Run again"); break;
    case JobAction::Rename: text = QT_TRANSLATE_NOOP("JobStatus", "Rename"); break;
    case JobAction::Delete: text = QT_TRANSLATE_NOOP("JobStatus", "Delete"); break;
  }
  return QCoreApplication::translate("JobStatus", text);
}

}  // namespace trainyard
