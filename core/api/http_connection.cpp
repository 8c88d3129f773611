// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/http_connection.h"

#include <sys/socket.h>

#include <QPointer>

namespace trainyard {
namespace {

constexpr qint64 readAtOnce = 262'144;
constexpr qint64 sendAtOnce = 262'144;
constexpr qint64 timedPart = 1'048'576;  ///< of a large body

}  // namespace

HttpConnection::HttpConnection(QTcpSocket* socket, HttpParser parser, const HttpTimes& times, Refusal refusal, QObject* parent)
    : QObject(parent), m_socket(socket), m_parser(std::move(parser)), m_times(times), m_refusal(std::move(refusal)) {
  m_socket->setParent(this);
  m_socket->setReadBufferSize(readAtOnce);
  m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
  m_timer.setSingleShot(true);
  connect(&m_timer, &QTimer::timeout, this, &HttpConnection::timedOut);
  connect(m_socket, &QTcpSocket::readyRead, this, &HttpConnection::read);
  connect(m_socket, &QTcpSocket::bytesWritten, this, &HttpConnection::sendOn);
  connect(m_socket, &QTcpSocket::disconnected, this, &QObject::deleteLater);
  enter(Phase::Waiting, m_times.idle);
  QMetaObject::invokeMethod(this, &HttpConnection::read, Qt::QueuedConnection);
}

void HttpConnection::enter(Phase phase, int ms) {
  m_phase = phase;
  m_timer.start(ms);
}

void HttpConnection::read() {
  if (m_phase == Phase::Draining) {
    m_socket->readAll();
    return;
  }
  // While a request is answered the next ones wait in the socket, whose buffer is bounded.
  while ((m_phase == Phase::Waiting || m_phase == Phase::Receiving) && m_socket->bytesAvailable() > 0) advance(m_socket->read(readAtOnce));
}

void HttpConnection::advance(const QByteArray& bytes) {
  const HttpParser::State state = m_parser.feed(bytes);
  if (state == HttpParser::State::Failed) return refuse(m_parser.problem().status, m_parser.problem().sentence);
  if (state == HttpParser::State::Done) return received();
  if (m_parser.takeContinue()) m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
  if (m_phase == Phase::Waiting && m_parser.hasBegun()) {
    m_timedAt = 0;
    enter(Phase::Receiving, m_times.receive);
  }
  if (m_parser.bodySize() - m_timedAt < timedPart) return;
  m_timedAt = m_parser.bodySize();
  m_timer.start(m_times.receive);
}

void HttpConnection::received() {
  const HttpRequest request = m_parser.take();
  m_keepAlive = request.keepAlive;
  m_isHead = request.method == "HEAD";
  enter(Phase::Handling, m_times.handle);
  const quint64 number = ++m_number;
  // The answer may come when the connection, or this request of it, is gone.
  m_handle(request, [self = QPointer(this), number](const HttpResponse& response) {
    if (self) self->answer(number, response);
  });
}

void HttpConnection::refuse(int status, const QString& sentence) {
  m_keepAlive = m_isHead = false;
  send(m_refusal(status, sentence));
}

void HttpConnection::answer(quint64 number, const HttpResponse& response) {
  if (m_phase == Phase::Handling && number == m_number) send(response);
}

void HttpConnection::send(const HttpResponse& response) {
  enter(Phase::Sending, m_times.send);
  if (response.filePath.isEmpty()) {
    const QByteArray head = headOf(response, response.body.size(), m_keepAlive);
    m_socket->write(m_isHead || response.status == 304 ? head : head + response.body);
    return sendOn();
  }
  m_file = std::make_unique<QFile>(response.filePath);
  if (!m_file->open(QIODevice::ReadOnly)) {
    m_file.reset();
    return send(m_refusal(500, tr("The file cannot be read.")));
  }
  m_socket->write(headOf(response, m_file->size(), m_keepAlive));
  if (m_isHead) m_file.reset();
  sendOn();
}

void HttpConnection::sendOn() {
  if (m_phase != Phase::Sending) return;
  m_timer.start(m_times.send);
  while (m_file && m_socket->bytesToWrite() < sendAtOnce) {
    const QByteArray part = m_file->read(sendAtOnce);
    if (part.isEmpty()) m_file.reset();
    m_socket->write(part);
  }
  if (m_socket->bytesToWrite() == 0) return sent();
}

void HttpConnection::sent() {
  if (!m_keepAlive) {
    ::shutdown(int(m_socket->socketDescriptor()), SHUT_WR);
    enter(Phase::Draining, m_times.drain);
    return read();
  }
  enter(Phase::Waiting, m_times.idle);
  // What has come meanwhile, in a turn of its own: the one before may have been answered inside of this call.
  QMetaObject::invokeMethod(this, [this] {
    if (m_phase == Phase::Waiting) advance({});
    read();
  }, Qt::QueuedConnection);
}

void HttpConnection::timedOut() {
  if (m_phase == Phase::Receiving) return refuse(408, tr("The request did not come in time."));
  if (m_phase == Phase::Handling) return refuse(503, tr("The answer did not come in time; try again."));
  m_socket->abort();
  deleteLater();
}

}  // namespace trainyard
