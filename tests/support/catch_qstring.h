// SPDX-License-Identifier: GPL-3.0-or-later
// A failed check on a text shows the text.
#pragma once

#include <QString>
#include <catch2/catch.hpp>

namespace Catch {

template <>
struct StringMaker<QString> {
  static std::string convert(const QString& text) { return '"' + text.toStdString() + '"'; }
};

}  // namespace Catch
