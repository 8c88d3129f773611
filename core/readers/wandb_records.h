// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

#include "core/readers/run_source.h"
#include "core/readers/series_set.h"

namespace trainyard {

/// What the records of a W&B run say (wandb/proto/wandb_internal.proto): rows of its history become points, its config parameters, its system
/// measurements series "system/...", its exit the ending; its output, summary and alerts are counted. Nested keys are joined by dots.
class WandbRecords {
 public:
  /// One value of a row: its name, and the value as JSON.
  struct Item {
    QByteArray key;
    QByteArrayView json;
  };

  explicit WandbRecords(SeriesSet& series) : m_series(series) {}

  /// False when the record is none. `nowMs` dates rows without a time.
  [[nodiscard]] bool take(QByteArrayView record, qint64 nowMs);
  /// A row of the history. Without a step of its own, `step` or its "_step", it comes after the last one.
  void takeRow(const std::vector<Item>& row, std::optional<qint64> step, qint64 nowMs);

  [[nodiscard]] RunFacts facts() const;
  [[nodiscard]] const SkippedCounts& skipped() const { return m_skipped; }
  [[nodiscard]] QJsonObject state() const;
  void restore(const QJsonObject& state);

 private:
  void takeHistory(QByteArrayView history, qint64 nowMs);
  void takeStats(QByteArrayView stats, qint64 nowMs);
  void takeConfig(QByteArrayView config);
  void takeRun(QByteArrayView run);
  void takeExit(QByteArrayView exit);
  void addValue(QByteArrayView key, QByteArrayView json, qint64 step, qint64 wallMs);
  void addNumber(QByteArrayView key, QByteArrayView json, qint64 step, qint64 wallMs);
  void addParameter(const Item& item);
  void settle() const;

  SeriesSet& m_series;
  std::vector<Item> m_row;              ///< kept, so that a row costs no allocation
  mutable RunFacts m_facts;
  mutable QList<KeyValue> m_parameters; ///< told, and not yet among the facts
  SkippedCounts m_skipped;
  qint64 m_nextStep = 0;
  qint64 m_measurements = 0;            ///< the steps of "system/..."
};

/// Calls `take` with the name and the JSON of each value within `json` that is no object; a value that is none has the name `key`.
void eachLeaf(QByteArrayView key, QByteArrayView json, const std::function<void(QByteArrayView path, QByteArrayView json)>& take);

}  // namespace trainyard
