// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QPainter>

namespace trainyard {

/// Signs drawn as vectors, so that they are sharp at every scale and take the theme's colour.
enum class Glyph {
  Play, Stop, Plus, Check, Cross, Info, Warning, Error, Close, Search, ChevronDown, Dot, Eye, Repeat, Trash, Pencil,
  Keyboard, Spinner, ArrowLeft, Follow
};

/// Draws the glyph into the rectangle. `phase` 0..1 turns the spinner.
void drawGlyph(QPainter& painter, Glyph glyph, const QRectF& rect, const QColor& color, double phase = 0.0);
[[nodiscard]] QIcon glyphIcon(Glyph glyph, const QColor& color, const QColor& disabled, int size = 16);

}  // namespace trainyard
