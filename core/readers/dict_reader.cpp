// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/dict_reader.h"

#include <charconv>
#include <limits>

namespace trainyard {
namespace {

constexpr int deepest = 3;
constexpr size_t mostValues = 500;

class DictReader {
 public:
  explicit DictReader(const QByteArray& text) : m_at(text.constData()), m_end(m_at + text.size()) {}

  bool read() { return object(QString(), 1); }
  std::vector<NamedValue> values;

 private:
  void skipSpace() {
    while (m_at < m_end && (*m_at == ' ' || *m_at == '\t')) ++m_at;
  }

  bool take(char c) {
    skipSpace();
    if (m_at == m_end || *m_at != c) return false;
    ++m_at;
    return true;
  }

  std::optional<QByteArray> string() {
    skipSpace();
    if (m_at == m_end || (*m_at != '"' && *m_at != '\'')) return std::nullopt;
    const char quote = *m_at++;
    QByteArray text;
    while (m_at < m_end && *m_at != quote) {
      if (*m_at == '\\' && m_at + 1 < m_end) ++m_at;
      text += *m_at++;
    }
    if (m_at == m_end) return std::nullopt;
    ++m_at;
    return text;
  }

  bool object(const QString& prefix, int depth) {
    if (!take('{')) return false;
    if (take('}')) return true;
    do {
      const auto key = string();
      if (!key || !take(':') || !value(prefix + QString::fromUtf8(*key), depth)) return false;
    } while (take(','));
    return take('}');
  }

  bool value(const QString& name, int depth) {
    skipSpace();
    if (m_at == m_end) return false;
    if (*m_at == '{') return depth < deepest ? object(name + u'/', depth + 1) : skipNested('{', '}');
    if (*m_at == '[') return skipNested('[', ']');
    if (*m_at == '(') return skipNested('(', ')');
    if (*m_at == '"' || *m_at == '\'') return string().has_value();
    return scalar(name);
  }

  bool skipNested(char open, char close) {
    int depth = 0;
    while (m_at < m_end) {
      if (*m_at == '"' || *m_at == '\'') {
        if (!string()) return false;
        continue;
      }
      if (*m_at == open) ++depth;
      if (*m_at == close) --depth;
      ++m_at;
      if (depth == 0) return true;
    }
    return false;
  }

  bool scalar(const QString& name) {
    const char* begin = m_at;
    while (m_at < m_end && *m_at != ',' && *m_at != '}' && *m_at != ' ') ++m_at;
    const QByteArray word = QByteArray(begin, m_at - begin);
    const QByteArray lower = word.toLower();
    if (lower == "none" || lower == "null" || lower == "true" || lower == "false") return true;
    double number = 0.0;
    if (lower == "nan") {
      number = std::numeric_limits<double>::quiet_NaN();
    } else if (lower == "infinity" || lower == "inf" || lower == "-infinity" || lower == "-inf") {
      number = lower[0] == '-' ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
    } else {
      const char* first = word.constData() + (word.startsWith('+') ? 1 : 0);
      const auto [end, error] = std::from_chars(first, word.constData() + word.size(), number);
      if (error != std::errc() || end != word.constData() + word.size()) return false;
    }
    if (values.size() < mostValues) values.push_back({name, number});
    return true;
  }

  const char* m_at;
  const char* m_end;
};

}  // namespace

std::optional<std::vector<NamedValue>> readDict(const QByteArray& text) {
  DictReader reader(text);
  if (!reader.read()) return std::nullopt;
  return std::move(reader.values);
}

}  // namespace trainyard
