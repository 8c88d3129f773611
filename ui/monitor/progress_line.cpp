// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/progress_line.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>

#include "core/base/format.h"

namespace trainyard {
namespace {

constexpr qint64 rateWindowMs = 10'000;
constexpr int barSteps = 1000;

QString epochText(const Job& job) {
  const double epoch = job.progress.epoch;
  const qint64 total = job.settings.epochs;
  if (epoch <= 0.0 && total == 0) return {};
  const qint64 current = total > 0 ? std::clamp<qint64>(qint64(std::floor(epoch)) + 1, 1, total) : qint64(std::ceil(epoch));
  return total > 0 ? ProgressLine::tr("epoch %1 of %2").arg(countText(current), countText(total))
                   : ProgressLine::tr("epoch %1").arg(countText(current));
}

}  // namespace

void RateMeter::add(qint64 step, qint64 nowMs) {
  if (!m_samples.empty() && step < m_samples.back().step) m_samples.clear();
  if (!m_samples.empty() && step == m_samples.back().step) return;
  m_samples.push_back({step, nowMs});
  while (m_samples.size() > 2 && nowMs - m_samples.front().ms > rateWindowMs) m_samples.pop_front();
}

double RateMeter::stepsPerSecond() const {
  if (m_samples.size() < 2) return 0.0;
  const qint64 ms = m_samples.back().ms - m_samples.front().ms;
  return ms > 0 ? 1000.0 * double(m_samples.back().step - m_samples.front().step) / double(ms) : 0.0;
}

QString progressText(const Job& job, double stepsPerSecond) {
  const Progress& progress = job.progress;
  if (job.status == JobStatus::Queued) return ProgressLine::tr("waiting to be started");
  QStringList parts;
  if (progress.step > 0 || job.settings.source != JobSource::Imported)
    parts << (progress.totalSteps > 0
                ? ProgressLine::tr("step %1 / %2").arg(countText(progress.step), countText(progress.totalSteps))
                : ProgressLine::tr("step %1").arg(countText(progress.step)));
  if (const QString epoch = epochText(job); !epoch.isEmpty()) parts << epoch;
  if (job.status == JobStatus::Running && stepsPerSecond > 0.0) {
    parts << ProgressLine::tr("%1 steps/s").arg(stepsPerSecond < 100 ? QString::number(stepsPerSecond, 'f', 1) : countText(qint64(stepsPerSecond)));
    const qint64 left = progress.totalSteps - progress.step;
    if (progress.totalSteps > 0 && left > 0)
      parts << ProgressLine::tr("%1 left").arg(durationText(qint64(1000.0 * double(left) / stepsPerSecond)));
  }
  constexpr qint64 shortestImported = 1'000;  // ms; less is what files that tell no times give
  const bool isKnown = job.settings.source != JobSource::Imported || job.endedMs - job.startedMs >= shortestImported;
  if (isEnded(job.status) && job.startedMs > 0 && isKnown)
    parts << ProgressLine::tr("took %1").arg(durationText(job.endedMs - job.startedMs));
  return parts.join(QStringLiteral(" · "));
}

ProgressLine::ProgressLine(QWidget* parent) : QWidget(parent), m_bar(new QProgressBar(this)), m_text(new QLabel(this)) {
  m_bar->setObjectName(QStringLiteral("pageProgress"));
  m_bar->setAccessibleName(tr("Progress"));
  m_bar->setTextVisible(false);
  m_bar->setFixedHeight(6);
  m_bar->setRange(0, barSteps);
  QSizePolicy keptFree = m_bar->sizePolicy();
  keptFree.setRetainSizeWhenHidden(true);
  m_bar->setSizePolicy(keptFree);
  m_text->setObjectName(QStringLiteral("progressText"));
  m_text->setProperty("role", "muted");
  auto* layout = new QHBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(12);
  layout->addWidget(m_bar, 1);
  layout->addWidget(m_text);
}

void ProgressLine::show(const Job& job, double stepsPerSecond, const QString& note) {
  const bool unknown = job.status == JobStatus::Running && job.progress.totalSteps == 0;
  const bool endedUnknown = isEnded(job.status) && job.ending.kind == EndKind::Unknown;  // it may not have come to its end
  const double share = job.status == JobStatus::Complete && !endedUnknown ? 1.0 : job.progress.fraction();
  const bool toldNothing = isEnded(job.status) && job.progress.step == 0 && job.settings.source == JobSource::Imported;
  m_bar->setVisible((!endedUnknown || job.progress.totalSteps > 0) && !toldNothing);
  m_bar->setRange(0, unknown ? 0 : barSteps);
  if (!unknown) m_bar->setValue(qRound(share * barSteps));
  m_text->setText(note.isEmpty() ? progressText(job, stepsPerSecond) : note);
}

}  // namespace trainyard
