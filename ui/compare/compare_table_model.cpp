// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/compare_table_model.h"

#include <QCollator>
#include <QPainter>
#include <QPixmap>
#include <cmath>

#include "core/base/csv.h"
#include "core/base/format.h"
#include "core/metrics/chart_groups.h"
#include "ui/theme/elided_name.h"

namespace trainyard {
namespace {

ComparedValue numberOf(double value) {
  if (std::isnan(value)) return {metricText(value), {}};
  return {metricText(value), value};
}

QStringList metricTags(const JobService& jobs, const QList<JobId>& ids) {
  QStringList tags;
  for (const JobId id : ids)
    for (const SeriesSummary& series : jobs.series(id))
      if (series.count > 0 && !tags.contains(series.tag)) tags << series.tag;
  tags.sort();
  QStringList ordered;
  for (const ChartGroup& group : chartGroups(tags)) ordered << group.tags;
  return ordered;
}

void addMetric(std::vector<CompareColumn>& columns, const JobService& jobs, const QList<JobId>& ids, const QString& tag) {
  const MetricKind kind = metricKind(tag);
  CompareColumn last{CompareTableModel::tr("%1 last").arg(tag), true, {}};
  CompareColumn best{CompareTableModel::tr("%1 best").arg(tag), true, {}};
  for (const JobId id : ids) {
    const SeriesSummary* series = jobs.series(id, tag);
    const bool told = series != nullptr && series->count > 0;
    last.values.push_back(told ? numberOf(series->last.value) : ComparedValue{});
    best.values.push_back(told ? numberOf(kind == MetricKind::Loss ? series->min.value : series->max.value) : ComparedValue{});
  }
  columns.push_back(std::move(last));
  if (kind == MetricKind::Loss || kind == MetricKind::Accuracy) columns.push_back(std::move(best));
}

QPixmap sampleOf(const JobInk& ink, const Tokens& tokens) {
  constexpr int scale = 2;
  QPixmap pixmap(CompareTableModel::sampleSize * scale);
  pixmap.setDevicePixelRatio(scale);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  drawSample(painter, ink, tokens, QPointF(0, CompareTableModel::sampleSize.height() / 2.0), CompareTableModel::sampleSize.width());
  return pixmap;
}

}  // namespace

std::vector<CompareColumn> compareColumns(const JobService& service, const QList<JobId>& ids, bool differencesOnly) {
  std::vector<const Job*> jobs;
  QList<JobId> known;
  for (const JobId id : ids)
    if (const Job* job = service.job(id)) {
      jobs.push_back(job);
      known << id;
    }
  CompareColumn names{CompareTableModel::tr("Job"), false, {}};
  CompareColumn numbers{CompareTableModel::tr("No."), true, {}};
  for (const Job* job : jobs) {
    names.values.push_back({job->settings.name, {}});
    numbers.values.push_back({QString::number(job->id.value), double(job->id.value)});
  }
  std::vector<CompareColumn> columns{std::move(names), std::move(numbers)};
  for (ComparedParameter& parameter : comparedParameters(jobs))
    if (parameter.differs || !differencesOnly) columns.push_back({parameter.title, parameter.isNumber, std::move(parameter.values)});
  for (const QString& tag : metricTags(service, known)) addMetric(columns, service, known, tag);
  return columns;
}

CompareTableModel::CompareTableModel(Theme& theme, QObject* parent) : QAbstractTableModel(parent), m_theme(theme) {}

void CompareTableModel::show(const QList<JobId>& ids, std::vector<CompareColumn> columns) {
  const bool same = ids == m_ids && std::equal(columns.begin(), columns.end(), m_columns.begin(), m_columns.end(),
                                               [](const CompareColumn& one, const CompareColumn& other) { return one.title == other.title; });
  if (!same) beginResetModel();
  m_ids = ids;
  m_columns = std::move(columns);
  m_names.clear();
  if (!m_columns.empty())
    for (const ComparedValue& name : m_columns.front().values) m_names << name.text;
  m_names = withoutCommonFolders(m_names);
  if (!same) return endResetModel();
  if (!m_ids.isEmpty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int CompareTableModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() || m_columns.empty() ? 0 : static_cast<int>(m_columns.front().values.size());
}

int CompareTableModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_columns.size()); }

QVariant CompareTableModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const CompareColumn& column = m_columns[static_cast<std::size_t>(index.column())];
  const ComparedValue& value = column.values[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole: return index.column() == 0 ? m_names[index.row()] : value.text;
    case Qt::ToolTipRole: return value.text.size() > 24 ? value.text : QVariant();
    case Qt::TextAlignmentRole: return int((column.isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case sortRole: return column.isNumber && value.number ? QVariant(*value.number) : QVariant(value.text);
    case Qt::DecorationRole: return index.column() == 0 ? QVariant(sampleOf(m_inks.value(m_ids.value(index.row())), m_theme.tokens())) : QVariant();
    default: return {};
  }
}

QVariant CompareTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const CompareColumn& column = m_columns[static_cast<std::size_t>(section)];
  if (role == Qt::DisplayRole) return column.title;
  if (role == Qt::TextAlignmentRole) return int((column.isNumber ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  return {};
}

bool CompareSort::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const QVariant one = left.data(CompareTableModel::sortRole);
  const QVariant other = right.data(CompareTableModel::sortRole);
  const auto rank = [](const QVariant& value) { return value.typeId() == QMetaType::Double ? 0 : value.toString().isEmpty() ? 2 : 1; };
  if (rank(one) != rank(other)) return sortOrder() == Qt::AscendingOrder ? rank(one) < rank(other) : rank(one) > rank(other);
  if (rank(one) == 0) return one.toDouble() < other.toDouble();
  static const QCollator collator = [] {
    QCollator natural;
    natural.setNumericMode(true);
    natural.setCaseSensitivity(Qt::CaseInsensitive);
    return natural;
  }();
  return collator.compare(one.toString(), other.toString()) < 0;
}

QString compareCsv(const QAbstractItemModel& model) {
  QList<QStringList> rows(model.rowCount() + 1);
  for (int column = 0; column < model.columnCount(); ++column) {
    rows[0] << model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    for (int row = 0; row < model.rowCount(); ++row) {
      const QVariant exact = model.index(row, column).data(CompareTableModel::sortRole);
      rows[row + 1] << (exact.typeId() == QMetaType::Double ? numberText(exact.toDouble()) : exact.toString());
    }
  }
  return csvText(rows);
}

}  // namespace trainyard
