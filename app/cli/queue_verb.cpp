// SPDX-License-Identifier: GPL-3.0-or-later
// The queue's switch and its slots. The window that owns the data directory is asked; without one the settings are changed,
// which the next window reads.
#include <QCoreApplication>
#include <QJsonObject>

#include "app/cli/verbs.h"
#include "app/instance.h"
#include "core/base/settings.h"

namespace trainyard::cli {
namespace {

QString text(const char* source) { return QCoreApplication::translate("CommandLine", source); }

int tellState(bool on, int slotCount) {
  const QString state = on ? text("The queue is on") : text("The queue is off");
  const QString room = slotCount == 1 ? text("1 command job at a time") : text("%1 command jobs at a time").arg(slotCount);
  return print(QStringLiteral("%1, %2.\n").arg(state, room)) ? exitDone : exitRefused;
}

/// What the words ask for, as a request; nothing but "do" when they only ask how it is.
Result<QJsonObject> requestOf(const QStringList& words) {
  QJsonObject request{{QStringLiteral("do"), QStringLiteral("queue")}};
  const QString first = words.value(0);
  if (words.isEmpty()) return request;
  if (words.size() == 1 && (first == u"on" || first == u"off")) {
    request.insert(QStringLiteral("on"), first == u"on");
    return request;
  }
  bool ok = false;
  const int slotCount = words.value(1).toInt(&ok);
  if (words.size() == 2 && first == u"slots" && ok && slotCount >= 1 && slotCount <= Settings::mostQueueSlots) {
    request.insert(QStringLiteral("slots"), slotCount);
    return request;
  }
  if (first == u"slots")
    return fail(ErrorCode::InvalidInput, text("The slots are a whole number from 1 to %1.").arg(Settings::mostQueueSlots));
  return fail(ErrorCode::InvalidInput, text("The queue can be turned on or off, or be given slots."));
}

}  // namespace

int queueVerb(const CommandLine& line) {
  const auto request = requestOf(line.positional);
  if (!request) return tellUsage(request.error().message);
  const auto dir = prepareDataDir(line.dataDir);
  if (!dir) return tell(dir.error());
  Instance instance(*dir);
  const auto owned = instance.acquireOrAsk();
  if (!owned) return tell(owned.error());
  if (!*owned) {
    const auto reply = instance.ask(*request);
    if (!reply) return tell(reply.error());
    if (!(*reply)[QLatin1String("ok")].toBool()) return tell(errorIn(*reply));
    return tellState((*reply)[QLatin1String("on")].toBool(), (*reply)[QLatin1String("slots")].toInt());
  }
  Settings settings(*dir);
  if (const QJsonValue on = (*request)[QLatin1String("on")]; on.isBool()) settings.setQueueOn(on.toBool());
  if (const QJsonValue slotCount = (*request)[QLatin1String("slots")]; slotCount.isDouble()) settings.setQueueSlots(slotCount.toInt());
  return tellState(settings.queueOn(), settings.queueSlots());
}

}  // namespace trainyard::cli
