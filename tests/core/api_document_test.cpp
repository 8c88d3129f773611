// SPDX-License-Identifier: GPL-3.0-or-later
// resources/openapi.json against the server: each path and status that it names is provoked, and each path of ours is in it.
#include <unistd.h>

#include <QFile>
#include <set>

#include "tests/core/api_yard.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

QJsonObject document() {
  QFile file(QStringLiteral(TEST_DATA_DIR "/../../resources/openapi.json"));
  REQUIRE(file.open(QIODevice::ReadOnly));
  return QJsonDocument::fromJson(file.readAll()).object();
}

/// "GET /api/training 200", ... and the members that each answer must have.
std::map<QString, QStringList> promised(const QJsonObject& whole) {
  std::map<QString, QStringList> all;
  const QJsonObject paths = whole[QLatin1String("paths")].toObject();
  for (auto path = paths.begin(); path != paths.end(); ++path)
    for (const QString& method : {QStringLiteral("get"), QStringLiteral("post")}) {
      const QJsonObject responses = (*path)[method][QLatin1String("responses")].toObject();
      for (auto one = responses.begin(); one != responses.end(); ++one) {
        if (one.key() == u"default") continue;
        const QJsonObject schema = (*one)[QLatin1String("content")][QLatin1String("application/json")][QLatin1String("schema")].toObject();
        QStringList members;
        for (const QJsonValue& member : schema[QLatin1String("required")].toArray()) members << member.toString();
        if (schema[QLatin1String("$ref")].toString().endsWith(QLatin1String("/Error"))) members << QStringLiteral("error");
        all[method.toUpper() + u' ' + path.key() + u' ' + one.key()] = members;
      }
    }
  return all;
}

struct Provoked {
  const char* promise;
  const char* target;
  QByteArray body = {};
  bool known = false;     ///< with the ETag of the answer before
  bool stranger = false;  ///< another user's process
};

}  // namespace

TEST_CASE("the document of the API says what the server does", "[api][document]") {
  const QByteArray draft = R"({"name":"net","model":"cnn","dataset":"digits","epochs":3,"learning_rate":0.1,"batch_size":8,"seed":1})";
  const QByteArray large(1'048'577, ' ');
  const Provoked provoked[] = {
      {"POST /api/training 400", "/api/training", "{}"},
      {"POST /api/training 413", "/api/training", large},
      {"POST /api/training 401", "/api/training", draft, false, true},
      {"POST /api/training 201", "/api/training", draft},
      {"GET /api/training 200", "/api/training"},
      {"GET /api/training 304", "/api/training", {}, true},
      {"GET /api/training/{id} 200", "/api/training/1"},
      {"GET /api/training/{id} 304", "/api/training/1", {}, true},
      {"GET /api/training/{id} 400", "/api/training/none"},
      {"GET /api/training/{id} 404", "/api/training/9"},
      {"GET /api/training/{id}/metrics 200", "/api/training/1/metrics"},
      {"GET /api/training/{id}/metrics 304", "/api/training/1/metrics", {}, true},
      {"GET /api/training/{id}/metrics 400", "/api/training/1/metrics?limit=0"},
      {"GET /api/training/{id}/metrics 404", "/api/training/1/metrics?series=none"},
      {"POST /api/training/{id}/start 400", "/api/training/none/start"},
      {"POST /api/training/{id}/start 404", "/api/training/9/start"},
      {"POST /api/training/{id}/start 401", "/api/training/1/start", {}, false, true},
      {"POST /api/training/{id}/start 200", "/api/training/1/start"},
      {"POST /api/training/{id}/start 409", "/api/training/1/start"},
      {"POST /api/training/{id}/stop 400", "/api/training/none/stop"},
      {"POST /api/training/{id}/stop 404", "/api/training/9/stop"},
      {"POST /api/training/{id}/stop 401", "/api/training/1/stop", {}, false, true},
      {"POST /api/training/{id}/stop 200", "/api/training/1/stop"},
      {"POST /api/training/{id}/stop 409", "/api/training/1/stop"}};
  const QJsonObject whole = document();
  const auto promises = promised(whole);
  ApiYard yard;
  std::set<QString> seen;
  QByteArray etag;
  for (const Provoked& one : provoked) {
    CAPTURE(one.promise);
    const QString promise = QLatin1String(one.promise);
    REQUIRE(promises.contains(promise));
    yard.api->server().setTrustedUser(one.stranger ? 4'000'000 : ::getuid());
    if (promise == u"POST /api/training/{id}/stop 409") {  // once its program has ended
      yard.simulated.finish(JobId{1}, JobService::stoppedByUser());
      REQUIRE(QTest::qWaitFor([&] { return yard.theJob().status == JobStatus::Failed; }));
    }
    RawClient client(yard.api->server());
    const Answer answer = client.ask(promise.section(u' ', 0, 0).toLatin1(), one.target, one.body, one.known ? "If-None-Match: " + etag + "\r\n" : QByteArray());
    CHECK(answer.status == promise.section(u' ', -1).toInt());
    for (const QString& member : promises.find(promise)->second) CHECK(answer.json().contains(member));
    etag = answer.field("ETag");
    seen.insert(promise);
  }
  CHECK(seen.size() == promises.size());
  std::set<QString> routes, paths;
  for (const QString& route : yard.api->server().routes().described())
    if (route.contains(QLatin1String(" /api/training"))) routes.insert(QString(route).replace(QLatin1String("{}"), QLatin1String("{id}")));
  for (const auto& [promise, members] : promises) paths.insert(promise.section(u' ', 0, 1));
  CHECK(routes == paths);
}
