// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/metric_names.h"

#include <QSet>

#include "core/metrics/chart_groups.h"

namespace trainyard {
namespace {

using Names = QSet<QString>;

const Names& stepNames() {
  static const Names names{QStringLiteral("step"), QStringLiteral("global_step"), QStringLiteral("_step"),
                           QStringLiteral("iter"), QStringLiteral("iteration"), QStringLiteral("it"), QStringLiteral("batch"),
                           QStringLiteral("update"), QStringLiteral("num_updates"), QStringLiteral("trainer/global_step"),
                           QStringLiteral("current_steps"), QStringLiteral("up")};
  return names;
}

const Names& stepTotalNames() {
  static const Names names{QStringLiteral("total"), QStringLiteral("total_steps"), QStringLiteral("max_steps"),
                           QStringLiteral("num_steps"), QStringLiteral("total_iters"), QStringLiteral("max_iters")};
  return names;
}

const Names& epochNames() {
  static const Names names{QStringLiteral("epoch"), QStringLiteral("ep")};
  return names;
}

const Names& epochTotalNames() {
  static const Names names{QStringLiteral("epochs"), QStringLiteral("num_epochs"), QStringLiteral("max_epochs"),
                           QStringLiteral("total_epochs"), QStringLiteral("num_train_epochs")};
  return names;
}

/// Words that, alone or as a part of a name, speak of time, speed or memory.
const Names& ignoredWords() {
  static const Names words{
      QStringLiteral("time"),    QStringLiteral("eta"),     QStringLiteral("elapsed"), QStringLiteral("runtime"),
      QStringLiteral("duration"), QStringLiteral("date"),   QStringLiteral("sec"),     QStringLiteral("secs"),
      QStringLiteral("seconds"), QStringLiteral("ms"),      QStringLiteral("memory"),  QStringLiteral("mem"),
      QStringLiteral("flos"),    QStringLiteral("timestamp"), QStringLiteral("port"),  QStringLiteral("pid"),
      QStringLiteral("line"),    QStringLiteral("version"), QStringLiteral("speed"),   QStringLiteral("percentage"),
      QStringLiteral("throughput"), QStringLiteral("mfu"),  QStringLiteral("wall"),    QStringLiteral("per"),
      QStringLiteral("progress"), QStringLiteral("remaining"), QStringLiteral("gpu"), QStringLiteral("params"),
      QStringLiteral("parameters"), QStringLiteral("dt"),   QStringLiteral("tok"), QStringLiteral("avg")};
  return words;
}

bool isSourceFile(const QString& name) {
  for (const char* suffix : {".py", ".cc", ".cpp", ".c", ".h", ".cu", ".js", ".rs", ".go"})
    if (name.endsWith(QLatin1String(suffix))) return true;
  return false;
}

/// Remembers answers for names: a log tells the same few in each of its lines. Bounded, for some logs tell ever new ones.
template <typename Answer>
class Memory {
 public:
  template <typename Find>
  Answer of(const QString& name, Find find) {
    if (const auto known = m_known.constFind(name); known != m_known.constEnd()) return *known;
    if (m_known.size() >= most) m_known.clear();
    return *m_known.insert(name, find(name));
  }

 private:
  static constexpr qsizetype most = 4'096;
  QHash<QString, Answer> m_known;
};

NameRole findRole(const QString& name) {
  const QString lower = name.toLower();
  if (stepNames().contains(lower)) return NameRole::Step;
  if (stepTotalNames().contains(lower)) return NameRole::StepTotal;
  if (epochNames().contains(lower)) return NameRole::Epoch;
  if (epochTotalNames().contains(lower)) return NameRole::EpochTotal;
  if (isKnownMetric(name)) return NameRole::Metric;
  if (isSourceFile(lower)) return NameRole::Ignored;
  const QStringList words = QString(lower).replace(u'-', u'_').replace(u'/', u'_').replace(u'.', u'_').split(u'_');
  for (const QString& word : words)
    if (ignoredWords().contains(word)) return NameRole::Ignored;
  return NameRole::Metric;
}

bool findKnown(const QString& name) {
  // "LOSS_WEIGHT: 1.0", "focal_loss_alpha: 0.25" are of a configuration that was printed.
  static const Names settings{QStringLiteral("weight"), QStringLiteral("alpha"), QStringLiteral("gamma"), QStringLiteral("beta"),
                              QStringLiteral("freq"),   QStringLiteral("num"),   QStringLiteral("type"),  QStringLiteral("scale")};
  for (const QString& word : name.toLower().split(u'_'))
    if (settings.contains(word)) return false;
  const MetricKind kind = metricKind(normalizedTag(name));
  return kind == MetricKind::Loss || kind == MetricKind::Accuracy;
}

}  // namespace

NameRole roleOfName(const QString& name) {
  thread_local Memory<NameRole> memory;
  return memory.of(name, findRole);
}

bool isKnownMetric(const QString& name) {
  thread_local Memory<bool> memory;
  return memory.of(name, findKnown);
}

bool isSplitWord(const QString& word) {
  static const Names words{QStringLiteral("train"), QStringLiteral("training"), QStringLiteral("val"), QStringLiteral("valid"),
                           QStringLiteral("validation"), QStringLiteral("test"), QStringLiteral("eval"), QStringLiteral("dev")};
  return words.contains(word.toLower());
}

QString evaluationOf(const QString& word) {
  static const Names evaluating{QStringLiteral("evaluating"), QStringLiteral("evaluation"), QStringLiteral("evaluate"),
                                QStringLiteral("validating"), QStringLiteral("sanity"),     QStringLiteral("inference"),
                                QStringLiteral("predicting"), QStringLiteral("predict")};
  const QString lower = word.toLower();
  if (lower == u"test" || lower == u"testing") return QStringLiteral("test");
  const bool split = isSplitWord(lower) && !lower.startsWith(QLatin1String("train"));
  return split || evaluating.contains(lower) ? QStringLiteral("val") : QString();
}

}  // namespace trainyard
