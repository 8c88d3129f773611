// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonArray>
#include <algorithm>
#include <vector>

#include "core/api/http_message.h"

namespace trainyard {

/// {`name`: [at most `limit` of what was found, from that place on], "next_page_token": where the next page begins, if there is one}.
template <typename Found, typename ToJson>
[[nodiscard]] HttpResponse pageOf(const char* name, qint64 from, qint64 limit, const std::vector<Found>& found, const ToJson& toJson) {
  const qint64 count = qint64(found.size()), first = std::min(from, count), end = first + std::min(limit, count - first);
  QJsonArray page;
  for (qint64 i = first; i < end; ++i) page.append(toJson(found[size_t(i)]));
  QJsonObject answer{{QLatin1String(name), page}};
  if (end < count) answer.insert(QStringLiteral("next_page_token"), QString::number(end));
  return jsonResponse(answer);
}

}  // namespace trainyard
