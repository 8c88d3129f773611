// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <functional>

#include "core/base/error.h"
#include "core/metrics/metric_reader.h"

namespace trainyard {

/// A MetricReader whose answers go to who has asked.
class HistoryReads final : public QObject {
  Q_OBJECT
 public:
  using Then = std::function<void(const Result<JobPoints>& points)>;
  explicit HistoryReads(MetricReader& reader, QObject* parent = nullptr);

  void read(const SeriesQuery& query, Then then);

 private:
  MetricReader& m_reader;
  QHash<quint64, Then> m_waiting;
};

}  // namespace trainyard
