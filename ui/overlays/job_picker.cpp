// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overlays/job_picker.h"

#include <QLineEdit>
#include <QListWidget>

#include "ui/overlays/shortcut_item_delegate.h"

namespace trainyard {

JobPicker::JobPicker(Theme& theme, const JobService& jobs, QWidget* window) : PickerCard(theme, window, tr("Type a job's name…")), m_jobs(jobs) {
  setObjectName(QStringLiteral("jobPicker"));
  search()->setObjectName(QStringLiteral("jobPickerSearch"));
  search()->setAccessibleName(tr("Job"));
  entries()->setObjectName(QStringLiteral("jobPickerList"));
  entries()->setAccessibleName(tr("Jobs"));
  entries()->setItemDelegate(new ShortcutItemDelegate(theme, entries()));
}

void JobPicker::openFresh(const QString& title, const QSet<JobId>& without) {
  setAccessibleName(title);
  m_without = without;
  PickerCard::openFresh();
}

void JobPicker::list() {
  for (const JobId id : m_jobs.jobs()) {
    const Job* job = m_jobs.job(id);
    const JobSettings& settings = job->settings;
    if (m_without.contains(id) || m_jobs.series(id).empty()) continue;
    if (!matches(settings.name + u' ' + settings.model + u' ' + settings.dataset)) continue;
    if (entries()->count() == mostListed) {
      addEntry(tr("More jobs match: type more of the name."), 0)->setFlags(Qt::NoItemFlags);
      return;
    }
    QListWidgetItem* item = addEntry(settings.model.isEmpty() ? settings.name : settings.name + QStringLiteral("  ·  ") + settings.model, id.value);
    item->setData(ShortcutItemDelegate::shortcutRole, toText(job->status));
  }
  if (entries()->count() == 0) addEntry(tr("No other job with points has this name."), 0)->setFlags(Qt::NoItemFlags);
}

}  // namespace trainyard
