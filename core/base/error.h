// SPDX-License-Identifier: GPL-3.0-or-later
// Errors are data. Every function of core that can fail returns a Result; nothing is thrown across core's edge.
#pragma once

#include <QMetaType>
#include <QString>
#include <tl/expected.hpp>

namespace trainyard {

/// What went wrong, for branching. Every code is walked to a visible message by tests (tests/core/error_codes_test.cpp).
enum class ErrorCode {
  InvalidInput,       ///< a field, an option or a line of a request is out of its range
  NotFound,           ///< no job (or file) by that id or name
  NotAllowed,         ///< the job's status does not allow the action
  WorkdirMissing,     ///< the working directory does not exist
  CommandMissing,     ///< the program of a command line cannot be found
  InvalidPattern,     ///< a regular expression that does not compile, or has no usable group
  CouldNotStart,      ///< the operating system refused to start the process
  Diverged,           ///< the loss of a simulated run became NaN
  StorageOpen,        ///< the data directory or the database cannot be opened or created
  StorageNotADatabase,///< the file is not a Trainyard database
  StorageTooNew,      ///< the database was written by a newer Trainyard
  StorageRead,        ///< a query failed
  StorageWrite,       ///< a transaction failed
  StorageFull,        ///< no space left on the disk
  StorageDamaged,     ///< what was read is not what was written
  InUse,              ///< another Trainyard owns the data directory
  Internal,           ///< a promise of our own was broken
};

/// `message` is one sentence that says what is wrong and what to do; `detail` is for the log (an SQL error, an errno).
struct Error {
  ErrorCode code = ErrorCode::Internal;
  QString message;
  QString detail;

  friend bool operator==(const Error&, const Error&) = default;
};

template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, QString message, QString detail = {}) {
  return tl::make_unexpected(Error{code, std::move(message), std::move(detail)});
}

}  // namespace trainyard

Q_DECLARE_METATYPE(trainyard::Error)
