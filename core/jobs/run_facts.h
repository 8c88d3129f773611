// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaType>
#include <optional>

#include "core/jobs/job.h"

namespace trainyard {

/// What the files of a run that another program wrote tell beside its points. Empty and 0 = they do not tell.
struct RunFacts {
  QString name;
  QString model;
  QString dataset;
  QList<KeyValue> parameters;   ///< at most `mostParameters`, values at most 6,000 characters
  double learningRate = 0.0;    ///< finite, > 0
  qint64 batchSize = 0;
  qint64 epochs = 0;
  qint64 startedMs = 0;         ///< ms since 1970 UTC
  qint64 endedMs = 0;
  std::optional<Ending> ending; ///< how the run ended, where the format says so
  Unread unread;                ///< so far
  static constexpr int mostParameters = 2'000;
  friend bool operator==(const RunFacts&, const RunFacts&) = default;
};

}  // namespace trainyard

Q_DECLARE_METATYPE(trainyard::RunFacts)
