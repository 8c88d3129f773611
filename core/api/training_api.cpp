// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/training_api.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <algorithm>

#include "core/api/job_json.h"
#include "core/api/metric_rows.h"
#include "core/api/when_written.h"
#include "core/metrics/chart_groups.h"

namespace trainyard {
namespace {

constexpr qint64 mostWhole = 100'000;  ///< points of a series that are read whole; more are reduced on the way

int statusOf(const Error& error) {
  switch (error.code) {
    case ErrorCode::InvalidInput: case ErrorCode::InvalidPattern: return 400;
    case ErrorCode::NotFound: return 404;
    case ErrorCode::NotAllowed: case ErrorCode::WorkdirMissing: case ErrorCode::CommandMissing: return 409;
    case ErrorCode::InUse: return 503;
    default: return 500;
  }
}

HttpResponse refusal(const Error& error) { return errorResponse(statusOf(error), error.message); }

/// A whole number of the query within its bounds, or `usual` where it is not given.
Result<qint64> wholeOf(const HttpRequest& request, const QString& key, qint64 least, qint64 most, qint64 usual) {
  if (!request.query.hasQueryItem(key)) return usual;
  bool ok = false;
  const qint64 value = request.argument(key).toLongLong(&ok);
  if (ok && value >= least && value <= most) return value;
  return fail(ErrorCode::InvalidInput, TrainingApi::tr("“%1” must be a whole number from %2 to %3.").arg(key).arg(least).arg(most));
}

const SeriesPoints* find(const JobPoints& points, const QString& tag) {
  for (const SeriesPoints& series : points.series)
    if (!tag.isEmpty() && series.tag == tag) return &series;
  return nullptr;
}

QByteArray compact(const QJsonObject& object) { return QJsonDocument(object).toJson(QJsonDocument::Compact); }

}  // namespace

TrainingApi::TrainingApi(ApiRoutes& routes, JobService& jobs, MetricReader& reader, QObject* parent)
    : QObject(parent), m_jobs(jobs), m_reads(reader), m_life(QByteArray::number(QRandomGenerator::global()->generate(), 36)) {
  const QString all = QStringLiteral("/api/training"), one = all + QStringLiteral("/{}");
  using Effect = ApiRoutes::Effect;
  routes.add("GET", all, Effect::Reads, [this](const ApiCall& call) { list(call); });
  routes.add("POST", all, Effect::Changes, [this](const ApiCall& call) { create(call); });
  routes.add("GET", one, Effect::Reads, [this](const ApiCall& call) { show(call); });
  routes.add("GET", one + QStringLiteral("/metrics"), Effect::Reads, [this](const ApiCall& call) { metrics(call); });
  routes.add("POST", one + QStringLiteral("/start"), Effect::Changes, [this](const ApiCall& call) { act(call, true); });
  routes.add("POST", one + QStringLiteral("/stop"), Effect::Changes, [this](const ApiCall& call) { act(call, false); });
  connect(&m_jobs, &JobService::loaded, this, [this] { ++m_count; });
  connect(&m_jobs, &JobService::jobAdded, this, &TrainingApi::count);
  connect(&m_jobs, &JobService::jobRemoved, this, &TrainingApi::count);
  connect(&m_jobs, &JobService::jobsChanged, this, [this](const QList<JobId>& ids) { for (const JobId id : ids) count(id); });
  connect(&m_jobs, &JobService::pointsCommitted, this, [this](const JobPoints& points) { count(points.job); });
}

void TrainingApi::count(JobId id) { m_counts[id] = ++m_count; }

QByteArray TrainingApi::etag(JobId id) const {
  return '"' + m_life + '.' + QByteArray::number(id.isValid() ? m_counts.value(id) : m_count) + '"';
}

QJsonObject TrainingApi::jobJson(JobId id) const {
  const Job* job = m_jobs.job(id);
  return job != nullptr ? toJson(*job, m_jobs.series(id)) : QJsonObject{{QStringLiteral("id"), id.value}};
}

Result<JobId> TrainingApi::jobOf(const ApiCall& call) const {
  bool ok = false;
  const JobId id{call.arguments.first().toLongLong(&ok)};
  if (!ok || !id.isValid()) return fail(ErrorCode::InvalidInput, tr("“%1” is not the number of a job.").arg(call.arguments.first()));
  if (!m_jobs.isLoaded()) return fail(ErrorCode::InUse, tr("Trainyard is still opening its database; try again in a moment."));
  if (m_jobs.job(id) == nullptr) return fail(ErrorCode::NotFound, tr("There is no job %1.").arg(id.value));
  return id;
}

void TrainingApi::list(const ApiCall& call) {
  if (!m_jobs.isLoaded()) return call.reply(errorResponse(503, tr("Trainyard is still opening its database; try again in a moment.")));
  const QByteArray tag = etag({});
  if (call.request.header("if-none-match") == tag) return call.reply({304, {}, {}, {{"ETag", tag}}});
  QJsonArray jobs;
  for (const JobId id : m_jobs.jobs()) jobs.append(jobJson(id));
  HttpResponse response = jsonResponse({{QStringLiteral("jobs"), jobs}});
  response.headers = {{"ETag", tag}};
  call.reply(response);
}

void TrainingApi::show(const ApiCall& call) {
  const auto id = jobOf(call);
  if (!id) return call.reply(refusal(id.error()));
  const QByteArray tag = etag(*id);
  if (call.request.header("if-none-match") == tag) return call.reply({304, {}, {}, {{"ETag", tag}}});
  HttpResponse response = jsonResponse({{QStringLiteral("job"), jobJson(*id)}});
  response.headers = {{"ETag", tag}};
  call.reply(response);
}

void TrainingApi::create(const ApiCall& call) {
  const QJsonDocument document = QJsonDocument::fromJson(call.request.body);
  if (!document.isObject()) return call.reply(errorResponse(400, tr("The body is not a JSON object.")));
  const auto id = draftFromJson(document.object())
                      .and_then([](const JobDraft& draft) { return settingsFrom(draft); })
                      .and_then([this](const JobSettings& settings) { return m_jobs.create(settings); });
  if (!id) {  // a folder or a program that is not there is wrong in what was sent, not in what is
    const int status = statusOf(id.error());
    return call.reply(errorResponse(status == 409 ? 400 : status, id.error().message));
  }
  whenWritten(*this, m_jobs, *id, JobChangeKind::Created, [this, id = *id, reply = call.reply](const Result<void>& written) {
    if (!written) return reply(refusal(written.error()));
    HttpResponse response = jsonResponse({{QStringLiteral("job"), jobJson(id)}}, 201);
    response.headers = {{"Location", "/api/training/" + QByteArray::number(id.value)}};
    reply(response);
  });
}

void TrainingApi::act(const ApiCall& call, bool start) {
  const auto id = jobOf(call);
  if (!id) return call.reply(refusal(id.error()));
  const auto accepted = start ? m_jobs.start(*id) : m_jobs.stop(*id);
  if (!accepted) return call.reply(refusal(accepted.error()));
  const auto answer = [this, id = *id, reply = call.reply](const Result<void>& written) {
    reply(written ? jsonResponse({{QStringLiteral("job"), jobJson(id)}}) : refusal(written.error()));
  };
  if (start) return whenWritten(*this, m_jobs, *id, JobChangeKind::Started, answer);
  answer({});  // it ends when its program has ended, as after the button
}

Result<TrainingApi::Wish> TrainingApi::wishOf(const ApiCall& call) const {
  Wish wish;
  const auto id = jobOf(call);
  if (!id) return tl::make_unexpected(id.error());
  const auto limit = wholeOf(call.request, QStringLiteral("limit"), 1, mostRows, usualRows);
  if (!limit) return tl::make_unexpected(limit.error());
  const auto after = wholeOf(call.request, QStringLiteral("after"), -1, std::numeric_limits<qint64>::max() - 1, -1);
  if (!after) return tl::make_unexpected(after.error());
  wish = {*id, *after, *limit, call.request.argument(QStringLiteral("series")), etag(*id)};
  if (!wish.series.isEmpty() && m_jobs.series(*id, wish.series) == nullptr)
    return fail(ErrorCode::NotFound, tr("Job %1 has no series “%2”.").arg(id->value).arg(wish.series));
  return wish;
}

void TrainingApi::metrics(const ApiCall& call) {
  const auto wish = wishOf(call);
  if (!wish) return call.reply(refusal(wish.error()));
  if (call.request.header("if-none-match") == wish->tag) return call.reply({304, {}, {}, {{"ETag", wish->tag}}});
  if (wish->series.isEmpty()) return answerRows(*wish, call.reply);
  answerPage(*wish, call.reply, {}, wish->limit);
}

void TrainingApi::answerRows(const Wish& wish, const HttpReply& reply) {
  QStringList tags;
  qint64 most = 0;
  for (const SeriesSummary& summary : m_jobs.series(wish.job)) tags << summary.tag;
  const QString loss = primaryLossTag(tags), accuracy = primaryAccuracyTag(tags), epoch = QStringLiteral("epoch");
  SeriesQuery query{wish.job, {}};
  for (const QString& tag : {loss, accuracy, epoch})
    if (const SeriesSummary* summary = m_jobs.series(wish.job, tag)) {
      query.tags << tag;
      most = std::max(most, summary->count);
    }
  query.fromStep = wish.after + 1;
  if (most > mostWhole) query.pixelWidth = int(2 * wish.limit);
  const auto answer = [=, this](const Result<JobPoints>& points) {
    const Job* job = m_jobs.job(wish.job);
    if (!points) return reply(refusal(points.error()));
    if (job == nullptr) return reply(errorResponse(404, tr("There is no job %1.").arg(wish.job.value)));
    auto rows = spreadRows(joinedRows(find(*points, loss), find(*points, accuracy)), wish.limit);
    addEpochs(rows, job->settings.source == JobSource::Simulated ? job->settings.stepsPerEpoch : 0, find(*points, epoch));
    reply({200, "{\"job\":" + compact(jobJson(wish.job)) + ",\"metrics\":" + jsonRows(rows) + '}', "application/json", {{"ETag", wish.tag}}});
  };
  if (query.tags.isEmpty()) return answer(JobPoints{wish.job, {}, {}});  // no tags would be all of them
  m_reads.read(query, answer);
}

/// Reads on from `wish.after` in windows of steps, wider each time, until the page is full or the series is over.
void TrainingApi::answerPage(const Wish& wish, const HttpReply& reply, std::vector<Point> points, qint64 window) {
  const SeriesSummary* summary = m_jobs.series(wish.job, wish.series);
  const qint64 last = summary != nullptr ? summary->last.step : -1;
  const qint64 from = wish.after + 1;
  const qint64 to = from > std::numeric_limits<qint64>::max() - window ? std::numeric_limits<qint64>::max() : from + window - 1;
  const auto answer = [=, this](const std::vector<Point>& page, bool more) {
    const QByteArray next = more ? QByteArray::number(page.back().step) : "null";
    const QByteArray name = compact({{QStringLiteral("job"), jobJson(wish.job)}, {QStringLiteral("series"), wish.series}}).chopped(1);
    reply({200, name + ",\"points\":" + jsonPoints(page) + ",\"next\":" + next + '}', "application/json", {{"ETag", wish.tag}}});
  };
  if (from > last) return answer(points, false);
  m_reads.read({wish.job, {wish.series}, from, to}, [=, this, points = std::move(points)](const Result<JobPoints>& read) mutable {
    if (!read) return reply(refusal(read.error()));
    if (const SeriesPoints* series = find(*read, wish.series)) points.insert(points.end(), series->points.begin(), series->points.end());
    const bool tooMany = qint64(points.size()) > wish.limit;
    if (tooMany) points.resize(size_t(wish.limit));
    if (tooMany || to >= last || qint64(points.size()) == wish.limit) return answer(points, !points.empty() && points.back().step < last);
    Wish rest = wish;
    rest.after = to;
    answerPage(rest, reply, std::move(points), window > std::numeric_limits<qint64>::max() / 4 ? window : window * 4);
  });
}

}  // namespace trainyard
