// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/unread.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

namespace trainyard {
namespace {

const QString problemsKey = QStringLiteral("problems");
const QString furtherKey = QStringLiteral("further");
const QString skippedKey = QStringLiteral("skipped");
const QString fileKey = QStringLiteral("file");
const QString offsetKey = QStringLiteral("offset");
const QString whyKey = QStringLiteral("why");

}  // namespace

QString toText(const ReadProblem& problem) {
  if (problem.offset < 0) return QStringLiteral("%1: %2").arg(problem.file, problem.why);
  return QCoreApplication::translate("Unread", "%1, byte %2: %3").arg(problem.file).arg(problem.offset).arg(problem.why);
}

QJsonObject toJson(const ReadProblem& problem) { return {{fileKey, problem.file}, {offsetKey, problem.offset}, {whyKey, problem.why}}; }

void Unread::add(const QList<ReadProblem>& found) {
  for (const ReadProblem& problem : found) {
    if (problems.contains(problem)) continue;
    if (problems.size() < mostProblems)
      problems << problem;
    else
      ++furtherProblems;
  }
}

QJsonObject toJson(const Unread& unread) {
  QJsonArray problems;
  for (const ReadProblem& problem : unread.problems) problems.append(toJson(problem));
  QJsonObject skipped;
  for (const auto& [what, count] : unread.skipped) skipped.insert(what, count);
  return {{problemsKey, problems}, {furtherKey, unread.furtherProblems}, {skippedKey, skipped}};
}

QString toText(const Unread& unread) {
  return unread.isEmpty() ? QString() : QString::fromUtf8(QJsonDocument(toJson(unread)).toJson(QJsonDocument::Compact));
}

Unread unreadFromText(const QString& text) {
  Unread unread;
  if (text.isEmpty()) return unread;
  const QJsonObject all = QJsonDocument::fromJson(text.toUtf8()).object();
  for (const auto& one : all[problemsKey].toArray()) {
    const QJsonObject problem = one.toObject();
    unread.problems.push_back({problem[fileKey].toString(), problem[offsetKey].toInteger(-1), problem[whyKey].toString()});
  }
  unread.furtherProblems = all[furtherKey].toInteger();
  const QJsonObject skipped = all[skippedKey].toObject();
  for (auto it = skipped.begin(); it != skipped.end(); ++it) unread.skipped[it.key()] = it->toInteger();
  return unread;
}

}  // namespace trainyard
