// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QJsonObject>

#include "core/readers/run_source.h"
#include "core/readers/series_set.h"

namespace trainyard {

/// What the records of a run's event files say (tensorflow/core/util/event.proto, framework/summary.proto): scalars of TF1 and TF2 become points, the
/// hparams plugin's become parameters and the ending, all else is counted by its kind. A SessionLog START, with which a restarted program
/// takes back what it wrote from that step on, is not followed: of each series its first point after it supersedes what it overtakes, and
/// the last points of a series that never comes again, or goes on beyond them, stay.
class TensorBoardEvents {
 public:
  explicit TensorBoardEvents(SeriesSet& series) : m_series(series) {}

  /// False when the record is no event. `nowMs` dates an event without a time.
  [[nodiscard]] bool take(QByteArrayView record, qint64 nowMs);
  /// Only what it says about tags: a tag's plugin is written with its first value alone.
  void learn(QByteArrayView record);
  /// Called once at the first tag whose plugin is not known, when records were taken before that this one was not told of.
  void setRecall(std::function<void()> recall) { m_recall = std::move(recall); }

  [[nodiscard]] RunFacts facts() const;
  [[nodiscard]] const SkippedCounts& skipped() const { return m_skipped; }
  /// Facts and counts, so that another one goes on as this one would have.
  [[nodiscard]] QJsonObject state() const;
  void restore(const QJsonObject& state);

 private:
  struct Tag {
    QByteArray name;
    int plugin = unknownPlugin;
    int series = noSeries;
    int next = -1;  ///< the tag that came after it the last time: programs write theirs in the same order again and again
  };
  struct Value;
  static constexpr int unknownPlugin = -1, scalars = 0, hparams = 1, noSeries = -2;
  static constexpr size_t mostTags = 2 * RunSource::mostSeries;

  /// True when the record is one number and nothing else, in the order in which all writers write it: most are, and quickly taken.
  [[nodiscard]] bool takeScalar(QByteArrayView record);
  void takeSummary(QByteArrayView summary, qint64 step, qint64 wallMs);
  void takeValue(const Value& value, qint64 step, qint64 wallMs);
  void takeTensor(const Value& value, Tag& tag, qint64 step, qint64 wallMs);
  void addPoint(Tag& tag, qint64 step, qint64 wallMs, double value);
  void takeMetadata(QByteArrayView metadata, Tag& tag, bool learnOnly);
  void takeHparams(QByteArrayView content);
  void takeSessionStart(QByteArrayView start);
  void takeSessionEnd(QByteArrayView end);
  [[nodiscard]] Tag& tagOf(QByteArrayView name);
  [[nodiscard]] int pluginOf(QByteArrayView name);
  void skip(const QString& kind);

  SeriesSet& m_series;
  std::vector<Tag> m_tags;
  QHash<QByteArray, int> m_tagNumbers;
  int m_lastTag = -1;
  Tag m_tagTooMany;  ///< stands for those beyond the most
  QStringList m_plugins{QStringLiteral("scalars"), QStringLiteral("hparams")};
  std::function<void()> m_recall;
  void settle() const;
  mutable RunFacts m_facts;
  mutable QList<KeyValue> m_parameters;  ///< told, and not yet among the facts
  SkippedCounts m_skipped;
};

}  // namespace trainyard
