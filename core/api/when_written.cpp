// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/when_written.h"

namespace trainyard {

void whenWritten(QObject& context, JobService& jobs, JobId id, JobChangeKind kind, std::function<void(const Result<void>&)> told) {
  auto* waiting = new QObject(&context);
  const auto tell = [waiting, id, kind, told = std::move(told)](JobId changed, JobChangeKind how, const Result<void>& written) {
    if (changed != id || how != kind) return;
    const auto mine = told;  // the connection that holds it goes with `waiting`
    delete waiting;
    mine(written);
  };
  QObject::connect(&jobs, &JobService::changeCommitted, waiting, [tell](JobId changed, JobChangeKind how) {
    const auto mine = tell;
    mine(changed, how, {});
  });
  QObject::connect(&jobs, &JobService::changeRefused, waiting, [tell](JobId changed, JobChangeKind how, const Error& error) {
    const auto mine = tell;
    mine(changed, how, tl::make_unexpected(error));
  });
}

}  // namespace trainyard
