// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <deque>
#include <optional>

#include "core/base/error.h"
#include "core/jobs/job_service.h"
#include "core/metrics/metric_reader.h"

namespace trainyard {

/// Which part of a run is seen, at what width.
struct HistoryView {
  double fromStep = 0.0;
  double toStep = 1.0;   ///< > fromStep
  bool isWhole = true;   ///< the whole run: what comes on later is seen, too
  int columns = 1'000;   ///< pixels
  double smoothing = 0.0;
  friend bool operator==(const HistoryView&, const HistoryView&) = default;
};

/// The points of one job for its page. A short history is read whole, once. Of a long one so much is held as the screen can
/// show: first what the summaries of its chunks tell, the first chart's before the others', which comes at once; then minimum and maximum of each pixel column of what is
/// seen, and again whenever something else is; and every point that is committed meanwhile.
class JobHistory final : public QObject {
  Q_OBJECT
 public:
  static constexpr qint64 longFrom = 400'000;  ///< points of all series

  JobHistory(MetricReader& reader, const JobService& jobs, QObject* parent = nullptr);

  /// Another job; an invalid id: none.
  void open(JobId id, double smoothing);
  /// What is seen has changed. Of no consequence for a short history.
  void look(const HistoryView& view);
  [[nodiscard]] bool isLong() const { return m_long; }

 Q_SIGNALS:
  /// All there is so far; replaces what was shown.
  void begun(const trainyard::JobPoints& points);
  /// The same curves, closer: replaces the points of the series that are in it.
  void refined(const trainyard::JobPoints& points);
  void appended(const trainyard::JobPoints& points);
  void failed(const trainyard::Error& error);

 private:
  void takeLoaded(quint64 request, const JobPoints& points);
  void takeCommitted(const JobPoints& points);
  void takeFirst(const JobPoints& points);
  void takeRest(const JobPoints& points);
  void askForSummaries(double smoothing);
  void goOn();
  void takeDetail(const JobPoints& points);
  void askForDetail();
  [[nodiscard]] QStringList tags(bool ofSystem) const;

  MetricReader& m_reader;
  const JobService& m_jobs;
  QTimer m_pause;                       ///< so that a drag does not ask for each of its pixels
  JobId m_job = {};
  bool m_long = false;
  quint64 m_first = 0;                  ///< requests whose answers are wanted
  quint64 m_rest = 0;
  quint64 m_system = 0;
  quint64 m_detail = 0;
  std::vector<JobPoints> m_early;       ///< committed while the first answers were on their way
  std::vector<JobPoints> m_whileDetail; ///< and while closer ones are
  std::optional<HistoryView> m_wanted;
  HistoryView m_asked;                  ///< what m_detail is about
  JobPoints m_base;                     ///< the whole run as last read, and what was committed since
  qint64 m_live = 0;                    ///< points of it that were committed since
};

}  // namespace trainyard
