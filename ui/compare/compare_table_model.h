// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include "core/jobs/comparison.h"
#include "core/jobs/job_service.h"
#include "ui/compare/job_inks.h"
#include "ui/theme/theme.h"

namespace trainyard {

/// A column of the comparison: a value of each job.
struct CompareColumn {
  QString title;
  bool isNumber = false;
  std::vector<ComparedValue> values;
};

/// The names and numbers of the jobs, the parameters (with `differencesOnly` those that differ), and of each metric the last and
/// the best value. The best is the least of a loss and the greatest of an accuracy; other metrics have none.
[[nodiscard]] std::vector<CompareColumn> compareColumns(const JobService& jobs, const QList<JobId>& ids, bool differencesOnly);

/// Rows are jobs.
class CompareTableModel final : public QAbstractTableModel {
  Q_OBJECT
 public:
  static constexpr int sortRole = Qt::UserRole;  ///< a number, or text
  static constexpr QSize sampleSize{32, 12};     ///< of the curve before a name

  explicit CompareTableModel(Theme& theme, QObject* parent = nullptr);
  /// Of the samples before the names; seen at the next `show`.
  void setInks(const QHash<JobId, JobInk>& inks) { m_inks = inks; }
  /// Values that changed alone are told as such, so that selection and order stay.
  void show(const QList<JobId>& ids, std::vector<CompareColumn> columns);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  Theme& m_theme;
  QList<JobId> m_ids;
  QStringList m_names;  ///< of the jobs, as short as they tell them apart
  QHash<JobId, JobInk> m_inks;
  std::vector<CompareColumn> m_columns;
};

/// Numbers by value, texts as people order them; what is not told comes last both ways.
class CompareSort final : public QSortFilterProxyModel {
  Q_OBJECT
 public:
  using QSortFilterProxyModel::QSortFilterProxyModel;

 protected:
  [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
};

/// The model as it is sorted, its titles first.
[[nodiscard]] QString compareCsv(const QAbstractItemModel& model);

}  // namespace trainyard
