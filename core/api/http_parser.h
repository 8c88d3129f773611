// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/api/http_message.h"

namespace trainyard {

struct HttpLimits {
  qsizetype line = 8'192;           ///< bytes of the request line
  qsizetype headers = 32'768;       ///< bytes of all header fields, and of trailer fields
  int headerCount = 100;
  qint64 body = 1'048'576;          ///< bytes
  qint64 file = qint64(16) << 30;   ///< bytes of a body that goes into a file
};

/// Reads the requests of one connection, strictly: what RFC 9112 lets a server refuse is refused, so that nobody in between can read
/// the same bytes otherwise. No socket, no timer: bytes in, requests out.
class HttpParser {
 public:
  struct Problem {
    int status = 400;
    QString sentence;
  };
  enum class State { Line, Headers, Body, ChunkSize, ChunkData, ChunkEnd, Trailers, Done, Failed };

  explicit HttpParser(const HttpLimits& limits) : m_limits(limits) {}

  /// Bodies of requests for which it says true go into a temporary file beside `path` and may be large; the others stay in memory.
  void setFileBodies(std::function<bool(const HttpRequest& request)> wanted, const QString& folder);

  /// Takes bytes and reads on. Done: take() the request. Failed: problem(), and nothing more can be read.
  State feed(const QByteArray& bytes);
  [[nodiscard]] State state() const { return m_state; }
  [[nodiscard]] const Problem& problem() const { return m_problem; }
  /// The request that is done; what follows it is read by the next feed().
  [[nodiscard]] HttpRequest take();
  /// Whether a part of a request is there.
  [[nodiscard]] bool hasBegun() const { return m_state != State::Line || !m_buffer.isEmpty(); }
  /// True once when the client waits for a word before it sends its body.
  [[nodiscard]] bool takeContinue() { return std::exchange(m_continue, false); }
  /// Bytes of the present body so far.
  [[nodiscard]] qint64 bodySize() const { return m_size; }

 private:
  bool step();
  [[nodiscard]] std::optional<QByteArray> takeLine(qsizetype most, int statusIfLonger);
  bool fail(int status, const QString& sentence);
  bool takeRequestLine();
  bool takeTarget(const QByteArray& target);
  bool takeHeader();
  bool takeField(const QByteArray& line);
  bool beginBody();
  bool takeLength(const QByteArray& digits);
  bool takeData(qint64 most);
  bool takeChunkSize();
  bool takeChunkEnd();
  bool takeTrailer();
  [[nodiscard]] qint64 mostBody() const { return m_request.file ? m_limits.file : m_limits.body; }
  [[nodiscard]] QList<QByteArray> all(QByteArrayView name) const;

  HttpLimits m_limits;
  std::function<bool(const HttpRequest&)> m_wantsFile;
  QString m_folder;
  State m_state = State::Line;
  Problem m_problem;
  QByteArray m_buffer;
  HttpRequest m_request;
  bool m_isOld = false;       ///< HTTP/1.0
  bool m_continue = false;
  qsizetype m_fieldBytes = 0;
  qint64 m_size = 0;          ///< of the body so far
  qint64 m_left = 0;          ///< of the body or the chunk
};

}  // namespace trainyard
