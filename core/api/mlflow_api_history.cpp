// SPDX-License-Identifier: GPL-3.0-or-later
// The values of metrics, told as they were logged.
#include <QJsonDocument>
#include <algorithm>

#include "core/api/metric_rows.h"
#include "core/api/mlflow_api.h"
#include "core/api/mlflow_error.h"
#include "core/api/mlflow_values.h"

namespace trainyard {
namespace {

constexpr qsizetype mostRuns = 100;      ///< at once, as in MLflow's own server
constexpr qint64 mostSampled = 2'500;    ///< steps of them

/// A text as JSON.
QByteArray quoted(const QString& text) { return QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact).sliced(1).chopped(1); }

/// {"key", "value", "timestamp", "step" without its end, for more members.
QByteArray openMetric(const QByteArray& key, const Point& point) {
  return "{\"key\":" + key + ",\"value\":" + jsonNumber(point.value) + ",\"timestamp\":" + QByteArray::number(point.wallMs) + ",\"step\":" + QByteArray::number(point.step);
}

/// At most `limit` points of a metric; they come at their places and are told at their steps.
HttpResponse historyPage(const QString& name, const std::vector<Point>& points, qint64 limit, const StepMap& steps) {
  const size_t count = size_t(std::min<qint64>(limit, qint64(points.size())));
  const QByteArray key = quoted(name);
  QByteArray body = "{\"metrics\":[";
  for (size_t i = 0; i < count; ++i) body += (i > 0 ? "," : "") + openMetric(key, {steps.stepAt(points[i].step), points[i].wallMs, points[i].value}) + '}';
  body += ']';
  if (count < points.size()) body += ",\"next_page_token\":\"" + QByteArray::number(points[count].step) + '"';
  return {200, body + '}'};
}

struct Interval {
  QString key;
  qint64 first = std::numeric_limits<qint64>::min();
  qint64 last = std::numeric_limits<qint64>::max();
  qint64 most = mostSampled;
};

struct RunHistory {
  QString run;
  StepMap steps;
  std::vector<Point> points;  ///< at the steps at which they were logged
};

Result<Interval> intervalIn(const QJsonObject& message) {
  const auto key = needed(message, "metric_key");
  if (!key) return tl::make_unexpected(key.error());
  Interval interval{*key};
  const bool hasFirst = message.contains(QLatin1String("start_step")), hasLast = message.contains(QLatin1String("end_step"));
  const auto first = wholeIn(message[QLatin1String("start_step")]), last = wholeIn(message[QLatin1String("end_step")]);
  if (hasFirst != hasLast) return fail(ErrorCode::InvalidInput, MlflowApi::tr("If either start step or end step are specified, both must be specified."));
  if (hasFirst && (!first || !last || *first > *last)) return fail(ErrorCode::InvalidInput, MlflowApi::tr("end_step must be greater than start_step. Found start_step=%1 and end_step=%2.").arg(first.value_or(0)).arg(last.value_or(0)));
  if (hasFirst) std::tie(interval.first, interval.last) = std::pair(*first, *last);
  if (!message.contains(QLatin1String("max_results"))) return interval;
  interval.most = wholeIn(message[QLatin1String("max_results")]).value_or(0);
  if (interval.most >= 1 && interval.most <= mostSampled) return interval;
  return fail(ErrorCode::InvalidInput, MlflowApi::tr("max_results must be between 1 and %1.").arg(mostSampled));
}

/// Of the steps of all runs at most `most`, evenly, the last one more, and the first and the last of each run (MLflow's
/// get_metric_history_bulk_interval_impl).
std::vector<qint64> sampledSteps(const std::vector<RunHistory>& runs, qint64 most) {
  std::vector<qint64> all, kept;
  for (const RunHistory& one : runs) {
    for (const Point& point : one.points) all.push_back(point.step);
    if (!one.points.empty()) kept.insert(kept.end(), {one.points.front().step, one.points.back().step});
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (qint64(all.size()) <= most) return all;
  for (qint64 i = 0; i < most; ++i) kept.push_back(all[size_t(double(i) * double(all.size()) / double(most))]);
  std::sort(kept.begin(), kept.end());
  return kept;
}

HttpResponse sampled(const Interval& interval, std::vector<RunHistory>& runs) {
  for (RunHistory& one : runs) {
    std::erase_if(one.points, [&interval](const Point& point) { return point.step < interval.first || point.step > interval.last; });
    std::stable_sort(one.points.begin(), one.points.end(), [](const Point& a, const Point& b) { return std::pair(a.step, a.wallMs) < std::pair(b.step, b.wallMs); });
  }
  const std::vector<qint64> steps = sampledSteps(runs, interval.most);
  const QByteArray key = quoted(interval.key);
  QByteArray body;
  for (const RunHistory& one : runs)
    for (const Point& point : one.points)
      if (std::binary_search(steps.begin(), steps.end(), point.step)) body += ',' + openMetric(key, point) + ",\"run_id\":" + quoted(one.run) + '}';
  return {200, "{\"metrics\":[" + body.mid(1) + "]}"};
}

}  // namespace

void MlflowApi::getHistory(const QJsonObject& message, const HttpReply& reply) {
  const auto run = runOf(message);
  if (!run) return reply(mlflowError(run.error()));
  const auto key = needed(message, "metric_key");
  if (!key) return reply(mlflowError(key.error()));
  const qint64 limit = std::max<qint64>(1, wholeIn(message[QLatin1String("max_results")]).value_or(std::numeric_limits<qint64>::max()));
  const auto from = pageIn(message);
  if (!from) return reply(mlflowError(from.error()));
  const StepMap steps((*run)->stepParts[*key].toArray());
  m_reads.read({(*run)->job, {*key}, *from}, [key = *key, limit, steps, reply](const Result<JobPoints>& read) {
    if (!read) return reply(mlflowError(read.error()));
    auto points = read->series.empty() ? std::vector<Point>() : read->series.front().points;
    reply(HttpResponse::madeBy([key, limit, steps, points = std::move(points)] { return historyPage(key, points, limit, steps); }));
  });
}

/// One metric of several runs, as MLflow's own pages draw it.
void MlflowApi::getHistories(const QJsonObject& message, const HttpReply& reply) {
  const QStringList ids = textsOf(message[QLatin1String("run_ids")]);
  if (ids.isEmpty()) return reply(mlflowError(needed({}, "run_ids").error()));
  if (ids.size() > mostRuns) return reply(mlflowError(mlflow::invalid, tr("GetMetricHistoryBulkInterval request must specify at most %1 run_ids.").arg(mostRuns)));
  const auto interval = intervalIn(message);
  if (!interval) return reply(mlflowError(interval.error()));
  const auto runs = std::make_shared<std::vector<RunHistory>>();
  QList<JobId> jobs;
  for (const QString& id : ids) {
    const auto run = runOf({{QStringLiteral("run_id"), id}});
    if (!run) return reply(mlflowError(run.error()));
    jobs << (*run)->job;
    runs->push_back({id, StepMap((*run)->stepParts[interval->key].toArray()), {}});
  }
  const auto left = std::make_shared<qsizetype>(jobs.size());
  for (qsizetype i = 0; i < jobs.size(); ++i)
    m_reads.read({jobs[i], {interval->key}}, [=, interval = *interval](const Result<JobPoints>& read) {
      if (*left < 0) return;  // it has failed
      if (!read) {
        *left = -1;
        return reply(mlflowError(read.error()));
      }
      RunHistory& one = (*runs)[size_t(i)];
      if (!read->series.empty()) one.points = read->series.front().points;
      for (Point& point : one.points) point.step = one.steps.stepAt(point.step);
      if (--*left == 0) reply(HttpResponse::madeBy([interval, runs] { return sampled(interval, *runs); }));
    });
}

}  // namespace trainyard
