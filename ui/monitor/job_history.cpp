// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/job_history.h"

#include <algorithm>
#include <cmath>

#include "core/metrics/chart_groups.h"
#include "core/metrics/series_merge.h"

namespace trainyard {
namespace {

constexpr int pauseMs = 20;
constexpr qint64 mostLive = 200'000;  ///< then the whole run is read anew

SeriesPoints* find(JobPoints& points, const QString& tag) {
  const auto known = std::find_if(points.series.begin(), points.series.end(), [&tag](const SeriesPoints& one) { return one.tag == tag; });
  return known == points.series.end() ? nullptr : &*known;
}

qint64 wholeStep(double step) { return qint64(std::clamp(step, -9e18, 9e18)); }

}  // namespace

JobHistory::JobHistory(MetricReader& reader, const JobService& jobs, QObject* parent) : QObject(parent), m_reader(reader), m_jobs(jobs) {
  m_pause.setSingleShot(true);
  m_pause.setInterval(pauseMs);
  connect(&m_pause, &QTimer::timeout, this, &JobHistory::askForDetail);
  connect(&reader, &MetricReader::loaded, this, &JobHistory::takeLoaded);
  connect(&reader, &MetricReader::loadFailed, this, [this](quint64 request, const Error& error) {
    if (request == 0 || (request != m_first && request != m_rest && request != m_detail && request != m_system)) return;
    const bool isFirst = request == m_first || request == m_rest;
    if (request == m_detail) m_whileDetail.clear();
    for (quint64* asked : {&m_first, &m_rest, &m_detail, &m_system})
      if (request == *asked) *asked = 0;
    Q_EMIT failed(error);
    if (isFirst && m_first == 0 && m_rest == 0) goOn();  // what comes on is shown all the same
  });
  connect(&jobs, &JobService::pointsCommitted, this, &JobHistory::takeCommitted);
}

QStringList JobHistory::tags(bool ofSystem) const {
  QStringList tags;
  for (const SeriesSummary& summary : m_jobs.series(m_job))
    if (isSystemTag(summary.tag) == ofSystem) tags << summary.tag;
  return tags;
}

void JobHistory::open(JobId id, double smoothing) {
  m_job = id;
  m_first = m_rest = m_system = m_detail = 0;
  m_early.clear();
  m_whileDetail.clear();
  m_wanted.reset();
  m_pause.stop();
  m_base = {};
  m_live = 0;
  m_long = false;
  if (m_jobs.job(id) == nullptr) return;
  qint64 count = 0;
  for (const SeriesSummary& summary : m_jobs.series(id)) count += summary.count;
  m_long = count > longFrom;
  if (m_long) return askForSummaries(smoothing);
  m_first = m_reader.request({.job = id});
}

/// Those of the first chart alone, so that its curves do not wait for all of the others.
void JobHistory::askForSummaries(double smoothing) {
  SeriesQuery query{.job = m_job, .columns = PixelColumns{}, .smoothing = smoothing, .summariesOnly = true};
  const QList<ChartGroup> groups = chartGroups(tags(false));
  if (groups.size() > 1) query.tags = groups.front().tags;
  m_first = m_reader.request(query);
  if (groups.size() <= 1) return;
  const QStringList soon = std::exchange(query.tags, {});
  for (const QString& tag : tags(false) + tags(true))
    if (!soon.contains(tag)) query.tags << tag;
  m_rest = m_reader.request(query);
}

void JobHistory::takeLoaded(quint64 request, const JobPoints& points) {
  if (request == 0 || points.job != m_job) return;
  if (request == m_first) return takeFirst(points);
  if (request == m_rest) return takeRest(points);
  if (request == m_detail) return takeDetail(points);
  if (request != m_system) return;
  m_system = 0;
  Q_EMIT refined(points);
}

void JobHistory::takeFirst(const JobPoints& points) {
  m_first = 0;
  if (m_long) m_base = points;
  Q_EMIT begun(points);
  if (m_rest == 0) goOn();
}

void JobHistory::takeRest(const JobPoints& points) {
  m_rest = 0;
  m_base.series.insert(m_base.series.end(), points.series.begin(), points.series.end());
  Q_EMIT appended(points);
  if (m_first == 0) goOn();
}

/// After the first answers.
void JobHistory::goOn() {
  for (const JobPoints& committed : std::exchange(m_early, {})) takeCommitted(committed);
  if (!m_long) return;
  if (const QStringList system = tags(true); !system.isEmpty()) m_system = m_reader.request({.job = m_job, .tags = system});
  askForDetail();
}

void JobHistory::takeCommitted(const JobPoints& points) {
  if (points.job != m_job || !m_job.isValid()) return;
  if (m_first != 0 || m_rest != 0) {
    m_early.push_back(points);
    return;
  }
  if (m_long) {
    if (m_detail != 0) m_whileDetail.push_back(points);
    for (const SeriesPoints& part : points.series) {
      SeriesPoints* known = find(m_base, part.tag);
      if (known == nullptr) known = &m_base.series.emplace_back(SeriesPoints{part.tag, {}, {}});
      addSuperseding(*known, part.points);
      m_live += qint64(part.points.size());
    }
    if (m_live > mostLive && m_wanted && m_wanted->isWhole) m_pause.start();
  }
  Q_EMIT appended(points);
}

void JobHistory::look(const HistoryView& view) {
  if (m_wanted == view) return;
  m_wanted = view;
  if (m_long && m_first == 0 && m_rest == 0) m_pause.start();
}

void JobHistory::askForDetail() {
  if (!m_long || !m_wanted || m_detail != 0 || m_first != 0 || m_rest != 0) return;  // an answer that comes asks again
  m_asked = *m_wanted;
  SeriesQuery query{.job = m_job, .tags = tags(false)};
  if (!m_asked.isWhole) {
    query.fromStep = wholeStep(std::ceil(m_asked.fromStep));
    query.toStep = wholeStep(std::floor(m_asked.toStep));
  }
  query.columns = PixelColumns{m_asked.fromStep, m_asked.toStep, std::max(1, m_asked.columns)};
  query.smoothing = m_asked.smoothing;
  m_detail = m_reader.request(query);
}

/// What was committed since it was asked for may have overtaken a part of it.
void JobHistory::takeDetail(const JobPoints& points) {
  m_detail = 0;
  const std::vector<JobPoints> later = std::exchange(m_whileDetail, {});
  JobPoints merged{m_job, {}, points.progress};
  for (const SeriesPoints& detail : points.series) {
    SeriesPoints* base = find(m_base, detail.tag);
    if (base == nullptr) base = &m_base.series.emplace_back(SeriesPoints{detail.tag, {}, {}});
    SeriesPoints closer = withDetail(*base, detail, m_asked.isWhole ? -9e18 : m_asked.fromStep);
    for (const JobPoints& committed : later)
      for (const SeriesPoints& part : committed.series)
        if (part.tag == closer.tag) addSuperseding(closer, part.points);
    if (m_asked.isWhole) *base = closer;
    merged.series.push_back(std::move(closer));
  }
  if (m_asked.isWhole) m_live = 0;
  Q_EMIT refined(merged);
  if (m_wanted && *m_wanted != m_asked) m_pause.start();
}

}  // namespace trainyard
