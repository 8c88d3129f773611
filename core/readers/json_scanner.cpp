// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/json_scanner.h"

#include <QLocale>
#include <cstring>

#include "core/readers/cell.h"

namespace trainyard {

using Token = JsonScanner::Token;

void JsonScanner::skipSpace() {
  while (m_at < m_end && (*m_at == ' ' || *m_at == '\n' || *m_at == '\r' || *m_at == '\t')) ++m_at;
}

Token JsonScanner::fail() {
  m_failed = true;
  return Token::Error;
}

Token JsonScanner::next() {
  if (m_failed) return Token::Error;
  skipSpace();
  if (m_await == Await::Nothing) return m_at == m_end ? Token::End : fail();
  if (m_at == m_end) return fail();
  if (m_await == Await::CommaOrEnd) {
    if (*m_at == '}' || *m_at == ']') return close(*m_at);
    if (*m_at != ',') return fail();
    ++m_at;
    skipSpace();
    if (m_at == m_end) return fail();
    m_await = m_open.back() ? Await::Key : Await::Value;
  } else if ((m_await == Await::FirstKeyOrEnd && *m_at == '}') || (m_await == Await::FirstValueOrEnd && *m_at == ']')) {
    return close(*m_at);
  }
  if (m_await != Await::Key && m_await != Await::FirstKeyOrEnd) return value();
  if (*m_at != '"' || !string()) return fail();
  skipSpace();
  if (m_at == m_end || *m_at != ':') return fail();
  ++m_at;
  m_await = Await::Value;
  return Token::Key;
}

Token JsonScanner::value() {
  if (*m_at == '{' || *m_at == '[') return open(*m_at == '{');
  if (*m_at != '"') return word();
  return string() ? ended(Token::Text) : fail();
}

Token JsonScanner::open(bool isObject) {
  if (m_open.size() >= deepest) return fail();
  ++m_at;
  m_open.push_back(isObject);
  m_await = isObject ? Await::FirstKeyOrEnd : Await::FirstValueOrEnd;
  return isObject ? Token::ObjectBegin : Token::ArrayBegin;
}

Token JsonScanner::close(char c) {
  const bool isObject = c == '}';
  if (m_open.back() != isObject) return fail();
  ++m_at;
  m_open.pop_back();
  return ended(isObject ? Token::ObjectEnd : Token::ArrayEnd);
}

Token JsonScanner::ended(Token token) {
  m_await = m_open.empty() ? Await::Nothing : Await::CommaOrEnd;
  return token;
}

Token JsonScanner::word() {
  const char* const begin = m_at;
  while (m_at < m_end && ((*m_at >= '0' && *m_at <= '9') || (*m_at >= 'a' && *m_at <= 'z') || (*m_at >= 'A' && *m_at <= 'Z') || *m_at == '-' ||
                          *m_at == '+' || *m_at == '.'))
    ++m_at;
  const QByteArrayView word(begin, m_at);
  if (word == "null") return ended(Token::Null);
  if (word == "true") return ended(Token::True);
  if (word == "false") return ended(Token::False);
  const auto number = numberIn(word);
  if (!number) {
    m_at = begin;
    return fail();
  }
  m_number = *number;
  return ended(Token::Number);
}

/// At a quote. A string without escapes costs no copy.
bool JsonScanner::string() {
  const char* begin = ++m_at;
  const auto isSpecial = [](char c) { return c == '"' || c == '\\' || c == '\n'; };
  m_at = std::find_if(begin, m_end, isSpecial);
  if (m_at < m_end && *m_at == '"') {
    m_text = QByteArrayView(begin, m_at++);
    return true;
  }
  m_unescaped.resize(0);
  while (m_at < m_end && *m_at == '\\') {
    m_unescaped.append(begin, m_at - begin);
    if (!escape()) return false;
    begin = m_at;
    m_at = std::find_if(begin, m_end, isSpecial);
  }
  if (m_at == m_end || *m_at != '"') return false;
  m_unescaped.append(begin, m_at++ - begin);
  m_text = m_unescaped;
  return true;
}

bool JsonScanner::escape() {
  if (m_end - m_at < 2) return false;
  const char c = m_at[1];
  m_at += 2;
  static constexpr char names[] = "bfnrt", meanings[] = "\b\f\n\r\t";
  if (c == '"' || c == '\\' || c == '/') m_unescaped.append(c);
  else if (const char* name = c == '\0' ? nullptr : std::strchr(names, c)) m_unescaped.append(meanings[name - names]);
  else if (c != 'u' || m_end - m_at < 4) return false;
  else {
    QString units;  // one, or the two of a pair
    do {
      bool ok = false;
      const ushort unit = QByteArray(m_at, 4).toUShort(&ok, 16);
      if (!ok) return false;
      units += QChar(unit);
      m_at += 4;
    } while (units.size() == 1 && units[0].isHighSurrogate() && m_end - m_at >= 6 && m_at[0] == '\\' && m_at[1] == 'u' && (m_at += 2));
    m_unescaped.append(units.toUtf8());
  }
  return true;
}

bool JsonScanner::skip(Token begun) {
  if (begun != Token::ObjectBegin && begun != Token::ArrayBegin) return begun != Token::Error;
  const size_t outside = m_open.size() - 1;
  while (m_open.size() > outside)
    if (next() == Token::Error) return false;
  return true;
}

bool readLeaves(JsonScanner& scanner, const std::function<void(const JsonLeaf& leaf)>& take) {
  constexpr qsizetype longestPath = 4'000;
  const size_t outside = scanner.depth() - 1;
  QByteArray path;
  std::vector<qsizetype> prefixes{0};  // of each open object, where its keys begin in the path
  while (scanner.depth() > outside) {
    Token token = scanner.next();
    if (token == Token::ObjectEnd) {
      prefixes.pop_back();
      continue;
    }
    if (token != Token::Key) return false;
    path.truncate(prefixes.back());
    path += scanner.text().first(std::min(scanner.text().size(), std::max<qsizetype>(0, longestPath - path.size())));
    token = scanner.next();
    if (token == Token::ObjectBegin) {
      path += '/';
      prefixes.push_back(path.size());
    } else if (token == Token::ArrayBegin || token == Token::Error) {
      if (!scanner.skip(token)) return false;
    } else {
      take({path, token, scanner.number(), scanner.text()});
    }
  }
  return true;
}

QString wordsOf(const JsonLeaf& leaf) {
  constexpr qsizetype longest = 6'000;
  if (leaf.kind == Token::Number) return QString::number(leaf.number, 'g', QLocale::FloatingPointShortest);
  if (leaf.kind != Token::Text) return leaf.kind == Token::True ? QStringLiteral("true") : QStringLiteral("false");
  return QString::fromUtf8(leaf.text.first(std::min(leaf.text.size(), longest)));
}

}  // namespace trainyard
