// SPDX-License-Identifier: GPL-3.0-or-later
// Values of MLflow's JSON, which is protobuf's: an int64 may be a number or a text, NaN and the infinities are texts.
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <map>
#include <optional>

#include "core/api/api_routes.h"
#include "core/base/error.h"

namespace trainyard {

[[nodiscard]] std::optional<qint64> wholeIn(const QJsonValue& value);
[[nodiscard]] std::optional<double> numberInJson(const QJsonValue& value);
/// A number, or "NaN", "Infinity", "-Infinity".
[[nodiscard]] QJsonValue jsonOf(double value);
/// [{"key", "value"}, ...]
[[nodiscard]] QJsonArray pairsOf(const std::map<QString, QString>& texts);

/// What was asked: the body's object; of a request without one the members of its query, as texts or arrays of them. InvalidInput for a body
/// that is no object.
[[nodiscard]] Result<QJsonObject> messageOf(const HttpRequest& request);
/// "Invalid value 5 for parameter 'name' supplied.", as MLflow's server says it; InvalidInput.
[[nodiscard]] Error invalidValue(const char* key, const QJsonValue& value);
/// Where a page begins that is asked for by its "page_token"; 0 without one. InvalidInput for what was never given as a token.
[[nodiscard]] Result<qint64> pageIn(const QJsonObject& message);
/// A member that is a text and not empty, or InvalidInput that names it.
[[nodiscard]] Result<QString> needed(const QJsonObject& message, const char* key);
/// The texts of an array, or a text alone.
[[nodiscard]] QStringList textsOf(const QJsonValue& value);
/// A name of a metric, parameter or tag: 1..250 characters, no control characters.
[[nodiscard]] Result<void> checkKey(const QString& key);

}  // namespace trainyard
