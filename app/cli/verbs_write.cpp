// SPDX-License-Identifier: GPL-3.0-or-later
// Verbs that change jobs. They own the data directory for a moment, or ask the window that owns it.
#include <QDir>
#include <QEventLoop>
#include <QJsonDocument>

#include "app/cli/verbs.h"
#include "app/cli/wait_for_change.h"
#include "app/instance.h"

namespace trainyard::cli {
namespace {

/// The draft's text for options such as `--param k=v`: a value is taken as it is, whatever characters it holds.
QString pairsOf(const QStringList& words) {
  QStringList lines;
  for (const QString& word : words) {
    const qsizetype equals = word.indexOf(u'=');
    lines << (equals > 0 ? pairsText({{word.left(equals).trimmed(), word.mid(equals + 1)}}) : word);
  }
  return lines.join(u'\n');
}

JobDraft draftOf(const CommandLine& line) {
  const auto pairs = [&line](const char* option) { return pairsOf(line.options.value(QLatin1String(option))); };
  const auto value = [&line](const char* option) { return line.value(QLatin1String(option)); };
  JobDraft draft;
  draft.source = line.has(QStringLiteral("--command")) ? JobSource::Command : JobSource::Simulated;
  draft.name = value("--name");
  draft.model = value("--model");
  draft.dataset = value("--dataset");
  draft.epochs = value("--epochs");
  draft.learningRate = value("--lr");
  draft.batchSize = value("--batch-size");
  draft.seed = value("--seed");
  draft.stepsPerEpoch = value("--steps-per-epoch");
  draft.parameters = pairs("--param");
  draft.commandLine = value("--command");
  // A person in a terminal means the folder that they are in.
  draft.workingDirectory = line.has(QStringLiteral("--workdir")) ? value("--workdir") : QDir::currentPath();
  draft.environment = pairs("--env");
  draft.pattern = value("--pattern");
  draft.priority = value("--priority");
  draft.after = value("--after");
  draft.retries = value("--retries");
  draft.retryDelay = value("--retry-delay");
  draft.onTrouble = value("--on-trouble");
  draft.gpus = value("--gpus");
  return draft;
}

int printNew(const CommandLine& line, const Job& job) {
  const QString text = line.has(QStringLiteral("--json")) ? QString::fromUtf8(QJsonDocument(toJson(job, {})).toJson())
                                                          : QStringLiteral("%1\n").arg(job.id.value);
  return print(text) ? exitDone : exitRefused;
}

int printAsked(const CommandLine& line, JobId id) {
  if (!line.has(QStringLiteral("--json"))) return print(QStringLiteral("%1\n").arg(id.value)) ? exitDone : exitRefused;
  CommandLine show = line;
  show.positional = {QString::number(id.value)};
  return showVerb(show);
}

int removeHere(Yard& yard, const QList<JobId>& ids) {
  int code = exitDone;
  for (const JobId id : ids) {
    const auto done = yard.jobs().purge(id).and_then([&] { return waitForChange(yard.jobs(), id); });
    if (!done) code = tell(done.error());
  }
  return code;
}

}  // namespace

int newVerb(const CommandLine& line) {
  const JobDraft draft = draftOf(line);
  const auto settings = settingsFrom(draft);
  if (!settings) return tell(settings.error());
  const auto dir = prepareDataDir(line.dataDir);
  if (!dir) return tell(dir.error());
  Instance instance(*dir);
  const auto owned = instance.acquireOrAsk();
  if (!owned) return tell(owned.error());
  if (!*owned) {
    const auto reply = instance.ask({{QStringLiteral("do"), QStringLiteral("create")}, {QStringLiteral("draft"), trainyard::toJson(draft)}});
    if (!reply) return tell(reply.error());
    if (!(*reply)[QLatin1String("ok")].toBool()) return tell(errorIn(*reply));
    return printAsked(line, JobId{(*reply)[QLatin1String("id")].toInteger()});
  }
  Yard yard(*dir, OpenMode::ReadWrite);
  if (const auto opened = openAndWait(yard); !opened) return tell(opened.error());
  const auto id = yard.jobs().create(*settings);
  if (!id) return tell(id.error());
  if (const auto written = waitForChange(yard.jobs(), *id); !written) return tell(written.error());
  return printNew(line, *yard.jobs().job(*id));
}

int rmVerb(const CommandLine& line) {
  const auto ids = idsOf(line);
  if (!ids) return tell(ids.error());
  const auto dir = prepareDataDir(line.dataDir);
  if (!dir) return tell(dir.error());
  Instance instance(*dir);
  const auto owned = instance.acquireOrAsk();
  if (!owned) return tell(owned.error());
  if (!*owned) {
    int code = exitDone;
    for (const JobId id : *ids) {
      const auto reply = instance.ask({{QStringLiteral("do"), QStringLiteral("remove")}, {QStringLiteral("id"), id.value}});
      if (!reply) return tell(reply.error());
      if (!(*reply)[QLatin1String("ok")].toBool()) code = tell(errorIn(*reply));
    }
    return code;
  }
  Yard yard(*dir, OpenMode::ReadWrite);
  if (const auto opened = openAndWait(yard); !opened) return tell(opened.error());
  return removeHere(yard, *ids);
}

}  // namespace trainyard::cli
