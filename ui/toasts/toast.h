// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <functional>

namespace trainyard {

enum class ToastKind { Success, Error, Info, Warning, Loading };

/// What a toast says, in one line of title and some of detail. `durationMs`: -1 = the kind's own, 0 = until closed.
struct ToastContent {
  ToastKind kind = ToastKind::Info;
  QString title = {};
  QString detail = {};
  QString actionText = {};
  std::function<void()> action = {};  ///< run when the action is chosen; the toast then closes
  int durationMs = -1;
  std::function<void()> closed = {};  ///< run once when it is gone, however it went
  qint64 topic = 0;                   ///< the job that it is about: it goes when that one is viewed, unless all is well; 0 = none
};

/// How long it is shown: 4 s, failures and warnings 12 s; 0 = until closed, as what is loading.
[[nodiscard]] int toastDurationMs(const ToastContent& content);

/// Handle of a shown toast; 0 = none.
using ToastId = int;

}  // namespace trainyard
