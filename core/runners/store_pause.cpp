// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runners/store_pause.h"

namespace trainyard {

StorePause::StorePause(const JobStore& store, std::function<void(bool pause)> tell) : m_store(store), m_tell(std::move(tell)) {
  constexpr int checkMs = 20;
  m_check.setInterval(checkMs);
  QObject::connect(&m_check, &QTimer::timeout, &m_check, [this] { heed(); });
}

void StorePause::heed() {
  const bool pause = !m_store.accepting();
  if (pause == m_check.isActive()) return;
  if (pause)
    m_check.start();
  else
    m_check.stop();
  m_tell(pause);
}

}  // namespace trainyard
