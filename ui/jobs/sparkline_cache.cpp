// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/sparkline_cache.h"

#include "core/metrics/chart_groups.h"

namespace trainyard {
namespace {

constexpr int historyColumns = 32;  // at most two points a column

QString lossTag(const std::vector<SeriesSummary>& series) {
  QStringList tags;
  for (const SeriesSummary& summary : series) tags << summary.tag;
  return primaryLossTag(tags);
}

}  // namespace

SparklineCache::SparklineCache(JobService& jobs, MetricReader& history, QObject* parent)
    : QObject(parent), m_jobs(jobs), m_history(history) {
  connect(&history, &MetricReader::loaded, this, &SparklineCache::takeHistory);
  connect(&jobs, &JobService::pointsCommitted, this, &SparklineCache::takeCommitted);
  connect(&jobs, &JobService::jobRemoved, this, [this](JobId id) { m_lines.remove(id); });
}

QVector<float> SparklineCache::values(JobId id) {
  if (const auto known = m_lines.constFind(id); known != m_lines.constEnd()) return known->values;
  const QString tag = lossTag(m_jobs.series(id));
  if (tag.isEmpty()) return {};  // asked again when it has a loss
  Line line;
  line.tag = tag;
  line.awaited = m_history.request({.job = id, .tags = {tag}, .pixelWidth = historyColumns});
  m_lines.insert(id, line);
  return {};
}

void SparklineCache::takeHistory(quint64 request, const JobPoints& points) {
  const auto line = m_lines.find(points.job);
  if (line == m_lines.end() || line->awaited != request) return;
  line->awaited = 0;
  if (points.series.empty()) return;
  qint64 count = 1;
  if (const SeriesSummary* summary = m_jobs.series(points.job, line->tag)) count = summary->count;
  for (const Point& point : points.series.front().points) {
    line->values << float(point.value);
    line->lastStep = point.step;
  }
  line->stride = std::max(1, int(count / std::max<qsizetype>(1, line->values.size())));
  Q_EMIT changed(points.job);
}

void SparklineCache::takeCommitted(const JobPoints& points) {
  const auto line = m_lines.find(points.job);
  if (line == m_lines.end() || line->awaited != 0) return;
  for (const SeriesPoints& series : points.series) {
    if (series.tag != line->tag) continue;
    for (const Point& point : series.points) add(*line, point);
  }
}

void SparklineCache::add(Line& line, const Point& point) {
  if (point.step <= line.lastStep) return;  // in the history already
  line.lastStep = point.step;
  if (++line.skipped < line.stride) return;
  line.skipped = 0;
  line.values << float(point.value);
  if (line.values.size() < capacity) return;
  // Full: every other value goes, and each stands for twice as many points from now on.
  QVector<float> half;
  for (qsizetype i = 0; i < line.values.size(); i += 2) half << line.values[i];
  line.values = half;
  line.stride *= 2;
}

}  // namespace trainyard
