// SPDX-License-Identifier: GPL-3.0-or-later
// JSON as it comes: of a document or a line to its values one after the other, without a tree, without recursion.
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <functional>
#include <vector>

namespace trainyard {

/// Takes what Python's json writes beyond the standard: bare NaN, Infinity and -Infinity. Strings are not checked for being UTF-8.
class JsonScanner {
 public:
  static constexpr size_t deepest = 256;
  enum class Token { ObjectBegin, ObjectEnd, ArrayBegin, ArrayEnd, Key, Text, Number, True, False, Null, End, Error };

  /// `text` outlives the scanner.
  explicit JsonScanner(QByteArrayView text) : m_begin(text.data()), m_at(m_begin), m_end(m_begin + text.size()) {}

  /// End after the one value of the text; Error, again and again, from the first byte that is wrong.
  [[nodiscard]] Token next();
  /// Of the last Key or Text, without escapes; valid until the next one.
  [[nodiscard]] QByteArrayView text() const { return m_text; }
  [[nodiscard]] double number() const { return m_number; }
  /// Where the next token is looked for, or where the error is.
  [[nodiscard]] qint64 offset() const { return m_at - m_begin; }
  [[nodiscard]] size_t depth() const { return m_open.size(); }
  /// Passes over what the last token began; nothing is begun by one that is neither ObjectBegin nor ArrayBegin. False on an error.
  [[nodiscard]] bool skip(Token begun);

 private:
  enum class Await { Value, FirstKeyOrEnd, Key, FirstValueOrEnd, CommaOrEnd, Nothing };
  Token value();
  Token open(bool isObject);
  Token close(char c);
  Token word();
  Token fail();
  Token ended(Token token);
  [[nodiscard]] bool string();
  [[nodiscard]] bool escape();
  void skipSpace();

  const char* m_begin;
  const char* m_at;
  const char* m_end;
  Await m_await = Await::Value;
  bool m_failed = false;
  std::vector<bool> m_open;  ///< true = an object
  QByteArrayView m_text;
  QByteArray m_unescaped;
  double m_number = 0.0;
};

/// A value that is no object and no array. `path` is "outer/inner"; `text` of a Text; both valid while it is taken.
struct JsonLeaf {
  QByteArrayView path;
  JsonScanner::Token kind = JsonScanner::Token::Null;
  double number = 0.0;
  QByteArrayView text;
};

/// The leaves of an object whose ObjectBegin was the scanner's last token; arrays are passed over. False when the text breaks off or is
/// wrong; leaves that stand before are taken then too.
[[nodiscard]] bool readLeaves(JsonScanner& scanner, const std::function<void(const JsonLeaf& leaf)>& take);

/// A leaf as words for people: "0.1", "true", at most 6,000 bytes of a text.
[[nodiscard]] QString wordsOf(const JsonLeaf& leaf);

}  // namespace trainyard
