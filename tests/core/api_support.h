// SPDX-License-Identifier: GPL-3.0-or-later
// A server on a free port of the loopback interface, and a client that says exactly what a test says.
#pragma once

#include <catch2/catch.hpp>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

#include "core/api/api_server.h"

namespace trainyard::test {

struct Answer {
  int status = 0;
  QByteArray head;
  QByteArray body;
  [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(body).object(); }
  [[nodiscard]] QByteArray field(const QByteArray& name) const {
    for (const QByteArray& line : head.split('\n'))
      if (line.toLower().startsWith(name.toLower() + ':')) return line.sliced(name.size() + 1).trimmed();
    return {};
  }
};

/// A raw connection to a server in the same thread.
class RawClient {
 public:
  explicit RawClient(const ApiServer& server, const QHostAddress& address = QHostAddress::LocalHost) : m_port(server.address().section(u':', -1).toUShort()) {
    m_socket.connectToHost(address, m_port);
    REQUIRE(QTest::qWaitFor([this] { return m_socket.state() == QAbstractSocket::ConnectedState; }));
  }
  [[nodiscard]] QByteArray host() const { return "127.0.0.1:" + QByteArray::number(m_port); }
  void send(const QByteArray& bytes) { m_socket.write(bytes); }
  [[nodiscard]] bool isClosed() {
    return QTest::qWaitFor([this] { return m_socket.state() == QAbstractSocket::UnconnectedState; });
  }
  [[nodiscard]] bool isOpen() const { return m_socket.state() == QAbstractSocket::ConnectedState; }

  /// The next answer; status 0 when none comes.
  Answer answer(bool isHead = false) {
    Answer answer;
    qint64 length = 0;
    const auto whole = [&] {
      m_read += m_socket.readAll();
      const qsizetype end = m_read.indexOf("\r\n\r\n");
      if (end < 0) return false;
      answer.head = m_read.first(end + 2);
      length = isHead ? 0 : answer.field("Content-Length").toLongLong();
      return m_read.size() >= end + 4 + length;
    };
    if (!QTest::qWaitFor(whole, 10'000)) return {};
    const qsizetype end = m_read.indexOf("\r\n\r\n") + 4;
    answer.body = m_read.mid(end, length);
    m_read.remove(0, end + length);
    answer.status = answer.head.mid(9, 3).toInt();
    return answer;
  }
  Answer ask(const QByteArray& method, const QByteArray& target, const QByteArray& body = {}, const QByteArray& fields = {}) {
    QByteArray request = method + ' ' + target + " HTTP/1.1\r\nHost: " + host() + "\r\n" + fields;
    if (!body.isEmpty()) request += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    send(request + "\r\n" + body);
    return answer(method == "HEAD");
  }
  Answer ask(const QByteArray& method, const QByteArray& target, const QJsonObject& body) {
    return ask(method, target, QJsonDocument(body).toJson(QJsonDocument::Compact), "Content-Type: application/json\r\n");
  }

 private:
  quint16 m_port;
  QTcpSocket m_socket;
  QByteArray m_read;
};

}  // namespace trainyard::test
