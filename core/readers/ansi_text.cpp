// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/ansi_text.h"

#include <algorithm>

#include "core/readers/escapes.h"

namespace trainyard {
namespace {

constexpr char escape = '\x1b';
constexpr int tabWidth = 8;

/// A colour of the 256: 16 of the palette, a cube of 6 x 6 x 6, 24 greys.
int extendedColor(int index) {
  if (index < 16) return std::max(0, index);
  if (index >= 232) {
    const int grey = 8 + 10 * (std::min(index, 255) - 232);
    return TextStyle::trueColor | grey << 16 | grey << 8 | grey;
  }
  const auto level = [](int step) { return step == 0 ? 0 : 55 + 40 * step; };
  const int cube = index - 16;
  return TextStyle::trueColor | level(cube / 36) << 16 | level(cube / 6 % 6) << 8 | level(cube % 6);
}

/// The colour after 38 or 48 in `codes`; moves `at` to the last code that it took.
int colorAfter(const QList<int>& codes, qsizetype& at) {
  if (codes.value(at + 1) == 5) {
    at += 2;
    return extendedColor(codes.value(at));
  }
  if (codes.value(at + 1) == 2) {
    const auto channel = [&](int i) { return std::clamp(codes.value(at + 1 + i), 0, 255); };
    const int color = TextStyle::trueColor | channel(1) << 16 | channel(2) << 8 | channel(3);
    at += 4;
    return color;
  }
  return TextStyle::none;
}

void applyCodes(const QList<int>& codes, TextStyle& style) {
  for (qsizetype at = 0; at < codes.size(); ++at) {
    const int code = codes[at];
    if (code == 0) style = {};
    else if (code == 1) style.bold = true;
    else if (code == 2) style.dim = true;
    else if (code == 22) style.bold = style.dim = false;
    else if (code >= 30 && code <= 37) style.foreground = code - 30;
    else if (code >= 90 && code <= 97) style.foreground = code - 90 + 8;
    else if (code >= 40 && code <= 47) style.background = code - 40;
    else if (code >= 100 && code <= 107) style.background = code - 100 + 8;
    else if (code == 38) style.foreground = colorAfter(codes, at);
    else if (code == 48) style.background = colorAfter(codes, at);
    else if (code == 39) style.foreground = TextStyle::none;
    else if (code == 49) style.background = TextStyle::none;
  }
}

class Reader {
 public:
  Reader(const QByteArray& line, int most) : m_text(QString::fromUtf8(line)), m_most(most) {}

  StyledLine read() {
    qsizetype at = 0;
    while (at < m_text.size() && m_line.text.size() < m_most) {
      const QChar c = m_text[at];
      if (c == QChar::fromLatin1(escape)) {
        at = takeEscape(at);
        continue;
      }
      take(c);
      ++at;
    }
    closeSpan();
    if (at < m_text.size()) m_line.text += QChar(u'…');
    return m_line;
  }

 private:
  void take(QChar c) {
    if (c == u'\t') {
      m_line.text += QString(tabWidth - m_line.text.size() % tabWidth, u' ');
    } else if (c == u'\b') {
      m_line.text.chop(1);
    } else if (c.category() != QChar::Other_Control) {
      m_line.text += c;
    }
  }

  /// Where the text goes on after the sequence that begins at `at`.
  qsizetype takeEscape(qsizetype at) {
    const qsizetype after = afterEscape(m_text, at);
    const bool style = after - at > 2 && m_text[at + 1] == u'[' && m_text[after - 1] == u'm';
    if (style) setStyle(m_text.mid(at + 2, after - at - 3));
    return after;
  }

  void setStyle(QString codes) {
    QList<int> numbers;
    for (const QString& code : codes.replace(u':', u';').split(u';')) numbers << code.toInt();
    TextStyle next = m_style;
    applyCodes(numbers, next);
    if (next == m_style) return;
    closeSpan();
    m_style = next;
  }

  void closeSpan() {
    const qsizetype length = m_line.text.size() - m_from;
    if (length > 0 && m_style != TextStyle{}) m_line.spans.append({m_from, length, m_style});
    m_from = m_line.text.size();
  }

  QString m_text;
  int m_most;
  StyledLine m_line;
  TextStyle m_style;
  qsizetype m_from = 0;
};

}  // namespace

StyledLine styledLine(const QByteArray& line, int mostCharacters) {
  QByteArray kept = line;
  while (kept.endsWith('\r') || kept.endsWith('\n')) kept.chop(1);
  kept = kept.mid(kept.lastIndexOf('\r') + 1);
  const qsizetype bytes = qsizetype(mostCharacters) * 8;  // escape sequences have their room
  if (kept.size() > bytes) kept.truncate(bytes + 4);
  return Reader(kept, mostCharacters).read();
}

}  // namespace trainyard
