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
  using Task = std::function<void()>;
  /// Reads what was sent, in the thread of the API, and says what is to be done in that of JobService.
  using Reader = std::function<Task(const ApiCall& call)>;
  enum class Effect { Reads, Changes };

  /// `pattern`: "/api/training/{}/metrics"; "{}" stands for one part, "/**" at the end for any rest, or none.
  void add(const QByteArray& method, const QString& pattern, Effect effect, Handler handler);
  /// For what takes long to be read.
  void addReader(const QByteArray& method, const QString& pattern, Effect effect, Reader reader);

  struct Match {
    const Reader* reader = nullptr;  ///< null: 404 when `allowed` is empty, else 405
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
    Reader reader;
  };
  std::vector<Route> m_routes;
};

}  // namespace trainyard
