// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/chart_groups.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <map>
#include <optional>

namespace trainyard {
namespace {

// Names that the field's programs give, in lower case and without their split.
const QStringList& lossNames() {
  static const QStringList names{
      QStringLiteral("loss"), QStringLiteral("nll"), QStringLiteral("ppl"), QStringLiteral("perplexity"),
      QStringLiteral("rmse"), QStringLiteral("mse"), QStringLiteral("mae"), QStringLiteral("mape"),
      QStringLiteral("logloss"), QStringLiteral("mlogloss"), QStringLiteral("error"), QStringLiteral("merror"),
      QStringLiteral("cross_entropy"), QStringLiteral("ce"), QStringLiteral("bce"), QStringLiteral("bpb"),
      QStringLiteral("l1"), QStringLiteral("l2"), QStringLiteral("wer"), QStringLiteral("cer"), QStringLiteral("cost"),
      QStringLiteral("objective")};
  return names;
}

const QStringList& accuracyNames() {
  static const QStringList names{
      QStringLiteral("acc"), QStringLiteral("accuracy"), QStringLiteral("auc"), QStringLiteral("f1"),
      QStringLiteral("precision"), QStringLiteral("recall"), QStringLiteral("map"), QStringLiteral("top1"),
      QStringLiteral("top5"), QStringLiteral("acc1"), QStringLiteral("acc5"), QStringLiteral("iou"),
      QStringLiteral("miou"), QStringLiteral("dice"), QStringLiteral("bleu"), QStringLiteral("r2")};
  return names;
}

const QStringList& validationSplits() {
  static const QStringList names{QStringLiteral("val"), QStringLiteral("valid"), QStringLiteral("validation"),
                                 QStringLiteral("eval"), QStringLiteral("test"), QStringLiteral("dev")};
  return names;
}

QString canonicalMetric(const QString& name) {
  const QString lower = name.toLower();
  if (lower == u"learning_rate" || lower == u"learning rate" || lower == u"learningrate" || lower == u"l.r") return QStringLiteral("lr");
  if (lower == u"acc") return QStringLiteral("accuracy");
  if (lower == u"avg.loss" || lower == u"avg_loss" || lower == u"average_loss") return QStringLiteral("loss");
  return lower;
}

/// A split in Trainyard's words ("train", "val", "test"), or nothing when the word is none. XGBoost's scikit interface
/// says "validation_0", LightGBM "valid_1", "training".
QString canonicalSplit(const QString& word) {
  QString lower = word.toLower();
  while (!lower.isEmpty() && (lower.back().isDigit() || lower.back() == u'_')) lower.chop(1);
  if (lower == u"train" || lower == u"training" || lower == u"trn") return QStringLiteral("train");
  if (lower == u"test") return QStringLiteral("test");
  return validationSplits().contains(lower) ? QStringLiteral("val") : QString();
}

struct Parts {
  QString split;
  QString metric;
  QString word;  ///< the split as the tag writes it
};

/// "val/loss" and "loss/val"; a column of a table says "val_loss", and XGBoost "validation_0-logloss".
Parts partsOf(const QString& tag) {
  const bool hasSlash = tag.contains(u'/');
  for (const QChar separator : QStringView(hasSlash ? u"/" : u"-_")) {
    const qsizetype at = tag.indexOf(separator);
    if (at <= 0 || at + 1 == tag.size()) continue;
    const QString head = tag.left(at);
    const QString rest = tag.mid(at + 1);
    const bool isNumber = std::all_of(rest.begin(), rest.end(), [](QChar c) { return c.isDigit(); });  // "valid_1" is no metric "1"
    if (const QString split = canonicalSplit(head); !split.isEmpty() && (hasSlash || !isNumber)) return {split, rest, head};
    if (const QString split = canonicalSplit(rest); hasSlash && !split.isEmpty()) return {split, head, rest};
  }
  return {{}, tag, {}};
}

bool nameMatches(const QString& metric, const QStringList& names) {
  const QString lower = metric.toLower();
  if (names.contains(lower)) return true;
  // "box_loss", "loss_cls", "top1_acc": a name in one of the words.
  const QStringList words = QString(lower).replace(u'-', u'_').replace(u' ', u'_').replace(u'/', u'_').replace(u'@', u'_').split(u'_');
  return std::any_of(words.begin(), words.end(), [&](const QString& word) { return names.contains(word); });
}

int groupRank(const ChartGroup& group) {
  if (group.key == u"loss") return 0;
  if (group.key == u"accuracy") return 1;
  switch (group.kind) {
    case MetricKind::Loss: return 2;
    case MetricKind::Accuracy: return 3;
    case MetricKind::Other: return 4;
    case MetricKind::LearningRate: return 5;
  }
  return 4;
}

QString groupTitle(const QString& key) {
  if (key == u"loss") return QCoreApplication::translate("ChartGroups", "Loss");
  if (key == u"accuracy") return QCoreApplication::translate("ChartGroups", "Accuracy");
  if (key == u"lr") return QCoreApplication::translate("ChartGroups", "Learning rate");
  return key;
}

}  // namespace

MetricKind metricKind(const QString& tag) {
  const QString metric = canonicalMetric(partsOf(tag).metric);
  if (metric == u"lr" || metric.startsWith(QLatin1String("lr/"))) return MetricKind::LearningRate;
  if (nameMatches(metric, lossNames())) return MetricKind::Loss;
  if (nameMatches(metric, accuracyNames())) return MetricKind::Accuracy;
  return MetricKind::Other;
}

bool isValidation(const QString& tag) {
  const QString split = partsOf(normalizedTag(tag)).split;
  return split == u"val" || split == u"test";
}

QString seriesLabel(const QString& tag, const ChartGroup& group) {
  const Parts parts = partsOf(tag);
  if (parts.word.isEmpty()) return tag;
  const bool isShared = std::any_of(group.tags.begin(), group.tags.end(), [&](const QString& other) { return other != tag && partsOf(other).word == parts.word; });
  return isShared ? tag : parts.word;
}

QString metricName(const QString& tag) { return partsOf(tag).metric; }

QList<ChartGroup> chartGroups(const QStringList& tags) {
  std::map<QString, ChartGroup> byKey;
  for (const QString& tag : tags) {
    if (tag == u"epoch" || isSystemTag(tag)) continue;
    const QString key = canonicalMetric(partsOf(tag).metric);
    ChartGroup& group = byKey[key];
    group.key = key;
    group.title = groupTitle(key);
    group.kind = metricKind(tag);
    group.percent = key == u"accuracy";
    group.tags << tag;
  }
  QList<ChartGroup> groups;
  for (auto& [key, group] : byKey) {
    std::stable_sort(group.tags.begin(), group.tags.end(), [](const QString& one, const QString& other) {
      return isValidation(one) < isValidation(other);
    });
    groups << group;
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const ChartGroup& one, const ChartGroup& other) { return groupRank(one) < groupRank(other); });
  return groups;
}

