// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <vector>

#include "core/api/http_message.h"

namespace trainyard {

struct ApiCall {
  HttpRequest request;
  QStringList arguments;  ///< what stood for each "{}" of the pattern, and for "**"
  HttpReply reply;
};

/// Which function answers which method and path.
class ApiRoutes {
 public:
  using Handler = std::function<void(const ApiCall& call)>;
  enum class Effect { Reads, Changes };

  /// `pattern`: "/api/training/{}/metrics"; "{}" stands for one part, "/**" at the end for any rest, or none.
  void add(const QByteArray& method, const QString& pattern, Effect effect, Handler handler);

  struct Match {
    const Handler* handler = nullptr;  ///< null: 404 when `allowed` is empty, else 405
    Effect effect = Effect::Reads;
    QStringList arguments;
    QList<QByteArray> allowed;
  };
  /// HEAD is answered by what answers GET.
  [[nodiscard]] Match find(const QByteArray& method, const QString& path) const;
  /// "GET /api/training/{}", ... in the order in which they were added.
  [[nodiscard]] QStringList described() const;

 private:
  struct Route {
    QByteArray method;
    QStringList parts;
    Effect effect;
    Handler handler;
  };
  std::vector<Route> m_routes;
};

}  // namespace trainyard
