// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/instance.h"

#include <QCryptographicHash>
#include <QDir>
#include <QJsonDocument>
#include <QElapsedTimer>
#include <QLocalSocket>
#include <QPointer>
#include <QStandardPaths>
#include <QThread>
#include <QtGlobal>

namespace trainyard {
namespace {

constexpr int answerMs = 5'000;
constexpr int turnMs = 10'000;
constexpr int againMs = 50;
constexpr qint64 longestRequest = 1 << 20;

/// A socket's path must be short (108 bytes), a data directory's may be long: a name made from its hash, in the runtime
/// directory of this user.
QString socketPath(const QString& dataDir) {
  const QString canonical = QDir(dataDir).canonicalPath();
  const QByteArray hash = QCryptographicHash::hash(canonical.toUtf8(), QCryptographicHash::Sha256).toHex().left(16);
  QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
  if (runtime.isEmpty() || !QFileInfo(runtime).isWritable()) runtime = QDir::tempPath();
  return QStringLiteral("%1/trainyard-%2").arg(runtime, QString::fromLatin1(hash));
}

}  // namespace

QJsonObject replyFor(const Error& error) {
  return {{QStringLiteral("ok"), false}, {QStringLiteral("code"), int(error.code)},
          {QStringLiteral("message"), error.message}};
}

Error errorIn(const QJsonObject& reply) {
  return {static_cast<ErrorCode>(reply[QLatin1String("code")].toInt(int(ErrorCode::Internal))),
          reply[QLatin1String("message")].toString(), {}};
}

Instance::Instance(const QString& dataDir, QObject* parent)
    : QObject(parent), m_dataDir(dataDir), m_lock(dataDir + QStringLiteral("/trainyard.lock")) {
  m_lock.setStaleLockTime(0);
  m_server.setSocketOptions(QLocalServer::UserAccessOption);
  connect(&m_server, &QLocalServer::newConnection, this, [this] {
    while (QLocalSocket* socket = m_server.nextPendingConnection()) {
      connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
      connect(socket, &QLocalSocket::readyRead, this, [this, socket] { answer(socket); });
    }
  });
}

Instance::~Instance() = default;

bool Instance::ownerListens() const {
  QLocalSocket socket;
  socket.connectToServer(socketPath(m_dataDir));
  return socket.waitForConnected(answerMs);
}

Result<bool> Instance::acquireOrAsk() {
  auto owned = acquire();
  if (!owned && owned.error().code == ErrorCode::InUse) {
    if (ownerListens()) return false;
    owned = acquire(turnMs);
  }
  if (!owned) return tl::make_unexpected(owned.error());
  return true;
}

Result<void> Instance::acquire(int patienceMs) {
  if (m_lock.tryLock(patienceMs)) return {};
  if (m_lock.error() != QLockFile::LockFailedError)
    return fail(ErrorCode::StorageOpen,
                tr("The data directory %1 cannot be locked; check its rights and the free space of its disk, or choose another with --data-dir.").arg(m_dataDir));
  qint64 pid = 0;
  QString host;
  QString program;
  m_lock.getLockInfo(&pid, &host, &program);
  return fail(ErrorCode::InUse, tr("Another Trainyard (process %1) uses the data directory %2.").arg(pid).arg(m_dataDir));
}

Result<void> Instance::serve(Handler handler) {
  m_handler = std::move(handler);
  const QString path = socketPath(m_dataDir);
  QLocalServer::removeServer(path);
  if (m_server.listen(path)) return {};
  return fail(ErrorCode::InUse, tr("Other programs cannot reach this window: %1 cannot be opened.").arg(path),
              m_server.errorString());
}

void Instance::answer(QLocalSocket* socket) {
  if (!socket->canReadLine()) {
    if (socket->bytesAvailable() > longestRequest) socket->abort();
    return;
  }
  QJsonParseError parsed;
  const QJsonDocument request = QJsonDocument::fromJson(socket->readLine(longestRequest), &parsed);
  const Reply reply = [socket = QPointer<QLocalSocket>(socket)](const QJsonObject& object) {
    if (socket == nullptr) return;  // who asked has gone
    socket->write(QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n');
    socket->flush();
    socket->disconnectFromServer();
  };
  if (request.isObject())
    m_handler(request.object(), reply);
  else
    reply(replyFor({ErrorCode::InvalidInput, tr("The request is not a JSON object."), parsed.errorString()}));
}

Result<QJsonObject> Instance::ask(const QJsonObject& request, int patienceMs) const {
  QElapsedTimer waited;
  waited.start();
  while (true) {
    auto reply = askOnce(request, patienceMs);
    const bool isOpening = reply && (*reply)[QLatin1String("code")].toInt(-1) == int(ErrorCode::InUse);
    if (!isOpening || waited.elapsed() > turnMs) return reply;
    QThread::msleep(againMs);
  }
}

Result<QJsonObject> Instance::askOnce(const QJsonObject& request, int patienceMs) const {
  const auto silent = [this](const QString& detail) {
    return fail(ErrorCode::InUse, tr("Another Trainyard uses the data directory %1 and does not answer.").arg(m_dataDir), detail);
  };
  QLocalSocket socket;
  socket.connectToServer(socketPath(m_dataDir));
  if (!socket.waitForConnected(answerMs)) return silent(socket.errorString());
  socket.write(QJsonDocument(request).toJson(QJsonDocument::Compact) + '\n');
  while (!socket.canReadLine())
    if (!socket.waitForReadyRead(patienceMs)) return silent(socket.errorString());
  return QJsonDocument::fromJson(socket.readLine()).object();
}

}  // namespace trainyard
