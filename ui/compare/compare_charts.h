// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSet>
#include <QTimer>
#include <QWidget>
#include <vector>

#include "core/metrics/chart_groups.h"
#include "ui/charts/metric_chart.h"
#include "ui/compare/compare_data.h"
#include "ui/compare/job_inks.h"

namespace trainyard {

class ChartColumn;

/// One curve in every chart: a job, or a group of them as mean and range.
struct CompareLine {
  QString key;         ///< its series' tag in the charts: the first job's number
  QString label;
  QList<JobId> jobs;
  JobInk ink;
  friend bool operator==(const CompareLine& one, const CompareLine& other) {
    return one.key == other.key && one.label == other.label && one.jobs == other.jobs && one.ink == other.ink;
  }
};

/// A scrolling column of charts, one for each metric that at least one of the jobs has (loss first, accuracy, others), with one
/// curve a job. They share one x range and one crosshair. Looked at closely, the curves are read as finely.
/// objectNames: compareChart_<tag>.
class CompareCharts final : public QWidget {
  Q_OBJECT
 public:
  CompareCharts(Theme& theme, JobService& jobs, CompareData& curves, QWidget* parent = nullptr);

  void setLines(const QList<CompareLine>& lines);
  [[nodiscard]] const QList<CompareLine>& lines() const { return m_lines; }
  void setOptions(const ChartOptions& options);
  [[nodiscard]] ChartOptions options() const { return m_options; }
  void setHidden(const QSet<QString>& keys);
  /// The metrics there are, in the order of their charts.
  [[nodiscard]] QStringList tags() const;
  /// Metrics whose charts are not wanted.
  void setHiddenTags(const QSet<QString>& tags);
  [[nodiscard]] QSet<QString> hiddenTags() const { return m_hiddenTags; }
  void resetZoom();
  /// The chart that has the keyboard, else the first one that is seen, and its metric; none where there is none.
  [[nodiscard]] std::pair<MetricChart*, QString> currentChart() const;
  /// Tells the data how finely its curves are seen now; else a moment after a change.
  void askResolution();
  /// "Loss · train" for "train/loss".
  [[nodiscard]] static QString titleOf(const QString& tag);

 Q_SIGNALS:
  void tagsChanged();

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  struct Entry {
    QString tag;
    MetricChart* chart;
  };
  void rebuild();
  void arrange();
  /// When the job has a metric that no job had.
  void arrangeFor(JobId id);
  MetricChart* makeChart(const QString& tag);
  void restart(const Entry& entry);
  void fill(const Entry& entry, const CompareLine& line);
  void takeReplaced(JobId id);
  void takeExtended(const JobPoints& points);
  void fillLater(const QString& key);
  void fillDue();
  void setRange(std::optional<XRange> range, const MetricChart* except);
  void readWindows();
  [[nodiscard]] const CompareLine* lineOf(JobId id) const;
  [[nodiscard]] SeriesPoints mapped(JobId id, const QString& tag) const;

  Theme& m_theme;
  JobService& m_jobs;
  CompareData& m_data;
  ChartColumn* m_column = nullptr;
  std::vector<Entry> m_entries;
  QList<CompareLine> m_lines;
  QSet<QString> m_hidden;
  QSet<QString> m_hiddenTags;
  QSet<QString> m_known;      ///< all series of all jobs
  QSet<QString> m_due;        ///< lines to be filled again
  bool m_isBlank = true;      ///< none has been filled yet
  ChartOptions m_options;
  std::optional<XRange> m_range;
  QTimer m_fillTimer;
  QTimer m_readTimer;
};

}  // namespace trainyard
