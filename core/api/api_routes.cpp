// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/api_routes.h"

#include <optional>

namespace trainyard {
namespace {

/// What the parts of a pattern stand for in a path, or nothing when it is another.
std::optional<QStringList> matched(const QStringList& pattern, const QStringList& path) {
  QStringList arguments;
  for (qsizetype i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == u"**") return arguments << path.sliced(std::min(i, path.size())).join(u'/');
    if (i >= path.size()) return std::nullopt;
    if (pattern[i] == u"{}")
      arguments << path[i];
    else if (pattern[i] != path[i])
      return std::nullopt;
  }
  if (path.size() > pattern.size()) return std::nullopt;
  return arguments;
}

}  // namespace

void ApiRoutes::add(const QByteArray& method, const QString& pattern, Effect effect, Handler handler) {
  addReader(method, pattern, effect, [handler = std::move(handler)](const ApiCall& call) -> Task { return [handler, call] { handler(call); }; });
}

void ApiRoutes::addReader(const QByteArray& method, const QString& pattern, Effect effect, Reader reader) {
  m_routes.push_back({method, pattern.split(u'/'), effect, std::move(reader)});
}

ApiRoutes::Match ApiRoutes::find(const QByteArray& method, const QString& path) const {
  const QByteArray wanted = method == "HEAD" ? QByteArray("GET") : method;
  const QStringList parts = path.split(u'/');
  Match match;
  for (const Route& route : m_routes) {
    const auto arguments = matched(route.parts, parts);
    if (!arguments) continue;
    if (route.method == wanted) return {&route.reader, route.effect, *arguments, {}};
    if (!match.allowed.contains(route.method)) match.allowed << route.method;
  }
  if (match.allowed.contains("GET")) match.allowed << "HEAD";
  return match;
}

QStringList ApiRoutes::described() const {
  QStringList all;
  for (const Route& route : m_routes) all << QString::fromLatin1(route.method) + u' ' + route.parts.join(u'/');
  return all;
}

}  // namespace trainyard
