// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/http_message.h"
#include "core/base/error.h"

namespace trainyard {

/// Whether a path is below "/api/2.0/" or "/ajax-api/", where errors have MLflow's form.
[[nodiscard]] bool isMlflowPath(const QString& path);

/// MLflow's words for what went wrong (`ErrorCode` in its databricks.proto); its clients branch on them.
namespace mlflow {
inline constexpr const char* invalid = "INVALID_PARAMETER_VALUE";
inline constexpr const char* missing = "RESOURCE_DOES_NOT_EXIST";
inline constexpr const char* exists = "RESOURCE_ALREADY_EXISTS";
inline constexpr const char* badState = "INVALID_STATE";
inline constexpr const char* internal = "INTERNAL_ERROR";
}  // namespace mlflow

/// {"error_code", "message"} with the HTTP status that MLflow's server gives to that code.
[[nodiscard]] HttpResponse mlflowError(const char* code, const QString& message);
/// The same for a status of HTTP.
[[nodiscard]] HttpResponse mlflowError(int status, const QString& message);
[[nodiscard]] HttpResponse mlflowError(const Error& error);

}  // namespace trainyard
