// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/wait_for_change.h"

#include <QEventLoop>

namespace trainyard::cli {

Result<void> waitForChange(JobService& jobs, JobId id) {
  QEventLoop loop;
  Result<void> result;
  QObject::connect(&jobs, &JobService::changeCommitted, &loop, [&](JobId changed, JobChangeKind) {
    if (changed == id) loop.quit();
  });
  QObject::connect(&jobs, &JobService::changeRefused, &loop, [&](JobId changed, JobChangeKind, const Error& error) {
    if (changed != id) return;
    result = tl::make_unexpected(error);
    loop.quit();
  });
  loop.exec();
  return result;
}

}  // namespace trainyard::cli
