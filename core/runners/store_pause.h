// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <functional>

#include "core/jobs/job_store.h"

namespace trainyard {

/// Tells those who read to pause while the store does not accept, and to go on when it does. Lives in the store's thread.
class StorePause final {
 public:
  StorePause(const JobStore& store, std::function<void(bool pause)> tell);
  /// To be called with whatever is given to the store.
  void heed();
  void leave() { m_check.stop(); }

 private:
  const JobStore& m_store;
  std::function<void(bool pause)> m_tell;
  QTimer m_check;  ///< while it pauses
};

}  // namespace trainyard
