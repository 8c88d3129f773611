// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/readers/run_source.h"

namespace trainyard {

/// Adds parameters, and what their usual names tell: "lr", "per_device_train_batch_size", "optimizer/lr", "num_train_epochs", "_name_or_path".
/// A fact that is known already stays; a parameter of the same name is replaced.
void addParameters(RunFacts& facts, const QList<KeyValue>& parameters);

/// A YAML file of parameters beside a run, read again when it changed.
class ParameterFile {
 public:
  explicit ParameterFile(QString path) : m_path(std::move(path)) {}
  [[nodiscard]] const QList<KeyValue>& values() const;
  [[nodiscard]] const QString& path() const { return m_path; }

 private:
  QString m_path;
  mutable QList<KeyValue> m_values;
  mutable qint64 m_changedMs = 0;
  mutable qint64 m_bytes = -1;
};

/// Bytes and the time of change of the files of a run that was found; the time is not known while one of them cannot be read.
void measure(FoundRun& run, const QStringList& files);

}  // namespace trainyard
