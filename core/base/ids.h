// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHashFunctions>
#include <QMetaType>
#include <compare>

namespace trainyard {

/// A job's number: positive, given once, never used again. 0 is "no job".
struct JobId {
  qint64 value = 0;

  [[nodiscard]] bool isValid() const { return value > 0; }
  friend auto operator<=>(const JobId&, const JobId&) = default;  // NOLINT(modernize-use-nullptr): clang 14 sees a 0
  friend size_t qHash(JobId id, size_t seed = 0) { return ::qHash(id.value, seed); }
};

}  // namespace trainyard

Q_DECLARE_METATYPE(trainyard::JobId)
