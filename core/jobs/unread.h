// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>
#include <map>

namespace trainyard {

/// Something that could not be read: where and why, in one sentence for people.
struct ReadProblem {
  QString file;         ///< absolute
  qint64 offset = -1;   ///< the byte where it begins; -1 = the whole file
  QString why;
  friend bool operator==(const ReadProblem&, const ReadProblem&) = default;
};

/// "/runs/a/metrics.csv, byte 120: It has no header."; translated.
[[nodiscard]] QString toText(const ReadProblem& problem);
/// {"file", "offset", "why"}
[[nodiscard]] QJsonObject toJson(const ReadProblem& problem);

/// Things that are no series and were passed over, by what they are: "histogram" -> 120.
using SkippedCounts = std::map<QString, qint64>;

/// What did not come along of the files of an imported run.
struct Unread {
  static constexpr qsizetype mostProblems = 100;
  QList<ReadProblem> problems;  ///< the first `mostProblems`
  qint64 furtherProblems = 0;
  SkippedCounts skipped;

  /// What is known is not added again.
  void add(const QList<ReadProblem>& found);
  [[nodiscard]] qint64 problemCount() const { return problems.size() + furtherProblems; }
  [[nodiscard]] bool isEmpty() const { return problems.isEmpty() && skipped.empty(); }
  friend bool operator==(const Unread&, const Unread&) = default;
};

/// {"problems": [{"file", "offset", "why"}, ...], "further": 3, "skipped": {"image": 2}}
[[nodiscard]] QJsonObject toJson(const Unread& unread);
/// For the database: that as text; empty where nothing is unread.
[[nodiscard]] QString toText(const Unread& unread);
/// What toText() made; what is no such text is nothing.
[[nodiscard]] Unread unreadFromText(const QString& text);

}  // namespace trainyard
