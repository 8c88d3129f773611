// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QTcpSocket>
#include <QTimer>

#include "core/api/http_parser.h"

namespace trainyard {

/// Times in ms. A request whose bytes do not come in `receive`, or an answer that is not taken in `send`, ends the connection.
struct HttpTimes {
  int idle = 75'000;     ///< between two requests
  int receive = 15'000;  ///< from the first byte of a request to its last; for large bodies, for each MiB of it
  int handle = 30'000;   ///< until the answer is known
  int send = 15'000;     ///< for each part of the answer
  int drain = 1'000;     ///< after a refusal, so that the client can read why before the connection is reset
};

/// Carries the requests of one connection to `handle` one after the other, and the answers back. Owns its socket; deletes itself when
/// the connection is over.
class HttpConnection final : public QObject {
  Q_OBJECT
 public:
  using Handler = std::function<void(const HttpRequest& request, const HttpReply& reply)>;
  /// What a refusal looks like: a status and a sentence, for a request of which perhaps nothing is known.
  using Refusal = std::function<HttpResponse(int status, const QString& sentence)>;

  HttpConnection(QTcpSocket* socket, HttpParser parser, const HttpTimes& times, Refusal refusal, QObject* parent);

  void setHandler(Handler handler) { m_handle = std::move(handler); }
  /// Answers at once, without having read anything, and closes.
  void turnAway(int status, const QString& sentence) { refuse(status, sentence); }
  [[nodiscard]] const QTcpSocket& socket() const { return *m_socket; }

 private:
  enum class Phase { Waiting, Receiving, Handling, Sending, Draining };
  void read();
  void advance(const QByteArray& bytes);
  void received();
  void refuse(int status, const QString& sentence);
  void answer(quint64 number, const HttpResponse& response);
  void send(const HttpResponse& response);
  void sendOn();
  void sent();
  void timedOut();
  void enter(Phase phase, int ms);

  QTcpSocket* m_socket;
  HttpParser m_parser;
  HttpTimes m_times;
  Handler m_handle;
  Refusal m_refusal;
  QTimer m_timer;
  Phase m_phase = Phase::Waiting;
  quint64 m_number = 0;     ///< of the present request
  bool m_keepAlive = true;
  bool m_isHead = false;
  qint64 m_timedAt = 0;     ///< bytes of a large body when its time began anew
  std::unique_ptr<QFile> m_file;  ///< what is left of the answer
};

}  // namespace trainyard
