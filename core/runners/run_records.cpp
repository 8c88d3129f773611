// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/run_records.h"

#include <signal.h>
#include <string.h>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

#include "core/base/format.h"

namespace trainyard {
namespace {

constexpr int shellSignalBase = 128;  ///< a shell reports a signal n of its child as exit code 128 + n
constexpr int mostSignals = 64;
constexpr int toldClockMs = 5'000;    ///< a clock set by less is not worth a word

QString text(const char* source) { return QCoreApplication::translate("Run", source); }

QString signalName(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? QStringLiteral("SIG%1").arg(QLatin1String(name)) : text("signal %1").arg(signal);
}

Result<QJsonObject> readObject(const QString& directory, const char* name) {
  QFile file(directory + u'/' + QLatin1String(name));
  if (!file.exists()) return fail(ErrorCode::NotFound, text("There is no %1.").arg(file.fileName()));
  if (!file.open(QIODevice::ReadOnly))
    return fail(ErrorCode::StorageRead, text("%1 cannot be read; check its rights.").arg(file.fileName()), file.errorString());
  QJsonParseError problem;
  const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &problem);
  if (!document.isObject())
    return fail(ErrorCode::InvalidInput, text("%1 is damaged.").arg(file.fileName()), problem.errorString());
  return document.object();
}

tl::unexpected<Error> damaged(const QString& directory, const char* name) {
  return fail(ErrorCode::InvalidInput, text("%1 is damaged.").arg(directory + u'/' + QLatin1String(name)));
}

qint64 whole(const QJsonObject& object, const char* key) { return object[QLatin1String(key)].toInteger(); }

ProcessIdentity identityIn(const QJsonObject& object) { return {whole(object, "pid"), whole(object, "start_ticks")}; }

bool isComplete(const ProcessRecord& record) {
  return !record.bootId.isEmpty() && record.supervisor.pid > 1 && record.supervisor.startTicks > 0;
}

QString howItEnded(int stopSignals) {
  switch (stopSignals) {
    case 1: return text("it ended after SIGINT");
    case 2: return text("it ended after SIGTERM");
    default: return text("it had to be killed by SIGKILL");
  }
}

QString joined(const QString& reason, const QString& more) {
  if (reason.isEmpty()) return more;
  return more.isEmpty() ? reason : reason + QStringLiteral("; ") + more;
}

/// What else is worth a word, however it ended.
QString remarks(const ExitRecord& exit) {
  QString remark;
  if (exit.leftBehind > 0 && exit.stopSignals == 0)  // what a stop has caught in the middle is no news
    remark = exit.leftBehind == 1 ? text("a process that it left behind was ended")
                                  : text("%1 processes that it left behind were ended").arg(exit.leftBehind);
  if (qAbs(exit.clockSetMs) >= toldClockMs)
    remark = joined(remark, text("the clock was set by %1 s while it ran").arg((exit.clockSetMs + (exit.clockSetMs > 0 ? 500 : -500)) / 1000));
  return remark;
}

Ending ownEnding(const ExitRecord& exit, const QString& tail) {
  if (exit.killedForMemory)
    return {EndKind::OutOfMemory, SIGKILL, text("out of memory: the kernel killed it at %1").arg(sizeText(exit.peakResidentBytes))};
  const int code = exit.code.value_or(0);
  const bool shellTold = !exit.signal && code > shellSignalBase && code < shellSignalBase + 32;
  if (exit.signal || shellTold) {
    const int signal = exit.signal.value_or(code - shellSignalBase);
    return {EndKind::Signal, signal, text("killed by %1").arg(signalName(signal)) + tail};
  }
  if (code == 0) return {EndKind::Completed, 0, {}};
  return {EndKind::ExitCode, code, text("exited with code %1").arg(code) + tail};
}

}  // namespace

QString jobDirectory(const QString& dataDir, JobId id) { return QStringLiteral("%1/jobs/%2").arg(dataDir).arg(id.value); }

QString outputLogPath(const QString& dataDir, JobId id) { return jobDirectory(dataDir, id) + QStringLiteral("/output.log"); }

QString runName(const Job& job) { return QStringLiteral("%1-%2").arg(job.id.value).arg(job.createdMs); }

RecordsOf recordsIn(const QString& directory, const QString& run) {
  bool any = false;
  for (const char* name : {"process.json", "supervisor.lock", "exit.json"}) {
    const auto object = readObject(directory, name);
    if (!object && object.error().code == ErrorCode::NotFound) continue;
    const QString told = object ? (*object)[QLatin1String("run")].toString() : QString();
    if (told == run) return RecordsOf::ThisRun;
    // The lock alone, still empty, is no record: a supervisor may have ended right there.
    if (QLatin1String(name) != QLatin1String("supervisor.lock") || !told.isEmpty()) any = true;
  }
  return any ? RecordsOf::AnotherRun : RecordsOf::Nobody;
}

