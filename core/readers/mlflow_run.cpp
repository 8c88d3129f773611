// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/mlflow_run.h"

#include <QCoreApplication>

#include "core/readers/known_facts.h"

namespace trainyard {

std::optional<Ending> mlflowEnding(const QString& status, qint64 endMs) {
  if (status == u"FINISHED" || status == u"3") return Ending{EndKind::Completed, 0, QString(), endMs};
  if (status == u"FAILED" || status == u"4")
    return Ending{EndKind::ExitCode, 1, QCoreApplication::translate("Readers", "MLflow says that it failed."), endMs};
  if (status == u"KILLED" || status == u"5")
    return Ending{EndKind::StoppedByUser, 0, QCoreApplication::translate("Readers", "MLflow says that it was killed."), endMs};
  return std::nullopt;
}

QString mlflowName(const QString& experiment, const QString& run, const QString& id) {
  constexpr qsizetype shownOfId = 8;
  const QString own = run.isEmpty() ? id.left(shownOfId) : run;
  return experiment.isEmpty() || experiment == u"Default" ? own : experiment + u'/' + own;
}

void addMlflow(RunFacts& facts, const QList<KeyValue>& parameters, const QList<KeyValue>& tags) {
  addParameters(facts, parameters);
  QList<KeyValue> own;
  for (const KeyValue& tag : tags)
    if (!tag.key.startsWith(QLatin1String("mlflow."))) own.push_back({QStringLiteral("tags/") + tag.key, tag.value});
  addParameters(facts, own);
}

}  // namespace trainyard
