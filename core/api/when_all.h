// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include "core/base/error.h"

namespace trainyard {

/// A function to be called `count` times (> 0); the last call calls `told`, with the first error that there was.
[[nodiscard]] inline std::function<void(const Result<void>&)> whenAll(int count, std::function<void(const Result<void>&)> told) {
  struct State {
    int left;
    Result<void> result;
  };
  return [state = std::make_shared<State>(State{count, {}}), told = std::move(told)](const Result<void>& result) {
    if (!result && state->result) state->result = result;
    if (--state->left == 0) told(state->result);
  };
}

}  // namespace trainyard
