// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <functional>

namespace trainyard {

enum class ToastKind { Success, Error, Info, Warning, Loading };

/// What a toast says. `durationMs`: -1 = the kind's own (4,000; errors and loading stay until closed), 0 = until closed.
struct ToastContent {
  ToastKind kind = ToastKind::Info;
  QString title = {};
  QString detail = {};
  QString actionText = {};
  std::function<void()> action = {};  ///< run when the action is chosen; the toast then closes
  int durationMs = -1;
  std::function<void()> closed = {};  ///< run once when it is gone, however it went
};

/// Handle of a shown toast; 0 = none.
using ToastId = int;

}  // namespace trainyard
