// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/api_front.h"

#include <unistd.h>

#include "core/api/api_token.h"
#include "core/api/mlflow_error.h"
#include "core/api/peer_owner.h"
#include "core/runners/run_records.h"

namespace trainyard {

HttpResponse refusalFor(const QString& path, int status, const QString& sentence) {
  return isMlflowPath(path) ? mlflowError(status, sentence) : errorResponse(status, sentence);
}

HttpRequest withoutRun(const HttpRequest& request) {
  const QLatin1String before(runPath);
  if (!request.path.startsWith(before)) return request;
  const qsizetype end = request.path.indexOf(u'/', before.size());
  HttpRequest inside = request;
  inside.run = request.path.mid(before.size(), end < 0 ? -1 : end - before.size());
  inside.path = end < 0 ? QStringLiteral("/") : request.path.mid(end);
  return inside;
}

ApiFront::ApiFront(const QString& dataDir, const ApiLimits& limits, const ApiRoutes& routes)
    : m_dataDir(dataDir), m_limits(limits), m_routes(routes), m_user(::getuid()), m_turns(limits.callsPerSecond) {
  m_since.start();
  connect(&m_four, &QTcpServer::newConnection, this, [this] { take(m_four); });
  connect(&m_six, &QTcpServer::newConnection, this, [this] { take(m_six); });
  // Who comes when that queue is full comes again a second later: as many wait as may be connected.
  for (QTcpServer* server : {&m_four, &m_six}) server->setListenBacklogSize(m_limits.connections);
}

void ApiFront::setHandOver(HandOver handOver, Bridge bridge) {
  m_handOver = std::move(handOver);
  m_bridge = std::move(bridge);
}

quint16 ApiFront::listen(quint16 port, const QByteArray& token) {
  m_token = token;
  for (int i = 0; i < portsTried && port + i <= 65'535; ++i)
    if (listenBoth(quint16(port + i))) return m_four.serverPort();
  return 0;
}

/// The same port on both; a machine without IPv6 has one.
bool ApiFront::listenBoth(quint16 port) {
  if (!m_four.listen(QHostAddress::LocalHost, port)) return false;
  if (m_six.listen(QHostAddress::LocalHostIPv6, m_four.serverPort()) || m_six.serverError() != QAbstractSocket::AddressInUseError) return true;
  m_four.close();
  return false;
}

void ApiFront::close() {
  m_four.close();
  m_six.close();
  qDeleteAll(findChildren<HttpConnection*>(Qt::FindDirectChildrenOnly));
  m_owners.clear();
}

void ApiFront::take(QTcpServer& server) {
  while (QTcpSocket* socket = server.nextPendingConnection()) {
    const bool full = findChildren<HttpConnection*>(Qt::FindDirectChildrenOnly).size() >= m_limits.connections;
    HttpParser parser(m_limits.http);
    // Nobody fills the disk who could not change anything.
    const auto isUpload = [this, socket](const HttpRequest& request) { return m_wantsFile && m_wantsFile(withoutRun(request)) && whyForeign(request).isEmpty() && mayChange(*socket, request); };
    parser.setFileBodies(isUpload, m_dataDir);
    auto* connection = new HttpConnection(socket, std::move(parser), m_limits.times, errorResponse, this);
    connection->setHandler([this, connection](const HttpRequest& request, const HttpReply& reply) { handle(*connection, withoutRun(request), reply); });
    connect(connection, &QObject::destroyed, this, [this, socket] { m_owners.remove(socket); });
    if (full) connection->turnAway(503, tr("There are too many connections."));
  }
}

/// A bucket that fills at so many calls a second: who asks in between empties it, whichever connection it is.
bool ApiFront::takeTurn() {
  const double most = m_limits.callsPerSecond;
  m_turns = std::min(most, m_turns + double(m_since.nsecsElapsed()) * 1e-9 * most);
  m_since.restart();
  if (m_turns < 1.0) return false;
  m_turns -= 1.0;
  return true;
}

bool ApiFront::isOurs(const QByteArray& authority) const {
  const QByteArray port = ':' + QByteArray::number(m_four.serverPort());
  for (const char* name : {"127.0.0.1", "localhost", "[::1]"})
    if (authority.toLower() == name + port) return true;
  return false;
}

/// Why a request is not for us, or is a page's of another origin; empty when it is well.
QString ApiFront::whyForeign(const HttpRequest& request) const {
  if (!isOurs(request.header("host"))) return tr("The request's Host is not this server.");
  const QByteArray origin = request.header("origin");
  const bool isSame = origin.startsWith("http://") && isOurs(origin.sliced(7));
  if (!origin.isNull() && !isSame) return tr("Pages of other origins are not answered.");
  const QByteArray site = request.header("sec-fetch-site");  // what a browser says of a request that has no Origin
  if (!site.isNull() && site != "same-origin" && site != "none") return tr("Pages of other origins are not answered.");
  return {};
}

/// Whose process made the connection. The system's tables hold every socket of the machine, so they are read once a connection.
std::optional<uint> ApiFront::ownerOf(const QTcpSocket& socket) {
  if (const auto known = m_owners.constFind(&socket); known != m_owners.constEnd()) return *known;
  const auto owner = peerOwner(socket.peerAddress(), socket.peerPort(), socket.localAddress(), socket.localPort());
  if (owner) m_owners.insert(&socket, *owner);
  return owner;
}

bool ApiFront::mayChange(const QTcpSocket& socket, const HttpRequest& request) {
  return isSameSecret(request.header("authorization"), "Bearer " + m_token) || ownerOf(socket) == m_user;
}

void ApiFront::handle(const HttpConnection& connection, const HttpRequest& request, const HttpReply& reply) {
  const auto refuse = [&](int status, const QString& sentence, const QList<HttpHeader>& headers = {}) {
    HttpResponse response = refusalFor(request.path, status, sentence);
    response.headers = headers;
    reply(response);
  };
  if (const QString why = whyForeign(request); !why.isEmpty()) return refuse(403, why);
  if (!takeTurn()) return refuse(429, tr("There are more than %1 calls a second.").arg(m_limits.callsPerSecond), {{"Retry-After", "1"}});
  const ApiRoutes::Match match = m_routes.find(request.method, request.path);
  if (match.reader == nullptr && isMlflowPath(request.path)) qInfo("api: not answered: %s %s", request.method.constData(), qUtf8Printable(request.path));
  if (match.reader == nullptr && match.allowed.isEmpty()) return refuse(404, tr("There is nothing at %1.").arg(request.path));
  if (match.reader == nullptr)
    return refuse(405, tr("%1 does not take %2.").arg(request.path, QString::fromLatin1(request.method)), {{"Allow", match.allowed.join(", ")}});
  if (match.effect == ApiRoutes::Effect::Changes && !mayChange(connection.socket(), request))
    return refuse(401, tr("This needs the token of %1, as “Authorization: Bearer …”.").arg(m_dataDir + QStringLiteral("/api_token")), {{"WWW-Authenticate", "Bearer"}});
  m_handOver((*match.reader)({request, match.arguments, m_bridge(reply)}));
}

}  // namespace trainyard
