// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/api_server.h"

#include <QPointer>

#include "core/api/api_token.h"

namespace trainyard {

ApiServer::ApiServer(const QString& dataDir, const ApiLimits& limits, QObject* parent)
    : QObject(parent), m_dataDir(dataDir), m_front(new ApiFront(dataDir, limits, m_routes)) {
  const auto handOver = [this](ApiRoutes::Task task) { QMetaObject::invokeMethod(this, [task = std::move(task)] { task(); }, Qt::QueuedConnection); };
  // What is answered may outlive this; the front does not.
  const auto bridge = [front = m_front, self = QPointer(this)](HttpReply reply) -> HttpReply {
    return [front, self, reply = std::move(reply)](const HttpResponse& response) {
      if (self) QMetaObject::invokeMethod(front, [reply, response] { reply(response.made ? response.made() : response); }, Qt::QueuedConnection);
    };
  };
  m_front->setHandOver(handOver, bridge);
  m_front->moveToThread(&m_thread);
  connect(&m_thread, &QThread::finished, m_front, &QObject::deleteLater);
  m_thread.setObjectName(QStringLiteral("api"));
  m_thread.start();
}

ApiServer::~ApiServer() {
  close();
  m_thread.quit();
  m_thread.wait();
}

void ApiServer::inFront(const std::function<void()>& what) { QMetaObject::invokeMethod(m_front, what, Qt::BlockingQueuedConnection); }

void ApiServer::setFileBodies(ApiFront::WantsFile wanted) {
  inFront([&] { m_front->setFileBodies(std::move(wanted)); });
}

void ApiServer::setTrustedUser(uint user) {
  inFront([&] { m_front->setTrustedUser(user); });
}

Result<quint16> ApiServer::listen(quint16 port) {
  auto token = apiToken(m_dataDir);
  if (!token) return tl::make_unexpected(token.error());
  m_token = *std::move(token);
  inFront([&] { m_port = m_front->listen(port, m_token); });
  if (isListening()) return m_port;
  return fail(ErrorCode::InUse, tr("The ports %1 to %2 are taken by other programs.").arg(port).arg(port + portsTried - 1));
}

void ApiServer::close() {
  inFront([this] { m_front->close(); });
  m_port = 0;
}

QString ApiServer::address() const { return isListening() ? QStringLiteral("http://127.0.0.1:%1").arg(m_port) : QString(); }

}  // namespace trainyard
