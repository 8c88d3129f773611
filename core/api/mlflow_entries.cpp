// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/mlflow_entries.h"

#include <QCoreApplication>
#include <QHash>

#include "core/api/mlflow_values.h"

namespace trainyard {
namespace {

constexpr qsizetype mostMetrics = 1'000;
constexpr qsizetype mostTexts = 100;  ///< parameters, and tags, at once
constexpr qsizetype longestParam = 6'000;
constexpr qsizetype longestTag = 8'000;
constexpr qint64 lastStep = qint64(1) << 53;  ///< either way

QString text(const char* source) { return QCoreApplication::translate("Api", source); }

/// The pairs of an array, each checked; InvalidInput for the first that is none.
Result<QList<KeyValue>> pairsIn(const QJsonValue& value, qsizetype longest, const char* what) {
  QList<KeyValue> pairs;
  for (const QJsonValue& one : value.toArray()) {
    const auto key = needed(one.toObject(), "key");
    if (!key) return tl::make_unexpected(key.error());
    const QJsonValue given = one[QLatin1String("value")];
    if (!given.isString() && !given.isUndefined() && !given.isNull()) return tl::make_unexpected(invalidValue("value", given));
    const KeyValue pair{*key, given.toString()};
    if (const auto checked = checkKey(pair.key); !checked) return tl::make_unexpected(checked.error());
    if (pair.value.size() > longest)
      return fail(ErrorCode::InvalidInput, text("The value of the %1 “%2” is longer than %3 characters.").arg(QLatin1String(what), pair.key).arg(longest));
    pairs << pair;
  }
  return pairs;
}

Result<Point> pointIn(const QJsonObject& message, const QString& key) {
  const auto value = numberInJson(message[QLatin1String("value")]);
  const auto step = message.contains(QLatin1String("step")) ? wholeIn(message[QLatin1String("step")]) : std::optional<qint64>(0);
  const bool hasTime = message.contains(QLatin1String("timestamp"));
  const auto time = hasTime ? wholeIn(message[QLatin1String("timestamp")]) : std::optional(MlflowEntries::now);
  if (!value) return fail(ErrorCode::InvalidInput, text("The value of the metric “%1” is not a number.").arg(key));
  if (!step) return tl::make_unexpected(invalidValue("step", message[QLatin1String("step")]));
  if (!time) return tl::make_unexpected(invalidValue("timestamp", message[QLatin1String("timestamp")]));
  if (*step < -lastStep || *step > lastStep) return fail(ErrorCode::InvalidInput, text("The step of the metric “%1” is not a whole number from -2^53 to 2^53.").arg(key));
  if (hasTime && *time < 0) return fail(ErrorCode::InvalidInput, text("The timestamp of the metric “%1” is not a time in milliseconds.").arg(key));
  return Point{*step, *time, *value};
}

}  // namespace

Result<MlflowEntries> mlflowEntries(const QJsonObject& message) {
  for (const char* list : {"metrics", "params", "tags"})
    if (const QJsonValue value = message[QLatin1String(list)]; !value.isArray() && !value.isUndefined() && !value.isNull()) return tl::make_unexpected(invalidValue(list, value));
  const QJsonArray metrics = message[QLatin1String("metrics")].toArray();
  const auto params = pairsIn(message[QLatin1String("params")], longestParam, "parameter");
  if (!params) return tl::make_unexpected(params.error());
  const auto tags = pairsIn(message[QLatin1String("tags")], longestTag, "tag");
  if (!tags) return tl::make_unexpected(tags.error());
  if (metrics.size() > mostMetrics || params->size() > mostTexts || tags->size() > mostTexts || metrics.size() + params->size() + tags->size() > mostMetrics)
    return fail(ErrorCode::InvalidInput, text("A batch has at most %1 metrics, %2 parameters and %2 tags, and %1 of all together.").arg(mostMetrics).arg(mostTexts));
  MlflowEntries entries{{}, *params, *tags};
  QHash<QString, size_t> places;
  for (const QJsonValue& value : metrics) {
    const QJsonObject metric = value.toObject();
    const auto key = needed(metric, "key");
    if (!key) return tl::make_unexpected(key.error());
    const auto known = places.constFind(*key);
    if (known == places.constEnd())
      if (const auto checked = checkKey(*key); !checked) return tl::make_unexpected(checked.error());
    const auto point = pointIn(metric, *key);
    if (!point) return tl::make_unexpected(point.error());
    const size_t place = known != places.constEnd() ? *known : entries.metrics.size();
    if (place == entries.metrics.size()) {
      places.insert(*key, place);
      entries.metrics.push_back({*key, {}});
    }
    entries.metrics[place].points.push_back(*point);
  }
  return entries;
}

}  // namespace trainyard
