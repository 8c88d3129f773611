// SPDX-License-Identifier: GPL-3.0-or-later
// The API without a window. This process owns the data directory then, and does what a window would: it runs the queue, takes over what
// runs, and answers other commands.
#include <QCoreApplication>
#include <QEventLoop>
#include <optional>

#include "app/cli/run_verb.h"
#include "app/cli/verbs.h"
#include "app/requests.h"

namespace trainyard::cli {
namespace {

QString text(const char* source) { return QCoreApplication::translate("CommandLine", source); }

/// The port that was asked for, 0 = any; nothing when none was.
Result<std::optional<quint16>> portOf(const CommandLine& line) {
  if (!line.has(QStringLiteral("--port"))) return std::nullopt;
  bool ok = false;
  const quint16 port = line.value(QStringLiteral("--port")).toUShort(&ok);
  if (ok) return port;
  return fail(ErrorCode::InvalidInput, text("--port is a whole number from 0 to 65535; 0 is any that is free."));
}

int tellAddress(const QString& address, quint16 wanted, quint16 port) {
  if (wanted != 0 && port != wanted) fprintf(stderr, "%s\n", qUtf8Printable(text("Port %1 is taken; this is %2.").arg(wanted).arg(port)));
  const QString told = text("Serving on %1\n\n  export MLFLOW_TRACKING_URI=%1\n  curl %1/api/training\n\n").arg(address);
  const bool printed = print(told);
  fflush(stdout);
  return printed ? exitDone : exitRefused;
}

void begin(Yard& yard) {
  yard.jobs().purgeDeleted();
  yard.jobs().resumeInterrupted();
  yard.importer().setWatched(yard.settings().watchedFolders());
  QObject::connect(&yard, &Yard::gpusKnown, &yard.dispatcher(), &Dispatcher::begin);
  yard.commandRunner().findGpus();
}

void answer(Yard& yard, const QJsonObject& request, const Instance::Reply& reply) {
  if (request[QLatin1String("do")].toString() == u"activate")
    return reply(replyFor({ErrorCode::NotAllowed, text("“trainyard serve” owns this data directory; end it to open the window."), {}}));
  answerRequest(yard.jobs(), yard.settings(), yard.importer(), request, reply);
}

int serveHere(Yard& yard, Instance& instance, std::optional<quint16> asked) {
  InterruptWatch interrupts;
  QEventLoop loop;
  QObject::connect(&interrupts, &InterruptWatch::interrupted, &loop, &QEventLoop::quit);
  begin(yard);
  const quint16 wanted = asked.value_or(yard.apiPort());
  const auto port = yard.api().turnOn(wanted);
  if (!port) return tell(port.error());
  const auto serving = instance.serve([&yard](const QJsonObject& request, const Instance::Reply& reply) { answer(yard, request, reply); });
  if (!serving) return tell(serving.error());
  if (const int told = tellAddress(yard.api().address(), wanted, *port); told != exitDone) return told;
  loop.exec();
  return exitDone;
}

int serveInWindow(const Instance& instance, std::optional<quint16> asked) {
  QJsonObject request{{QStringLiteral("do"), QStringLiteral("serve")}};
  if (asked) request.insert(QStringLiteral("port"), *asked);
  const auto reply = instance.ask(request);
  if (!reply) return tell(reply.error());
  if (!(*reply)[QLatin1String("ok")].toBool()) return tell(errorIn(*reply));
  const auto port = quint16((*reply)[QLatin1String("port")].toInt());
  return tellAddress((*reply)[QLatin1String("address")].toString(), asked.value_or(port), port);
}

}  // namespace

int serveVerb(const CommandLine& line) {
  const auto port = portOf(line);
  if (!port) return tellUsage(port.error().message);
  const auto dir = prepareDataDir(line.dataDir);
  if (!dir) return tell(dir.error());
  Instance instance(*dir);
  const auto owned = instance.acquireOrAsk();
  if (!owned) return tell(owned.error());
  if (!*owned) return serveInWindow(instance, *port);
  Yard yard(*dir, OpenMode::ReadWrite);
  if (const auto opened = openAndWait(yard); !opened) return tell(opened.error());
  const int code = serveHere(yard, instance, *port);
  const auto closed = yard.close();
  return closed ? code : tell(closed.error());
}

}  // namespace trainyard::cli
