// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace trainyard {

/// Where a text (of bytes or of characters) goes on after the terminal's escape sequence whose ESC is at `at`: a control
/// sequence (ESC [ ... letter), a string for the terminal (ESC ] and others, to BEL or ESC \), or ESC and one character more.
/// One that is cut by the end of the text takes all of it.
template <typename Text>
qsizetype afterEscape(const Text& text, qsizetype at) {
  const auto code = [&text](qsizetype i) {
    if constexpr (requires { text[i].unicode(); }) return int(text[i].unicode());
    else return int(static_cast<unsigned char>(text[i]));
  };
  const qsizetype size = text.size();
  if (++at >= size) return size;
  const int kind = code(at++);
  if (kind == '[') {
    while (at < size && (code(at) < '@' || code(at) > '~')) ++at;
    return at < size ? at + 1 : size;
  }
  const bool string = kind == ']' || kind == 'P' || kind == 'X' || kind == '^' || kind == '_';
  if (string) {
    while (at < size && code(at) != 0x07 && code(at) != 0x1b) ++at;
    if (at < size && code(at) == 0x1b) ++at;
    return at < size ? at + 1 : size;
  }
  if (kind >= 0x20 && kind <= 0x2f) ++at;  // "ESC ( B": a character set
  return at < size ? at : size;
}

}  // namespace trainyard
