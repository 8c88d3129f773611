// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_card.h"

#include <QCoreApplication>
#include <QStringList>

#include "core/base/format.h"
#include "core/metrics/chart_groups.h"

namespace trainyard {
namespace {

QString text(const char* source) { return QCoreApplication::translate("JobCard", source); }

QString factsOf(const JobSettings& settings) {
  QStringList facts;
  if (!settings.model.isEmpty()) facts << settings.model;
  if (settings.epochs == 1) facts << text("1 epoch");
  if (settings.epochs > 1) facts << text("%1 epochs").arg(countText(settings.epochs));
  if (settings.learningRate > 0.0) facts << text("lr %1").arg(numberText(settings.learningRate));
  if (facts.isEmpty()) facts << settings.command.line.simplified();
  return facts.join(QStringLiteral("  ·  "));
}

const SeriesSummary* find(const std::vector<SeriesSummary>& series, const QString& tag) {
  for (const SeriesSummary& summary : series)
    if (summary.tag == tag) return &summary;
  return nullptr;
}

/// "loss 0.0312 · acc 95.4%": where a complete run arrived.
QString resultOf(const std::vector<SeriesSummary>& series) {
  QStringList tags;
  for (const SeriesSummary& summary : series) tags << summary.tag;
  QStringList parts;
  if (const SeriesSummary* loss = find(series, primaryLossTag(tags))) parts << text("loss %1").arg(metricText(loss->last.value));
  if (const SeriesSummary* accuracy = find(series, primaryAccuracyTag(tags))) {
    const bool share = !(accuracy->max.value > 1.0);
    parts << text("acc %1").arg(share ? percentText(accuracy->last.value) : metricText(accuracy->last.value));
  }
  return parts.join(QStringLiteral(" · "));
}

qint64 momentOf(const Job& job) {
  if (job.endedMs > 0) return job.endedMs;
  return job.startedMs > 0 ? job.startedMs : job.createdMs;
}

}  // namespace

QString stopText(const StopStage& stage, qint64 nowMs) {
  static const QStringList signalNames{{}, QStringLiteral("SIGINT"), QStringLiteral("SIGTERM"), QStringLiteral("SIGKILL")};
  const QString sent = signalNames.value(stage.signals);
  if (sent.isEmpty()) return {};
  if (stage.nextMs == 0) return text("Stopping: %1 sent").arg(sent);
  const qint64 seconds = std::max<qint64>(0, (stage.nextMs - nowMs + 999) / 1000);
  return text("Stopping: %1 in %2 s").arg(signalNames.value(stage.signals + 1)).arg(seconds);
}

JobCard cardFor(const Job& job, const std::vector<SeriesSummary>& series, const JobCardContext& context) {
  JobCard card;
  card.id = job.id;
  card.status = job.status;
  card.action = primaryAction(job.status);
  card.busy = context.busy && context.stop.signals == 0;
  card.name = job.settings.name;
  card.facts = factsOf(job.settings);
  card.when = relativeTime(momentOf(job), context.nowMs);
  switch (job.status) {
    case JobStatus::Queued:
      card.note = context.waitingFor.isEmpty() ? text("Waiting to be started") : context.waitingFor;
      break;
    case JobStatus::Running:
      if (job.progress.totalSteps > 0) card.progress = job.progress.fraction();
      card.note = card.progress >= 0.0 ? QStringLiteral("%1%").arg(int(card.progress * 100.0))
                                       : text("step %1").arg(countText(job.progress.step));
      if (const QString stopping = stopText(context.stop, context.nowMs); !stopping.isEmpty()) {
        card.progress = -1.0;
        card.note = stopping;
      }
      break;
    case JobStatus::Complete:
      card.note = resultOf(series);
      break;
    case JobStatus::Failed:
      card.note = job.ending.reason;
      if (!card.note.isEmpty()) card.note[0] = card.note[0].toUpper();
      break;
  }
  return card;
}

QString spokenCard(const JobCard& card) {
  return QStringLiteral("%1, %2, %3, %4").arg(card.name, toText(card.status).toLower(), card.note, card.when);
}

}  // namespace trainyard
