// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_card.h"

#include <QCoreApplication>
#include <QStringList>
#include <cmath>

#include "core/base/format.h"
#include "core/metrics/chart_groups.h"

namespace trainyard {
namespace {

QString text(const char* source) { return QCoreApplication::translate("JobCard", source); }

QString factsOf(const Job& job) {
  const JobSettings& settings = job.settings;
  QStringList facts;
  if (job.attempt > 1) facts << text("attempt %1").arg(job.attempt);
  const qsizetype before = facts.size();
  if (!settings.model.isEmpty()) facts << settings.model;
  if (settings.epochs == 1) facts << text("1 epoch");
  if (settings.epochs > 1) facts << text("%1 epochs").arg(countText(settings.epochs));
  if (settings.learningRate > 0.0) facts << text("lr %1").arg(numberText(settings.learningRate));
  if (facts.size() == before) facts << settings.command.line.simplified();
  return facts.join(QStringLiteral("  ·  "));
}

const SeriesSummary* find(const std::vector<SeriesSummary>& series, const QString& tag) {
  for (const SeriesSummary& summary : series)
    if (summary.tag == tag) return &summary;
  return nullptr;
}

/// The metric by its own name, without its split; only an accuracy is cut short, as people write it.
QString resultText(const SeriesSummary& summary) {
  const QString name = metricName(summary.tag);
  const bool isShare = metricKind(summary.tag) == MetricKind::Accuracy && !(summary.max.value > 1.0);
  return QStringLiteral("%1 %2").arg(name.toLower() == u"accuracy" ? text("acc") : name,
                                     isShare ? percentText(summary.last.value) : metricText(summary.last.value));
}

/// "loss 0.0312 · acc 95.4%": where a complete run arrived.
QString resultOf(const std::vector<SeriesSummary>& series) {
  QStringList tags;
  for (const SeriesSummary& summary : series) tags << summary.tag;
  QStringList parts;
  for (const QString& tag : {primaryLossTag(tags), primaryAccuracyTag(tags)})
    if (const SeriesSummary* told = find(series, tag)) parts << resultText(*told);
  return parts.join(QStringLiteral(" · "));
}

QString reasonOf(const Job& job) {
  const QString& reason = job.ending.reason;
  return reason.isEmpty() ? reason : reason.at(0).toUpper() + reason.mid(1);
}

BadgeMark markOf(const Job& job, const std::vector<SeriesSummary>& series) {
  if (isLossNan(series)) return BadgeMark::Nan;
  if (job.status != JobStatus::Queued || job.settings.scheduling.priority == 0) return BadgeMark::None;
  return job.settings.scheduling.priority > 0 ? BadgeMark::HighPriority : BadgeMark::LowPriority;
}

QString spokenMark(BadgeMark mark) {
  switch (mark) {
    case BadgeMark::None: return {};
    case BadgeMark::Nan: return text("the loss is NaN");
    case BadgeMark::HighPriority: return text("high priority");
    case BadgeMark::LowPriority: return text("low priority");
  }
  return {};
}

qint64 momentOf(const Job& job) {
  if (job.endedMs > 0) return job.endedMs;
  return job.startedMs > 0 ? job.startedMs : job.createdMs;
}

}  // namespace

bool isLossNan(const std::vector<SeriesSummary>& series) {
  QStringList tags;
  for (const SeriesSummary& summary : series) tags << summary.tag;
  const SeriesSummary* loss = find(series, primaryLossTag(tags));
  return loss != nullptr && loss->count > 0 && (loss->nanCount > 0 || !std::isfinite(loss->last.value));
}

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
  card.badge = badgeFor(job, context.stop.signals > 0);
  card.mark = markOf(job, series);
  card.action = primaryAction(job.status);
  card.actionText = card.badge == Badge::Stopping ? text("Stop now") : toText(card.action);
  card.busy = context.busy && context.stop.signals == 0;
  card.name = job.settings.name;
  card.facts = factsOf(job);
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
      if (card.note.isEmpty()) card.note = reasonOf(job);
      break;
    case JobStatus::Failed:
      card.note = reasonOf(job);
      break;
  }
  return card;
}

QString spokenCard(const JobCard& card) {
  QStringList parts{card.name, badgeText(card.badge).toLower(), spokenMark(card.mark), card.note, card.when};
  parts.removeAll(QString());
  return parts.join(QStringLiteral(", "));
}

}  // namespace trainyard
