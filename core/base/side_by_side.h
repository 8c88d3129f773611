// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>

namespace trainyard {

/// Calls work(0) to work(count - 1), each once and in no order, on this thread and beside it on one for each other processor, and
/// returns when all are done. This thread does `first` before it helps. `work` touches nothing that another call of it or `first`
/// changes, and no connection. Threads that cannot be had are done without.
void sideBySide(size_t count, const std::function<void(size_t)>& work, const std::function<void()>& first = {});

}  // namespace trainyard