bool isSystemTag(const QString& tag) { return tag.startsWith(QLatin1String("system/")); }

namespace {

/// "system/gpu_utilization/1" is of GPU 1, and so are MLflow's "system/gpu_1_power_usage_watts" and W&B's "system/gpu.1.powerWatts".
std::optional<int> gpuOf(const QString& tag) {
  static const QRegularExpression number(QStringLiteral("^system/gpu(?:[_.](\\d{1,4})[_.]|[a-z_]*/(\\d{1,4})$)"));
  const auto match = number.match(tag);
  return match.hasMatch() ? std::optional((match.captured(1) + match.captured(2)).toInt()) : std::nullopt;
}

/// The measures that this program takes itself.
struct Measure {
  const char* key;
  const char* title;
};
constexpr Measure measures[] = {
      {"cpu_cores", QT_TRANSLATE_NOOP("ChartGroups", "CPU (cores)")},
      {"memory_megabytes", QT_TRANSLATE_NOOP("ChartGroups", "Memory (MB)")},
      {"gpu_utilization", QT_TRANSLATE_NOOP("ChartGroups", "GPU use")},
      {"gpu_memory_megabytes", QT_TRANSLATE_NOOP("ChartGroups", "GPU memory (MB)")},
      {"gpu_power_watts", QT_TRANSLATE_NOOP("ChartGroups", "GPU power (W)")},
      {"disk_read_megabytes_per_second", QT_TRANSLATE_NOOP("ChartGroups", "Disk read (MB/s)")},
      {"disk_written_megabytes_per_second", QT_TRANSLATE_NOOP("ChartGroups", "Disk written (MB/s)")}};

/// What is measured, without the GPU's number: "gpu_utilization", "gpu_power_usage_watts", "gpu.powerWatts".
QString measureOf(const QString& tag) {
  static const QRegularExpression number(QStringLiteral("(?<=^gpu)[_.]\\d{1,4}(?=[_.])|/\\d{1,4}$"));
  const QString measure = tag.section(u'/', 1);
  return gpuOf(tag) ? QString(measure).remove(number) : measure;
}

}  // namespace

