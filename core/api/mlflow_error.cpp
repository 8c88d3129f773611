// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/mlflow_error.h"

namespace trainyard {
namespace {

struct Word {
  const char* code;
  int status;
};

/// The first word of a status stands for it.
constexpr Word words[] = {{mlflow::invalid, 400},        {mlflow::exists, 400},     {mlflow::badState, 400},   {"UNAUTHENTICATED", 401},
                          {"PERMISSION_DENIED", 403},    {"ENDPOINT_NOT_FOUND", 404}, {mlflow::missing, 404},  {"BAD_REQUEST", 405},
                          {"BAD_REQUEST", 408},          {mlflow::invalid, 413},    {"REQUEST_LIMIT_EXCEEDED", 429}, {mlflow::internal, 500},
                          {"TEMPORARILY_UNAVAILABLE", 503}};

HttpResponse response(const Word& word, const QString& message) {
  return jsonResponse({{QStringLiteral("error_code"), QLatin1String(word.code)}, {QStringLiteral("message"), message}}, word.status);
}

}  // namespace

bool isMlflowPath(const QString& path) {
  return path.startsWith(QLatin1String("/api/2.0/")) || path.startsWith(QLatin1String("/api/3.0/")) || path.startsWith(QLatin1String("/ajax-api/"));
}

HttpResponse mlflowError(const char* code, const QString& message) {
  for (const Word& word : words)
    if (qstrcmp(word.code, code) == 0) return response(word, message);
  return mlflowError(mlflow::internal, message);
}

HttpResponse mlflowError(int status, const QString& message) {
  for (const Word& word : words)
    if (word.status == status) return response(word, message);
  return response({"BAD_REQUEST", status}, message);
}

HttpResponse mlflowError(const Error& error) {
  switch (error.code) {
    case ErrorCode::InvalidInput: return mlflowError(mlflow::invalid, error.message);
    case ErrorCode::NotFound: return mlflowError(mlflow::missing, error.message);
    case ErrorCode::NotAllowed: return mlflowError(mlflow::badState, error.message);
    case ErrorCode::InUse: return mlflowError(503, error.message);
    default: return mlflowError(mlflow::internal, error.message);
  }
}

}  // namespace trainyard
