// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_list_model.h"

#include <QMimeData>

#include "ui/jobs/job_card.h"

namespace trainyard {
namespace {

constexpr int comeMs = 150;

}  // namespace

JobListModel::JobListModel(JobService& jobs, const Dispatcher& queue, MetricReader& history, const Clock& clock, QObject* parent)
    : QAbstractListModel(parent), m_jobs(jobs), m_queue(queue), m_clock(clock), m_sparklines(new SparklineCache(jobs, history, this)) {
  connect(&jobs, &JobService::jobsLoaded, this, &JobListModel::addAll);
  connect(&jobs, &JobService::jobAdded, this, &JobListModel::add);
  connect(&jobs, &JobService::jobsChanged, this, &JobListModel::change);
  connect(&jobs, &JobService::jobRemoved, this, &JobListModel::remove);
  connect(m_sparklines, &SparklineCache::changed, this, [this](JobId id) { change({id}); });
  m_come.setSingleShot(true);
  m_come.setInterval(comeMs);
  connect(&m_come, &QTimer::timeout, this, &JobListModel::showComing);
  const std::vector<JobId> known = jobs.jobs();
  addAll({known.begin(), known.end()});
}

int JobListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant JobListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = m_rows[size_t(index.row())];
  if (role == JobIdRole) return row.id.value;
  if (role == JobStatusRole) return static_cast<int>(row.status);
  const Job* job = m_jobs.job(row.id);
  if (job == nullptr) return {};
  if (role == Qt::DisplayRole) return job->settings.name;
  if (role == Qt::ToolTipRole) return job->ending.reason.isEmpty() ? job->settings.name : job->settings.name + u'\n' + job->ending.reason;
  if (role != JobCardRole && role != Qt::AccessibleTextRole) return {};
  JobCardContext context{m_jobs.isBusy(row.id), m_jobs.stopStage(row.id), {}, m_clock.nowMs()};
  if (job->status == JobStatus::Queued) context.waitingFor = waitText(*job, m_jobs, m_queue.isOn(), m_jobs.gpuCount(), context.nowMs);
  JobCard card = cardFor(*job, m_jobs.series(row.id), context);
  if (role == Qt::AccessibleTextRole) return spokenCard(card);
  if (job->status != JobStatus::Queued && context.stop.signals == 0) card.sparkline = m_sparklines->values(row.id);
  return QVariant::fromValue(card);
}

Qt::ItemFlags JobListModel::flags(const QModelIndex& index) const {
  const Qt::ItemFlags usual = QAbstractListModel::flags(index);
  if (!index.isValid()) return usual | Qt::ItemIsDropEnabled;
  return m_rows[size_t(index.row())].status == JobStatus::Queued ? usual | Qt::ItemIsDragEnabled | Qt::ItemIsDropEnabled : usual;
}

QStringList JobListModel::mimeTypes() const { return {QStringLiteral("application/x-trainyard-queued-job")}; }

QMimeData* JobListModel::mimeData(const QModelIndexList& indexes) const {
  if (indexes.isEmpty()) return nullptr;
  auto* data = new QMimeData;
  data->setData(mimeTypes().first(), QByteArray::number(indexes.first().data(JobIdRole).toLongLong()));
  return data;
}

/// The job itself is not moved here: the queue's order changes, and the rows follow.
bool JobListModel::dropMimeData(const QMimeData* data, Qt::DropAction, int row, int, const QModelIndex& parent) {
  const JobId id{data->data(mimeTypes().first()).toLongLong()};
  if (!id.isValid()) return false;
  const int at = parent.isValid() ? parent.row() : row;
  const bool behindAll = at < 0 || at >= int(m_rows.size()) || m_rows[size_t(at)].status != JobStatus::Queued;
  Q_EMIT moveRequested(id, behindAll ? JobId{} : m_rows[size_t(at)].id);
  return false;
}

JobListModel::Row JobListModel::rowFor(const Job& job) {
  const JobSettings& settings = job.settings;
  const QString status = toText(job.status);
  const QString badge = badgeText(badgeFor(job, false));
  QStringList words{settings.name, settings.model, settings.dataset, settings.command.line, status};
  if (badge != status) words << badge;
  const QByteArray text = words.join(u'\n').toLower().toUtf8();
  const Row row{job.id, job.status, quint32(m_texts.size()), quint32(text.size())};
  m_texts.append(text.constData(), size_t(text.size()));
  return row;
}