QList<ChartGroup> systemGroups(const QStringList& tags) {
  std::map<QString, QStringList> tagsOf;
  for (const QString& tag : tags)
    if (isSystemTag(tag)) tagsOf[measureOf(tag)] << tag;
  QList<ChartGroup> groups;
  const auto add = [&groups](const QString& key, const QString& title, QStringList found) {
    found.sort();
    groups << ChartGroup{key, title, MetricKind::Other, key == u"gpu_utilization", found};
  };
  for (const Measure& measure : measures)
    if (const auto found = tagsOf.extract(QLatin1String(measure.key))) add(found.key(), QCoreApplication::translate("ChartGroups", measure.title), found.mapped());
  static const QRegularExpression separators(QStringLiteral("[_.]"));
  for (const auto& [key, found] : tagsOf) add(key, QString(key).replace(separators, QStringLiteral(" ")), found);  // of other programs
  return groups;
}

QString systemLabel(const QString& tag) {
  if (const auto gpu = gpuOf(tag)) return QCoreApplication::translate("ChartGroups", "GPU %1").arg(*gpu);
  const bool isOurs = std::any_of(std::begin(measures), std::end(measures), [measure = measureOf(tag)](const Measure& one) { return measure == QLatin1String(one.key); });
  return isOurs ? QCoreApplication::translate("ChartGroups", "job") : QCoreApplication::translate("ChartGroups", "machine");
}

QString normalizedTag(const QString& name) {
  const QString trimmed = name.trimmed();
  if (trimmed.contains(u'/')) return trimmed;
  for (const QChar separator : {QChar(u'-'), QChar(u'_'), QChar(u' '), QChar(u':'), QChar(u'.')}) {
    // "validation_0-logloss" splits at its last dash, "val_loss" at its first underscore.
    const qsizetype at = separator == u'-' ? trimmed.lastIndexOf(separator) : trimmed.indexOf(separator);
    if (at <= 0 || at + 1 >= trimmed.size()) continue;
    const QString split = canonicalSplit(trimmed.left(at));
    if (!split.isEmpty()) return split + u'/' + canonicalMetric(trimmed.mid(at + 1));
    const QString tail = canonicalSplit(trimmed.mid(at + 1));
    if (!tail.isEmpty() && separator != u'.') return tail + u'/' + canonicalMetric(trimmed.left(at));
  }
  const QString metric = canonicalMetric(trimmed);
  if (metric == u"loss" || metric == u"accuracy") return QStringLiteral("train/") + metric;
  return metric == u"lr" || metric == u"epoch" ? metric : trimmed;
}

QString primaryLossTag(const QStringList& tags) {
  if (tags.contains(QStringLiteral("train/loss"))) return QStringLiteral("train/loss");
  for (const ChartGroup& group : chartGroups(tags))
    if (group.kind == MetricKind::Loss) return group.tags.first();
  return {};
}

QString primaryAccuracyTag(const QStringList& tags) {
  for (const QString& usual : {QStringLiteral("val/accuracy"), QStringLiteral("train/accuracy")})
    if (tags.contains(usual)) return usual;
  for (const ChartGroup& group : chartGroups(tags))
    if (group.kind == MetricKind::Accuracy) return group.tags.first();
  return {};
}

}  // namespace trainyard
