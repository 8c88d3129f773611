// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

#include "app/cli/verbs.h"
#include "core/storage/store_check.h"

namespace trainyard::cli {
namespace {

QString text(const char* source) { return QCoreApplication::translate("CommandLine", source); }

QString wordsFor(const StoreReport& report) {
  QString words = text("%1 jobs, %2 series, %3 points, %4 chunks: ").arg(report.jobs).arg(report.series).arg(report.points).arg(report.chunks);
  words += report.problems.isEmpty() ? text("nothing is wrong.") : text("%1 problems.").arg(report.problems.size());
  for (const QString& problem : report.problems) words += u'\n' + problem;
  return words + u'\n';
}

QString jsonFor(const StoreReport& report) {
  const QJsonObject object{{QStringLiteral("jobs"), report.jobs},     {QStringLiteral("series"), report.series},
                           {QStringLiteral("points"), report.points}, {QStringLiteral("chunks"), report.chunks},
                           {QStringLiteral("problems"), QJsonArray::fromStringList(report.problems)}};
  return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact)) + u'\n';
}

}  // namespace

int checkVerb(const CommandLine& line) {
  const auto report = checkStore(line.dataDir + QStringLiteral("/trainyard.db"));
  if (!report) return tell(report.error());
  const bool printed = print(line.has(QStringLiteral("--json")) ? jsonFor(*report) : wordsFor(*report));
  return printed && report->problems.isEmpty() ? exitDone : exitRefused;
}

}  // namespace trainyard::cli