Result<ProcessRecord> readProcessRecord(const QString& directory) {
  const auto object = readObject(directory, "process.json");
  if (object) {
    const ProcessRecord record{(*object)[QLatin1String("run")].toString(), (*object)[QLatin1String("boot_id")].toString(),
                               identityIn((*object)[QLatin1String("supervisor")].toObject()), whole(*object, "started_ms")};
    if (isComplete(record)) return record;
  } else if (object.error().code != ErrorCode::InvalidInput) {
    return tl::make_unexpected(object.error());
  }
  const auto second = readObject(directory, "supervisor.lock");
  if (second) {
    const ProcessRecord record{(*second)[QLatin1String("run")].toString(), (*second)[QLatin1String("boot_id")].toString(), identityIn(*second), 0};
    if (isComplete(record)) return record;
  } else if (second.error().code == ErrorCode::StorageRead) {
    return tl::make_unexpected(second.error());
  }
  return damaged(directory, "process.json");
}

Result<ExitRecord> readExitRecord(const QString& directory) {
  const auto object = readObject(directory, "exit.json");
  if (!object) return tl::make_unexpected(object.error());
  ExitRecord record;
  record.run = (*object)[QLatin1String("run")].toString();
  const auto number = [&object](const char* key, qint64 most) -> std::optional<int> {
    const qint64 value = (*object)[QLatin1String(key)].toInteger(-1);
    return value >= 0 && value <= most ? std::optional(int(value)) : std::nullopt;
  };
  record.code = number("code", 255);
  record.signal = number("signal", mostSignals);
  record.endedMs = whole(*object, "ended_ms");
  if ((!record.code && !record.signal) || record.endedMs <= 0) return damaged(directory, "exit.json");
  record.clockSetMs = whole(*object, "clock_set_ms");
  record.peakResidentBytes = whole(*object, "peak_resident_bytes");
  record.killedForMemory = (*object)[QLatin1String("killed_for_memory")].toBool();
  record.stopSignals = number("stop_signals", 3).value_or(0);
  record.stoppedBySystem = (*object)[QLatin1String("stopped_by_system")].toBool();
  record.leftBehind = int(whole(*object, "left_behind"));
  return record;
}

std::optional<StopRecord> readStopRecord(const QString& directory) {
  const auto object = readObject(directory, "stop.json");
  if (!object) return std::nullopt;
  return StopRecord{int(whole(*object, "signals")), whole(*object, "next_ms")};
}

void writeStopReason(const QString& directory, const Ending& why) {
  QDir().mkpath(directory);  // should somebody have deleted it
  QSaveFile file(directory + QStringLiteral("/stop_reason.json"));
  const QJsonObject object{{QStringLiteral("kind"), toKey(why.kind)}, {QStringLiteral("reason"), why.reason}};
  if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(object).toJson(QJsonDocument::Compact)) < 0 || !file.commit())
    qWarning("%s %s", qUtf8Printable(file.fileName()), qUtf8Printable(file.errorString()));
}

std::optional<Ending> readStopReason(const QString& directory) {
  const auto object = readObject(directory, "stop_reason.json");
  if (!object) return std::nullopt;
  const auto kind = endKindFromKey((*object)[QLatin1String("kind")].toString());
  if (!kind) return std::nullopt;
  return Ending{*kind, 0, (*object)[QLatin1String("reason")].toString()};
}

Ending endingFrom(const ExitRecord& exit, const std::optional<Ending>& stopReason, const QString& lastError) {
  Ending ending;
  if (exit.stoppedBySystem) {
    ending = {EndKind::Signal, SIGTERM, text("stopped: its supervisor was told to end, as when the machine shuts down")};
  } else if (exit.stopSignals > 0) {
    ending = stopReason.value_or(Ending{EndKind::StoppedByUser, 0, text("stopped by you")});
    ending.code = exit.signal.value_or(exit.code.value_or(0));
    ending.reason = joined(ending.reason, howItEnded(exit.stopSignals));
  } else {
    ending = ownEnding(exit, lastError.isEmpty() ? QString() : QStringLiteral(": ") + lastError);
  }
  ending.reason = joined(ending.reason, remarks(exit));
  ending.atMs = exit.endedMs;
  return ending;
}

std::optional<Ending> endingByRecords(const QString& directory, const QString& run) {
  if (recordsIn(directory, run) != RecordsOf::ThisRun) return std::nullopt;
  const auto process = readProcessRecord(directory);
  if (!process && process.error().code == ErrorCode::StorageRead) return std::nullopt;
  if (process && process->bootId == bootId() && isAlive(process->supervisor)) return std::nullopt;
  // Now that the supervisor is gone, its last word is there or never will be.
  const auto exit = readExitRecord(directory);
  if (exit) return endingFrom(*exit, readStopReason(directory), {});
  if (exit.error().code == ErrorCode::StorageRead) return std::nullopt;
  if (exit.error().code != ErrorCode::NotFound)
    return Ending{EndKind::Lost, 0, text("lost: how it ended is not known, for its exit.json is damaged")};
  if (!process) return Ending{EndKind::Lost, 0, text("lost: its process.json is damaged")};
  if (process->bootId != bootId()) return Ending{EndKind::Lost, 0, text("lost: the machine restarted")};
  return Ending{EndKind::Lost, 0, text("lost: its supervisor was killed")};
}

}  // namespace trainyard
