// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_data.h"

#include <QSet>
#include <algorithm>
#include <optional>

#include "core/metrics/chart_groups.h"
#include "core/metrics/series_merge.h"

namespace trainyard {
namespace {

constexpr int mostWaiting = 8;
constexpr std::size_t longGrown = 4;  ///< appended points for each pixel column after which a job is read again

using SeriesMap = std::map<QString, SeriesPoints>;

}  // namespace

struct CompareData::Run {
  SeriesMap whole;
  SeriesMap shown;   ///< the same, finer where it is looked at closely
  std::optional<StepRange> window;
  std::vector<JobPoints> early;  ///< committed while it was being read
  std::size_t appended = 0;
  quint64 awaited = 0;
  bool wholeDue = true;
  bool partDue = false;
  bool readsPart = false;  ///< what is awaited
  bool hasAnswer = false;
};

CompareData::CompareData(JobService& jobs, MetricReader& history, QObject* parent)
    : QObject(parent), m_jobs(jobs), m_history(history) {
  connect(&history, &MetricReader::loaded, this, &CompareData::take);
  connect(&history, &MetricReader::loadFailed, this, &CompareData::takeFailure);
  connect(&jobs, &JobService::pointsCommitted, this, &CompareData::takeCommitted);
}

CompareData::~CompareData() = default;

void CompareData::show(const QList<JobId>& jobs) {
  const QSet<JobId> wanted(jobs.begin(), jobs.end());
  for (auto it = m_runs.begin(); it != m_runs.end();) {
    if (wanted.contains(it->first)) {
      ++it;
    } else {
      if (it->second->awaited != 0) --m_waiting;
      it = m_runs.erase(it);
    }
  }
  for (const JobId id : jobs)
    if (!m_runs.contains(id)) m_runs.emplace(id, std::make_unique<Run>());
  pump();
}

void CompareData::setResolution(int columns, double smoothing) {
  if (columns == m_columns && smoothing == m_smoothing) return;
  m_columns = columns;
  m_smoothing = smoothing;
  for (auto& [id, run] : m_runs) readAgain(id, *run);
  pump();
}

void CompareData::setWindows(const QHash<JobId, StepRange>& windows) {
  for (auto& [id, run] : m_runs) {
    const auto it = windows.constFind(id);
    const auto wanted = it == windows.constEnd() ? std::nullopt : std::optional(*it);
    if (wanted == run->window) continue;
    run->window = wanted;
    run->partDue = wanted.has_value();
    if (wanted) continue;
    run->shown = run->whole;
    Q_EMIT replaced(id);
  }
  pump();
}

void CompareData::readAgain(JobId, Run& run) {
  run.wholeDue = true;
  run.partDue = run.window.has_value();
}

void CompareData::pump() {
  for (auto& [id, run] : m_runs) {
    if (m_waiting >= mostWaiting) return;
    if (run->awaited != 0 || (!run->wholeDue && !run->partDue)) continue;
    const Job* job = m_jobs.job(id);
    if (job == nullptr || m_jobs.series(id).empty()) {  // its points come by themselves
      run->hasAnswer = true;
      run->wholeDue = run->partDue = false;
      continue;
    }
    run->readsPart = !run->wholeDue;
    (run->readsPart ? run->partDue : run->wholeDue) = false;
    run->awaited = m_history.request(queryFor(id, *run));
    ++m_waiting;
  }
}

SeriesQuery CompareData::queryFor(JobId id, const Run& run) const {
  SeriesQuery query{.job = id};
  for (const SeriesSummary& series : m_jobs.series(id))
    if (!isSystemTag(series.tag)) query.tags << series.tag;
  qint64 last = 0;
  for (const SeriesSummary& series : m_jobs.series(id))
    if (!isSystemTag(series.tag)) last = std::max(last, series.last.step);
  StepRange range{0, last};
  if (run.readsPart && run.window) {
    range = *run.window;
    query.fromStep = range.from;
    query.toStep = range.to;
  }
  query.columns = PixelColumns{double(range.from), double(std::max(range.to, range.from + 1)), m_columns};
  query.smoothing = m_smoothing;
  return query;
}

void CompareData::take(quint64 request, const JobPoints& points) {
  const auto it = std::find_if(m_runs.begin(), m_runs.end(), [&](const auto& entry) { return entry.second->awaited == request; });
  if (request == 0 || it == m_runs.end()) return;
  Run& run = *it->second;
  run.awaited = 0;
  --m_waiting;
  if (run.readsPart) {
    run.shown = run.whole;
    if (run.window)
      for (const SeriesPoints& part : points.series) run.shown[part.tag] = withDetail(run.whole[part.tag], part, double(run.window->from));
  } else {
    run.whole.clear();
    for (const SeriesPoints& series : points.series) run.whole[series.tag] = series;
    run.shown = run.whole;
    run.appended = 0;
    run.hasAnswer = true;
  }
  for (const JobPoints& committed : std::exchange(run.early, {})) append(run, committed);
  const bool more = run.partDue;  // and then it is told once
  const JobId id = it->first;
  pump();
  if (!more || run.whole.empty()) Q_EMIT replaced(id);
}

void CompareData::takeFailure(quint64 request, const Error& error) {
  for (auto& [id, run] : m_runs) {
    if (request == 0 || run->awaited != request) continue;
    run->awaited = 0;
    run->hasAnswer = true;
    --m_waiting;
    for (const JobPoints& committed : std::exchange(run->early, {})) append(*run, committed);
    Q_EMIT failed(error);
    break;
  }
  pump();
}

void CompareData::append(Run& run, const JobPoints& points) const {
  for (const SeriesPoints& series : points.series) {
    if (series.points.empty() || isSystemTag(series.tag)) continue;
    for (SeriesMap* map : {&run.whole, &run.shown}) {
      SeriesPoints& into = (*map)[series.tag];
      into.tag = series.tag;
      addSuperseding(into, series.points, m_smoothing);
    }
    run.appended += series.points.size();
  }
}

void CompareData::takeCommitted(const JobPoints& points) {
  const auto it = m_runs.find(points.job);
  if (it == m_runs.end()) return;
  Run& run = *it->second;
  if (run.awaited != 0) run.early.push_back(points);
  if (!run.hasAnswer) return;
  append(run, points);
  Q_EMIT extended(points);
  const std::size_t tags = std::max<std::size_t>(1, run.whole.size());
  if (run.appended <= longGrown * static_cast<std::size_t>(m_columns) * tags) return;
  readAgain(points.job, run);
  run.appended = 0;
  pump();
}

const SeriesPoints* CompareData::series(JobId job, const QString& tag) const {
  const auto run = m_runs.find(job);
  if (run == m_runs.end()) return nullptr;
  const auto series = run->second->shown.find(tag);
  return series == run->second->shown.end() || series->second.points.empty() ? nullptr : &series->second;
}

QStringList CompareData::tags(JobId job) const {
  QStringList tags;
  const auto run = m_runs.find(job);
  if (run == m_runs.end()) return tags;
  for (const auto& [tag, series] : run->second->shown)
    if (!series.points.empty()) tags << tag;
  return tags;
}

bool CompareData::isLoading() const {
  return std::any_of(m_runs.begin(), m_runs.end(), [](const auto& entry) { return !entry.second->hasAnswer; });
}

}  // namespace trainyard
