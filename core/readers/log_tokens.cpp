// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/log_tokens.h"

#include <charconv>
#include <limits>

namespace trainyard {
namespace {

constexpr size_t mostTokens = 400;

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool inWord(char c) { return isLetter(c) || isDigit(c) || c == '.' || c == '/' || c == '@' || c == '-' || c == '\''; }

class Tokenizer {
 public:
  explicit Tokenizer(const QByteArray& line) : m_at(line.constData()), m_end(m_at + line.size()) {}

  std::vector<LogToken> read() {
    while (m_at < m_end && m_tokens.size() < mostTokens) {
      if (*m_at == ' ' || *m_at == '\t') {
        m_spaced = true;
        ++m_at;
        continue;
      }
      next();
      m_spaced = false;
    }
    return std::move(m_tokens);
  }

 private:
  using Kind = LogToken::Kind;

  [[nodiscard]] char peek(qsizetype by = 0) const { return m_at + by < m_end ? m_at[by] : '\0'; }

  void push(Kind kind, QByteArray text = {}, double value = 0.0, double over = 0.0) {
    m_tokens.push_back({kind, std::move(text), value, over, m_spaced});
  }

  void next() {
    const char c = peek();
    const bool number = isDigit(c) || ((c == '-' || c == '+' || c == '.') && (isDigit(peek(1)) || (peek(1) == '.' && isDigit(peek(2)))));
    if (number) return readNumber();
    if (c == '-' && (peek(1) == 'i' || peek(1) == 'n')) {  // -inf, -nan
      ++m_at;
      readWord(true);
      return;
    }
    if (isLetter(c)) return readWord(false);
    push(Kind::Sign, QByteArray(1, c));
    ++m_at;
    // The blocks of a progress bar are one sign, however wide the bar is.
    const auto block = [](char sign) { return sign == '#' || static_cast<unsigned char>(sign) >= 0x80; };
    while (block(c) && m_at < m_end && block(*m_at)) ++m_at;
  }

  void readWord(bool negative) {
    const char* begin = m_at;
    while (m_at < m_end && inWord(*m_at)) ++m_at;
    while (m_at - begin > 1 && (m_at[-1] == '.' || m_at[-1] == '-' || m_at[-1] == '/')) --m_at;
    const QByteArray word(begin, m_at - begin);
    const QByteArray lower = word.toLower();
    if (lower == "nan") return push(Kind::Number, {}, std::numeric_limits<double>::quiet_NaN());
    if (lower == "inf" || lower == "infinity") {
      const double infinity = std::numeric_limits<double>::infinity();
      return push(Kind::Number, {}, negative ? -infinity : infinity);
    }
    push(Kind::Word, word);
  }

  double number() {
    double value = 0.0;
    if (peek() == '+') ++m_at;
    const auto [end, error] = std::from_chars(m_at, m_end, value);
    if (error == std::errc::result_out_of_range) value = std::numeric_limits<double>::infinity();
    m_at = end;
    return value;
  }

  void readNumber() {
    const char* begin = m_at;
    const double value = number();
    const char c = peek();
    const bool stamp = (c == ':' || c == '-') && isDigit(peek(1));
    const bool several = c == '.' && isDigit(peek(1));  // 1.2.3: a version or an address
    if ((stamp && isDigit(*begin)) || several) return skipStamp();
    qsizetype to = 1;
    while (c == '/' && peek(to) == ' ') ++to;  // "200/ 2983"
    if (c == '/' && isDigit(peek(to))) {
      m_at += to;
      const double over = number();
      if (peek() == '/' && isDigit(peek(1))) return skipStamp();  // 07/18/2023
      return push(Kind::Fraction, {}, value, over);
    }
    push(Kind::Number, readUnit(), value);
  }

  QByteArray readUnit() {
    const char* begin = m_at;
    while (m_at < m_end && (isLetter(*m_at) || *m_at == '%' || (m_at > begin && *m_at == '/'))) ++m_at;
    return QByteArray(begin, m_at - begin);
  }

  void skipStamp() {
    while (m_at < m_end && (isDigit(*m_at) || isLetter(*m_at) || *m_at == ':' || *m_at == '/' || *m_at == '-' || *m_at == '.' || *m_at == ',')) ++m_at;
    push(Kind::Other);
  }

  const char* m_at;
  const char* m_end;
  bool m_spaced = false;
  std::vector<LogToken> m_tokens;
};

}  // namespace

std::vector<LogToken> tokensOf(const QByteArray& line) { return Tokenizer(line).read(); }

}  // namespace trainyard
