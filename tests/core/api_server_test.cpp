// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <QFile>
#include <QTcpServer>

#include "core/api/peer_owner.h"
#include "tests/core/api_support.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

/// "/say" says what was sent, "/change" needs the right to, "/later" is answered when a test says so.
struct Echo {
  QTemporaryDir dir;
  ApiServer server;
  HttpReply later;
  int changes = 0;

  explicit Echo(const ApiLimits& limits = {}) : server(dir.path(), limits) {
    const auto say = [](const ApiCall& call) { call.reply({200, call.request.method + ' ' + call.request.path.toUtf8() + ' ' + call.request.body, "text/plain"}); };
    server.routes().add("GET", "/say", ApiRoutes::Effect::Reads, say);
    server.routes().add("POST", "/say", ApiRoutes::Effect::Reads, say);
    server.routes().add("GET", "/later", ApiRoutes::Effect::Reads, [this](const ApiCall& call) { later = call.reply; });
    server.routes().add("GET", "/api/2.0/mlflow/here", ApiRoutes::Effect::Reads, say);
    server.routes().add("POST", "/change", ApiRoutes::Effect::Changes, [this](const ApiCall& call) {
      ++changes;
      call.reply({200, "{}"});
    });
    REQUIRE(server.listen(0));
  }
  [[nodiscard]] QByteArray host() const { return server.address().toUtf8().sliced(7); }
};

ApiLimits shortTimes() {
  ApiLimits limits;
  limits.times = {200, 100, 100, 2'000, 200};
  return limits;
}

}  // namespace

TEST_CASE("the server answers one request after the other on a connection", "[api]") {
  Echo echo;
  RawClient client(echo.server);
  CHECK(client.ask("GET", "/say").body == "GET /say ");
  CHECK(client.ask("POST", "/say", "abc").body == "POST /say abc");
  const Answer head = client.ask("HEAD", "/say");
  CHECK((head.status == 200 && head.field("Content-Length") == "10"));
  // Several at once are answered in their order.
  client.send("GET /say?a=1 HTTP/1.1\r\nHost: " + echo.host() + "\r\n\r\nPOST /say HTTP/1.1\r\nHost: " + echo.host() + "\r\nContent-Length: 2\r\n\r\nhi");
  CHECK(client.answer().body == "GET /say ");
  CHECK(client.answer().body == "POST /say hi");
  CHECK(client.ask("GET", "/say", {}, "Connection: close\r\n").field("Connection") == "close");
  CHECK(client.isClosed());
}

TEST_CASE("the server listens on the loopback interface alone, on the next free port", "[api]") {
  QTcpServer other;
  REQUIRE(other.listen(QHostAddress::LocalHost, 0));
  QTemporaryDir dir;
  ApiServer server(dir.path());
  const auto port = server.listen(other.serverPort());
  REQUIRE(port);
  CHECK(*port > other.serverPort());
  CHECK(*port < other.serverPort() + ApiServer::portsTried);
  CHECK(server.address() == QStringLiteral("http://127.0.0.1:%1").arg(*port));
  if (QTcpServer six; six.listen(QHostAddress::LocalHostIPv6, 0)) {
    RawClient client(server, QHostAddress(QHostAddress::LocalHostIPv6));
    CHECK(client.ask("GET", "/", {}, {}).status == 404);
  }
  server.close();
  CHECK(server.address().isEmpty());
}

TEST_CASE("bodies may come in chunks and after a word", "[api]") {
  Echo echo;
  RawClient client(echo.server);
  const QByteArray start = "POST /say HTTP/1.1\r\nHost: " + echo.host() + "\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char c : start + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n") client.send(QByteArray(1, c));
  CHECK(client.answer().body == "POST /say abcde");
  client.send("POST /say HTTP/1.1\r\nHost: " + echo.host() + "\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.answer().status == 100);
  client.send("ok");
  CHECK(client.answer().body == "POST /say ok");
}