/// What is wasted is given back when it is more than half.
void JobListModel::dropText(const Row& row) {
  m_wastedTexts += row.textSize;
  if (m_wastedTexts < 65'536 || m_wastedTexts * 2 < m_texts.size()) return;
  std::string texts;
  for (std::vector<Row>* rows : {&m_rows, &m_coming}) {
    for (Row& one : *rows) {
      const std::string_view text(m_texts.data() + one.textAt, one.textSize);
      one.textAt = quint32(texts.size());
      texts += text;
    }
  }
  m_texts = std::move(texts);
  m_wastedTexts = 0;
}

std::string_view JobListModel::searchTextAt(int row) const {
  const Row& at = m_rows[size_t(row)];
  return {m_texts.data() + at.textAt, at.textSize};
}

QString JobListModel::sortNameAt(int row) const {
  const std::string_view text = searchTextAt(row);
  return QString::fromUtf8(text.data(), qsizetype(text.find('\n')));
}

bool JobListModel::isSooner(int row, int other) const {
  const Job* one = m_jobs.job(idAt(row));
  const Job* second = m_jobs.job(idAt(other));
  return one != nullptr && second != nullptr && trainyard::isSooner(*one, *second);
}

std::vector<JobListModel::Row>::const_iterator JobListModel::place(JobId id) const {
  return std::lower_bound(m_rows.begin(), m_rows.end(), id, [](const Row& row, JobId other) { return row.id > other; });
}

int JobListModel::rowOf(JobId id) const {
  const auto it = place(id);
  return it != m_rows.end() && it->id == id ? int(it - m_rows.begin()) : -1;
}

/// While more and more older jobs come, a list that grew with each portion would do little else.
void JobListModel::addAll(const QList<JobId>& ids) {
  for (const JobId id : ids)
    if (const Job* job = m_jobs.job(id); job != nullptr && rowOf(id) < 0) m_coming.push_back(rowFor(*job));
  if (m_rows.empty() || m_jobs.isLoaded())
    showComing();
  else if (!m_come.isActive())
    m_come.start();
}

/// Each run of neighbours comes at once.
void JobListModel::showComing() {
  m_come.stop();
  const std::vector<Row> coming = std::exchange(m_coming, {});
  for (auto from = coming.begin(); from != coming.end();) {
    const auto before = place(from->id);
    const auto row = int(before - m_rows.begin());
    const auto to = before == m_rows.end() ? coming.end() : std::find_if(from, coming.end(), [&](const Row& one) { return one.id < before->id; });
    beginInsertRows({}, row, row + int(to - from) - 1);
    m_rows.insert(before, from, to);
    for (auto one = from; one != to; ++one) ++m_counts[size_t(one->status)];
    endInsertRows();
    from = to;
  }
  Q_EMIT countsChanged();
}

void JobListModel::add(JobId id) {
  const Job* job = m_jobs.job(id);
  if (job == nullptr || rowOf(id) >= 0) return;
  const auto before = place(id);
  const int row = int(before - m_rows.begin());
  beginInsertRows({}, row, row);
  m_rows.insert(before, rowFor(*job));
  ++m_counts[size_t(job->status)];
  endInsertRows();
  Q_EMIT countsChanged();
}

void JobListModel::change(const QList<JobId>& ids) {
  std::vector<int> rows;
  bool counted = false;
  for (const JobId id : ids) {
    const Job* job = m_jobs.job(id);
    if (rowOf(id) < 0 && !m_coming.empty()) showComing();
    const int at = rowOf(id);
    if (at < 0 || job == nullptr) continue;
    Row& row = m_rows[size_t(at)];
    if (row.status != job->status) {
      --m_counts[size_t(row.status)];
      ++m_counts[size_t(job->status)];
      counted = true;
    }
    const Row before = std::exchange(row, rowFor(*job));
    dropText(before);
    rows.push_back(at);
  }
  std::sort(rows.begin(), rows.end());
  for (size_t from = 0; from < rows.size();) {  // one signal for each run of neighbours
    size_t to = from;
    while (to + 1 < rows.size() && rows[to + 1] <= rows[to] + 1) ++to;
    Q_EMIT dataChanged(index(rows[from]), index(rows[to]));
    from = to + 1;
  }
  if (counted) Q_EMIT countsChanged();
}

void JobListModel::remove(JobId id) {
  if (!m_coming.empty()) showComing();
  const int row = rowOf(id);
  if (row < 0) return;
  beginRemoveRows({}, row, row);
  --m_counts[size_t(m_rows[size_t(row)].status)];
  const Row gone = m_rows[size_t(row)];
  m_rows.erase(m_rows.begin() + row);
  dropText(gone);
  endRemoveRows();
  Q_EMIT countsChanged();
}

}  // namespace trainyard
