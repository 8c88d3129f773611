// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/http_parser.h"

#include <QCoreApplication>
#include <QUrl>
#include <algorithm>

namespace trainyard {
namespace {

QString text(const char* source) { return QCoreApplication::translate("Api", source); }

constexpr qsizetype longestMethod = 16;
constexpr qsizetype longestChunkLine = 256;
constexpr qsizetype longestLengthDigits = 15;
constexpr qsizetype longestChunkDigits = 12;

bool isTokenCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != nullptr);
}

bool isToken(QByteArrayView word) { return !word.isEmpty() && std::all_of(word.begin(), word.end(), isTokenCharacter); }

bool isVisible(char c) { return c > 0x20 && c < 0x7f; }

bool isFieldText(QByteArrayView value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c == '\t' || static_cast<unsigned char>(c) >= 0x20; }) && !value.contains('\x7f');
}

bool isHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// Each "%" is followed by two hexadecimal digits.
bool isEncodedWell(QByteArrayView target) {
  for (qsizetype i = 0; i < target.size(); ++i)
    if (target[i] == '%' && (i + 2 >= target.size() || !isHex(target[i + 1]) || !isHex(target[i + 2]))) return false;
  return true;
}

}  // namespace

void HttpParser::setFileBodies(std::function<bool(const HttpRequest&)> wanted, const QString& folder) {
  m_wantsFile = std::move(wanted);
  m_folder = folder;
}

HttpParser::State HttpParser::feed(const QByteArray& bytes) {
  m_buffer += bytes;
  while (m_state != State::Done && m_state != State::Failed && step()) {}
  return m_state;
}

HttpRequest HttpParser::take() {
  Q_ASSERT(m_state == State::Done);
  m_state = State::Line;
  m_fieldBytes = m_size = m_left = 0;
  m_isOld = m_continue = false;
  return std::exchange(m_request, {});
}

/// Whether there was something to do.
bool HttpParser::step() {
  switch (m_state) {
    case State::Line: return takeRequestLine();
    case State::Headers: return takeHeader();
    case State::Body: return takeData(m_left);
    case State::ChunkSize: return takeChunkSize();
    case State::ChunkData: return takeData(m_left);
    case State::ChunkEnd: return takeChunkEnd();
    case State::Trailers: return takeTrailer();
    default: return false;
  }
}

bool HttpParser::fail(int status, const QString& sentence) {
  m_state = State::Failed;
  m_problem = {status, sentence};
  m_buffer.clear();
  m_request.file.reset();
  return false;
}

/// A whole line without its CRLF; nothing while it is not there, or when that is an error.
std::optional<QByteArray> HttpParser::takeLine(qsizetype most, int statusIfLonger) {
  const qsizetype end = m_buffer.indexOf('\n');
  if (end > most + 1 || (end < 0 && m_buffer.size() > most + 1)) {
    fail(statusIfLonger, text("A line of the request is longer than %1 bytes.").arg(most));
    return std::nullopt;
  }
  if (end < 0) return std::nullopt;
  if (end == 0 || m_buffer[end - 1] != '\r') {
    fail(400, text("A line of the request does not end with CR LF."));
    return std::nullopt;
  }
  const QByteArray line = m_buffer.first(end - 1);
  m_buffer.remove(0, end + 1);
  return line;
}

bool HttpParser::takeRequestLine() {
  if (m_buffer.startsWith("\r\n")) {  // between two requests (RFC 9112, 2.2)
    m_buffer.remove(0, 2);
    return true;
  }
  const auto line = takeLine(m_limits.line, 414);
  if (!line) return false;
  const QList<QByteArray> words = line->split(' ');
  if (words.size() != 3 || !isToken(words[0]) || words[0].size() > longestMethod) return fail(400, text("The request line is not “METHOD TARGET HTTP/1.1”."));
  const QByteArray version = words[2];
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return version.startsWith("HTTP/") ? fail(505, text("Only HTTP/1.1 is spoken here.")) : fail(400, text("The request line names no version of HTTP."));
  m_request.method = words[0];
  m_isOld = version == "HTTP/1.0";
  m_request.keepAlive = !m_isOld;
  return takeTarget(words[1]);
}

bool HttpParser::takeTarget(const QByteArray& target) {
  const bool isPath = target.startsWith('/') && std::all_of(target.begin(), target.end(), isVisible) && !target.contains('#');
  if (!isPath || !isEncodedWell(target)) return fail(400, text("The target of the request is not a path."));
  const qsizetype mark = target.indexOf('?');
  const QByteArray path = QByteArray::fromPercentEncoding(mark < 0 ? target : target.first(mark));
  m_request.path = QString::fromUtf8(path);
  // What is no UTF-8, or has a NUL in it, is no name of ours.
  if (m_request.path.toUtf8() != path || path.contains('\0')) return fail(400, text("The target of the request is not UTF-8."));
  if (mark >= 0) m_request.query = QUrlQuery(QString::fromLatin1(target.sliced(mark + 1)));
  m_state = State::Headers;
  return true;
}

bool HttpParser::takeHeader() {
  const auto line = takeLine(m_limits.headers, 431);
  if (!line) return false;
  return line->isEmpty() ? beginBody() : takeField(*line);
}