TEST_CASE("what is no proper request is refused, and the connection ends", "[api]") {
  Echo echo;
  const QByteArray line = "POST /say HTTP/1.1\r\n", host = "Host: " + echo.host() + "\r\n";
  const std::pair<QByteArray, int> requests[] = {
      {"\x16\x03\x01\x02\r\n\r\n", 400},
      {"GET  /say HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /say\r\n" + host + "\r\n", 400},
      {"GET /say HTTP/2.0\r\n" + host + "\r\n", 505},
      {"GET /say FTP/1.1\r\n" + host + "\r\n", 400},
      {"G(T /say HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET http://" + echo.host() + "/say HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /s%zzay HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /s%00ay HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /s%ffay HTTP/1.1\r\n" + host + "\r\n", 400},
      {"GET /say HTTP/1.1\n" + host + "\r\n", 400},
      {line + "\r\n", 400},
      {line + host + host + "\r\n", 400},
      {line + host + " folded: x\r\n\r\n", 400},
      {line + host + "Name : x\r\n\r\n", 400},
      {line + host + "Name\r\n\r\n", 400},
      {line + host + "Name: a\x01" "b\r\n\r\n", 400},
      {line + host + "Content-Length: -1\r\n\r\n", 400},
      {line + host + "Content-Length: +1\r\n\r\n", 400},
      {line + host + "Content-Length: 1, 1\r\n\r\n", 400},
      {line + host + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", 400},
      {line + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST /say HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n", 400},
      {line + host + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {line + host + "Expect: cake\r\n\r\n", 417},
      {line + host + "Transfer-Encoding: chunked\r\n\r\nx\r\n", 400},
      {line + host + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", 400},
      {line + host + "Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400},
      {line + host + "Content-Length: 1048577\r\n\r\n", 413},
      {line + host + "Content-Length: 99999999999999999999\r\n\r\n", 413},
      {line + host + "Transfer-Encoding: chunked\r\n\r\n100001\r\n", 413},
      {"GET /" + QByteArray(9'000, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 414},
      {line + host + "Big: " + QByteArray(40'000, 'a') + "\r\n\r\n", 431},
      {line + host + QByteArray("A: b\r\n").repeated(101) + "\r\n", 431}};
  for (const auto& [request, status] : requests) {
    CAPTURE(request.left(80).toStdString());
    RawClient client(echo.server);
    client.send(request);
    const Answer answer = client.answer();
    CHECK(answer.status == status);
    CHECK(answer.json().contains(QStringLiteral("error")));
    CHECK(client.isClosed());
  }
  CHECK(RawClient(echo.server).ask("GET", "/say").status == 200);
}

TEST_CASE("a body that is refused can be sent to its end, and the refusal be read", "[api]") {
  Echo echo;
  RawClient client(echo.server);
  CHECK(client.ask("POST", "/say", QByteArray(3'000'000, 'x')).status == 413);
}

TEST_CASE("nothing and nobody is 404, 405 says what there is, in the form of its path", "[api]") {
  Echo echo;
  RawClient client(echo.server);
  CHECK(client.ask("GET", "/nothing").status == 404);
  CHECK(client.ask("GET", "/nothing").json().contains(QStringLiteral("error")));
  const Answer answer = client.ask("DELETE", "/say");
  CHECK((answer.status == 405 && answer.field("Allow") == "GET, POST, HEAD"));
  CHECK(client.ask("OPTIONS", "/say").status == 405);
  CHECK(client.ask("GET", "/api/2.0/mlflow/nothing").json()[QLatin1String("error_code")].toString() == u"ENDPOINT_NOT_FOUND");
  CHECK(client.ask("POST", "/api/2.0/mlflow/here").status == 405);
}

TEST_CASE("a page of another origin, or one whose name was rebound to this machine, is refused", "[api]") {
  Echo echo;
  const QByteArray port = echo.host().split(':').last();
  const auto status = [&](const QByteArray& host, const QByteArray& fields = {}, const QByteArray& method = "GET") {
    RawClient client(echo.server);
    client.send(method + " /say HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n");
    return client.answer().status;
  };
  CHECK(status(echo.host()) == 200);
  CHECK(status("localhost:" + port) == 200);
  CHECK(status("LOCALHOST:" + port) == 200);
  CHECK(status("[::1]:" + port) == 200);
  for (const QByteArray& host : {QByteArray("evil.example:" + port), QByteArray("localhost"), QByteArray("localhost:1"), QByteArray("127.0.0.1.evil.example:" + port),
                                 QByteArray("localhost:" + port + ".evil.example"), QByteArray()})
    CHECK(status(host) == 403);
  CHECK(status(echo.host(), "Origin: http://" + echo.host() + "\r\n") == 200);
  for (const QByteArray& origin : {QByteArray("http://evil.example"), QByteArray("null"), QByteArray("https://" + echo.host()), QByteArray("http://localhost:1"), QByteArray("")}) {
    CAPTURE(origin.toStdString());
    CHECK(status(echo.host(), "Origin: " + origin + "\r\n") == 403);
    CHECK(status(echo.host(), "Origin: " + origin + "\r\nAccess-Control-Request-Method: POST\r\n", "OPTIONS") == 403);
  }
  CHECK(status(echo.host(), "Sec-Fetch-Site: cross-site\r\n") == 403);
  CHECK(status(echo.host(), "Sec-Fetch-Site: same-site\r\n") == 403);
  CHECK(status(echo.host(), "Sec-Fetch-Site: none\r\n") == 200);
}

TEST_CASE("whoever is not this user needs the token to change something", "[api]") {
  Echo echo;
  RawClient client(echo.server);
  CHECK(client.ask("POST", "/change").status == 200);
  echo.server.setTrustedUser(4'000'000);
  const Answer refused = client.ask("POST", "/change");
  CHECK((refused.status == 401 && refused.field("WWW-Authenticate") == "Bearer"));
  CHECK(client.ask("GET", "/say").status == 200);
  CHECK(client.ask("POST", "/change", {}, "Authorization: Bearer " + QByteArray(64, '0') + "\r\n").status == 401);
  CHECK(client.ask("POST", "/change", {}, "Authorization: Bearer\r\n").status == 401);
  CHECK(client.ask("POST", "/change", {}, "Authorization: Bearer " + echo.server.token() + "\r\n").status == 200);
  CHECK(echo.changes == 2);
  const QString path = echo.dir.filePath(QStringLiteral("api_token"));
  QFile kept(path);
  REQUIRE(kept.open(QIODevice::ReadOnly));
  CHECK(kept.readAll().trimmed() == echo.server.token());
  CHECK((kept.permissions() & (QFile::ReadGroup | QFile::ReadOther)) == 0);
}

TEST_CASE("a token that others could have read is made anew, another is kept", "[api]") {
  Echo echo;
  const QByteArray first = echo.server.token();
  echo.server.close();
  REQUIRE(echo.server.listen(0));
  CHECK(echo.server.token() == first);
  QFile::setPermissions(echo.dir.filePath(QStringLiteral("api_token")), QFile::ReadOwner | QFile::WriteOwner | QFile::ReadOther);
  echo.server.close();
  REQUIRE(echo.server.listen(0));
  CHECK(echo.server.token() != first);
}

TEST_CASE("who sends too slowly, or nothing, is left", "[api]") {
  Echo echo(shortTimes());
  RawClient slow(echo.server);
  slow.send("GET /say HTTP/1.1\r\nHost: ");
  CHECK(slow.answer().status == 408);
  CHECK(slow.isClosed());
  RawClient body(echo.server);
  body.send("POST /say HTTP/1.1\r\nHost: " + echo.host() + "\r\nContent-Length: 5\r\n\r\nab");
  CHECK(body.answer().status == 408);
  RawClient silent(echo.server);
  CHECK(silent.isClosed());
}

TEST_CASE("an answer that does not come is told, and one that comes too late is dropped", "[api]") {
  Echo echo(shortTimes());
  RawClient client(echo.server);
  CHECK(client.ask("GET", "/later").status == 503);
  CHECK(client.isClosed());
  echo.later({200, "late"});
  RawClient gone(echo.server);
  gone.send("GET /later HTTP/1.1\r\nHost: " + echo.host() + "\r\n\r\n");
  echo.later = nullptr;
  REQUIRE(QTest::qWaitFor([&] { return bool(echo.later); }));
  echo.server.close();
  echo.later({200, "nobody"});
}

TEST_CASE("calls and connections have a bound", "[api]") {
  ApiLimits limits;
  limits.callsPerSecond = 3;
  limits.connections = 2;
  Echo echo(limits);
  RawClient one(echo.server), two(echo.server);
  CHECK(one.ask("GET", "/say").status == 200);
  CHECK(two.ask("GET", "/say").status == 200);
  CHECK(one.ask("GET", "/say").status == 200);
  const Answer refused = two.ask("GET", "/say");
  CHECK((refused.status == 429 && refused.field("Retry-After") == "1"));
  RawClient three(echo.server);
  CHECK(three.answer().status == 503);
  CHECK(three.isClosed());
}

TEST_CASE("the owner of the other end is told by the kernel", "[api]") {
  for (const auto address : {QHostAddress::LocalHost, QHostAddress::LocalHostIPv6}) {
    QTcpServer server;
    if (!server.listen(address, 0)) continue;  // a machine without IPv6
    QTcpSocket client;
    client.connectToHost(server.serverAddress(), server.serverPort());
    REQUIRE(QTest::qWaitFor([&] { return server.hasPendingConnections() && client.state() == QAbstractSocket::ConnectedState; }));
    const auto owner = [&] { return peerOwner(client.localAddress(), client.localPort(), server.serverAddress(), server.serverPort()); };
    CHECK(owner() == ::getuid());
    CHECK(peerOwnerInTables(client.localAddress(), client.localPort(), server.serverAddress(), server.serverPort(), QStringLiteral("/proc/net")) == ::getuid());
    // Somebody who listens at a port is not the other end of a connection.
    CHECK_FALSE(peerOwner(server.serverAddress(), server.serverPort(), client.localAddress(), quint16(client.localPort() ^ 1)));
  }
}

TEST_CASE("the owner of the other end is read from the system's tables", "[api]") {
  QTemporaryDir proc;
  const auto write = [&proc](const char* name, const QByteArray& text) {
    QFile file(proc.filePath(QLatin1String(name)));
    REQUIRE(file.open(QIODevice::WriteOnly));
    file.write(text);
  };
  const QByteArray head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
  write("tcp", head + "   0: 0100007F:D431 0100007F:141F 06 00000000:00000000 00:00000000 00000000  1000        0 1 1\n"
                      "   1: 0100007F:D432 0100007F:141F 01 00000000:00000000 00:00000000 00000000  1001        0 2 1\n");
  write("tcp6", head + "   0: 00000000000000000000000001000000:D433 00000000000000000000000001000000:141F 01 00000000:00000000 00:00000000 00000000  1002        0 3 1\n"
                       "   1: 0000000000000000FFFF00000100007F:D434 0000000000000000FFFF00000100007F:141F 01 00000000:00000000 00:00000000 00000000  1003        0 4 1\n");
  const QHostAddress four(QHostAddress::LocalHost), six(QHostAddress::LocalHostIPv6);
  CHECK_FALSE(peerOwnerInTables(four, 0xd431, four, 5151, proc.path()));  // closed: nobody's any more
  CHECK(peerOwnerInTables(four, 0xd432, four, 5151, proc.path()) == 1001u);
  CHECK(peerOwnerInTables(six, 0xd433, six, 5151, proc.path()) == 1002u);
  CHECK(peerOwnerInTables(four, 0xd434, four, 5151, proc.path()) == 1003u);
  CHECK_FALSE(peerOwnerInTables(four, 0xd432, four, 5152, proc.path()));
  CHECK_FALSE(peerOwnerInTables(four, 0xd432, four, 5151, proc.filePath(QStringLiteral("none"))));
}