bool HttpParser::takeField(const QByteArray& line) {
  m_fieldBytes += line.size() + 2;
  if (m_fieldBytes > m_limits.headers || m_request.headers.size() >= m_limits.headerCount)
    return fail(431, text("The header of the request is too large."));
  const qsizetype colon = line.indexOf(':');
  const QByteArray name = colon < 0 ? QByteArray() : line.first(colon);
  // A name that begins with a space is a folded line, one that ends with a space is read differently by different programs.
  if (!isToken(name)) return fail(400, text("A header field of the request has no proper name."));
  const QByteArray value = line.sliced(colon + 1).trimmed();
  if (!isFieldText(value)) return fail(400, text("A header field of the request has control characters."));
  m_request.headers << HttpHeader{name.toLower(), value};
  return true;
}

QList<QByteArray> HttpParser::all(QByteArrayView name) const {
  QList<QByteArray> values;
  for (const HttpHeader& field : m_request.headers)
    if (field.name == name) values << field.value;
  return values;
}

bool HttpParser::beginBody() {
  const QList<QByteArray> hosts = all("host"), lengths = all("content-length"), codings = all("transfer-encoding"), expected = all("expect");
  if (hosts.size() != 1 && !(m_isOld && hosts.isEmpty())) return fail(400, text("The request needs exactly one Host."));
  for (const QByteArray& value : all("connection"))
    for (const QByteArray& word : value.toLower().split(',')) {
      if (word.trimmed() == "close") m_request.keepAlive = false;
      if (word.trimmed() == "keep-alive" && m_isOld) m_request.keepAlive = true;
    }
  if (!expected.isEmpty() && (expected.size() != 1 || expected[0].toLower() != "100-continue")) return fail(417, text("Only 100-continue can be expected."));
  if (m_wantsFile && m_wantsFile(m_request)) {
    m_request.file = std::make_shared<QTemporaryFile>(m_folder + QStringLiteral("/upload-XXXXXX"));
    if (!m_request.file->open()) return fail(500, text("No file could be made for the body."));
  }
  m_continue = !expected.isEmpty() && !m_isOld;
  if (!codings.isEmpty()) {
    if (!lengths.isEmpty() || m_isOld) return fail(400, text("The length of the body is told in two ways."));
    if (codings.size() != 1 || codings[0].toLower() != "chunked") return fail(501, text("Only the coding “chunked” is understood."));
    m_state = State::ChunkSize;
    return true;
  }
  if (lengths.size() > 1) return fail(400, text("The request has more than one Content-Length."));
  return takeLength(lengths.isEmpty() ? QByteArray("0") : lengths[0]);
}

bool HttpParser::takeLength(const QByteArray& digits) {
  const bool isNumber = !digits.isEmpty() && std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!isNumber) return fail(400, text("Content-Length is not a number."));
  if (digits.size() > longestLengthDigits || digits.toLongLong() > mostBody()) return fail(413, text("The body is larger than %1 bytes.").arg(mostBody()));
  m_left = digits.toLongLong();
  m_state = m_left > 0 ? State::Body : State::Done;
  if (m_left == 0) m_continue = false;
  return true;
}

bool HttpParser::takeData(qint64 most) {
  if (m_buffer.isEmpty()) return false;
  m_continue = false;  // it did not wait
  const qsizetype count = qsizetype(std::min<qint64>(most, m_buffer.size()));
  const QByteArray part = m_buffer.first(count);
  if (m_request.file) {
    if (m_request.file->write(part) != count) return fail(500, text("The disk takes no more of the body."));
  } else {
    m_request.body += part;
  }
  m_buffer.remove(0, count);
  m_size += count;
  m_left -= count;
  if (m_left == 0) m_state = m_state == State::Body ? State::Done : State::ChunkEnd;
  return true;
}

bool HttpParser::takeChunkSize() {
  const auto line = takeLine(longestChunkLine, 400);
  if (!line) return false;
  const QByteArray digits = line->first(std::min(line->size(), line->contains(';') ? line->indexOf(';') : line->size())).trimmed();
  if (digits.isEmpty() || digits.size() > longestChunkDigits || !std::all_of(digits.begin(), digits.end(), isHex) || !isFieldText(*line))
    return fail(400, text("The size of a chunk is not a number."));
  m_left = digits.toLongLong(nullptr, 16);
  if (m_left > mostBody() - m_size) return fail(413, text("The body is larger than %1 bytes.").arg(mostBody()));
  m_state = m_left > 0 ? State::ChunkData : State::Trailers;
  return true;
}

bool HttpParser::takeChunkEnd() {
  if (m_buffer.size() < 2) return false;
  if (!m_buffer.startsWith("\r\n")) return fail(400, text("A chunk is longer than its size."));
  m_buffer.remove(0, 2);
  m_state = State::ChunkSize;
  return true;
}

/// Trailer fields are passed over.
bool HttpParser::takeTrailer() {
  const auto line = takeLine(m_limits.headers, 431);
  if (!line) return false;
  m_fieldBytes += line->size() + 2;
  if (m_fieldBytes > 2 * m_limits.headers) return fail(431, text("The trailer of the request is too large."));
  if (line->isEmpty()) m_state = State::Done;
  return true;
}

}  // namespace trainyard
