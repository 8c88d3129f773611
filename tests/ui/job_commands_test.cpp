// SPDX-License-Identifier: GPL-3.0-or-later
// Every action and every asynchronous error ends in a toast.
#include "ui/job_commands.h"

#include <QSignalSpy>

#include "tests/support/message_guard.h"
#include "tests/support/ui_fixture.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct Desk : UiYard {
  QWidget window;
  ToastStack toasts{theme, &window, 0};
  JobCommands commands{jobs, store, toasts};

  /// The newest toast, after what was queued for this turn of the event loop.
  ToastContent newest(int count) {
    REQUIRE(QTest::qWaitFor([&] { return toasts.count() == count; }));
    return toasts.contents()[0];
  }
};

const Error full{ErrorCode::StorageFull, QStringLiteral("The disk is full: free some space, then try again."), {}};

}  // namespace

TEST_CASE("adding and starting is told once, when it is on the disk", "[commands]") {
  Desk desk;
  QSignalSpy viewed(&desk.commands, &JobCommands::viewRequested);
  desk.commands.add(simulatedSettings(QStringLiteral("vit")), true);
  CHECK(desk.toasts.count() == 0);
  desk.store.commit();
  const ToastContent toast = desk.newest(1);
  CHECK(toast.kind == ToastKind::Success);
  CHECK(toast.title == QStringLiteral("“vit” started"));
  CHECK(toast.detail == QStringLiteral("Step 1 of 3,000"));
  CHECK(viewed.size() == 1);
}

TEST_CASE("an action that is not allowed is an error toast, and nothing changed", "[commands]") {
  Desk desk;
  const ExpectMessage logged(QStringLiteral("Not started"));
  const JobId id = desk.running();
  desk.toasts.dismissAll();
  REQUIRE(QTest::qWaitFor([&] { return desk.toasts.count() == 1; }));  // "started"
  desk.toasts.dismissAll();
  desk.commands.start({id});
  const ToastContent toast = desk.newest(1);
  CHECK(toast.kind == ToastKind::Error);
  CHECK(toast.title == QStringLiteral("Not started"));
  CHECK(toast.detail.contains(QStringLiteral("only a queued job can be started")));
  CHECK(logged.seen());
  CHECK(desk.store.waiting.changes.empty());
}

TEST_CASE("several jobs are told in one toast, and several deleted are brought back by one undo", "[commands]") {
  Desk desk;
  QList<JobId> ids;
  for (int i = 0; i < 3; ++i) ids << desk.queued(QStringLiteral("job %1").arg(i));
  desk.commands.start(ids);
  desk.store.commit();
  CHECK(desk.newest(1).title == QStringLiteral("3 jobs started"));
  desk.commands.stop(ids);
  for (const JobId id : ids) desk.simulated.finish(id, {EndKind::StoppedByUser, 0, QStringLiteral("stopped by you")});
  desk.store.commit();
  CHECK(desk.newest(2).title == QStringLiteral("3 jobs stopped"));
  desk.commands.remove(ids);
  desk.store.commit();
  const ToastContent deleted = desk.newest(3);
  CHECK(deleted.title == QStringLiteral("3 jobs deleted"));
  CHECK(deleted.actionText == QStringLiteral("Undo"));
  CHECK(desk.jobs.jobs().empty());
  CHECK(desk.commands.canUndo());
  deleted.action();
  desk.store.commit();
  CHECK(desk.jobs.jobs().size() == 3);
  CHECK_FALSE(desk.commands.canUndo());
  deleted.action();  // undone already
  CHECK(desk.store.waiting.changes.empty());
}

TEST_CASE("how a job ended is told, with the way to look at it", "[commands]") {
  Desk desk;
  desk.ended({EndKind::LossNan, 0, QStringLiteral("Loss became NaN at step 412")}, QStringLiteral("gpt"));
  REQUIRE(QTest::qWaitFor([&] { return desk.toasts.count() == 2; }));
  ToastContent failed;
  for (const ToastContent& one : desk.toasts.contents())
    if (one.kind == ToastKind::Error) failed = one;
  CHECK(failed.title == QStringLiteral("“gpt” failed"));
  CHECK(failed.detail == QStringLiteral("Loss became NaN at step 412"));
  QSignalSpy viewed(&desk.commands, &JobCommands::viewRequested);
  failed.action();
  CHECK(viewed.size() == 1);
}

TEST_CASE("a change that the disk refused is told, and the storage's troubles once with a way to try again", "[commands]") {
  Desk desk;
  const ExpectMessage logged(QStringLiteral("disk is full"));
  const JobId id = desk.queued();
  desk.commands.start({id});
  desk.store.refuseAll(full);
  CHECK(desk.newest(1).title == QStringLiteral("Not started"));
  CHECK(desk.newest(1).detail == full.message);
  Q_EMIT desk.store.troubled(full);
  const ToastContent trouble = desk.newest(2);
  CHECK(trouble.title == QStringLiteral("Saving failed; runs are paused"));
  trouble.action();
  CHECK(desk.store.retries == 1);
  Q_EMIT desk.store.recovered();
  CHECK(desk.newest(2).title == QStringLiteral("Saving works again"));
}

TEST_CASE("every code of an error is walked to a visible sentence", "[commands]") {
  const ExpectMessage logged(QStringLiteral("Not started|storage:"));
  for (int code = 0; code <= int(ErrorCode::Internal); ++code) {
    Desk desk;
    const JobId id = desk.queued();
    const Error error{ErrorCode(code), QStringLiteral("Sentence %1.").arg(code), QStringLiteral("detail")};
    desk.simulated.answer = tl::make_unexpected(error);  // refused at once
    desk.commands.start({id});
    const ToastContent refused = desk.newest(1);
    CHECK(refused.kind == ToastKind::Error);
    CHECK(refused.detail == error.message);
    CHECK(desk.jobs.job(id)->status == JobStatus::Queued);
    desk.toasts.dismissAll();
    desk.simulated.answer = {};
    desk.commands.start({id});
    desk.store.refuseAll(error);  // refused later, by the disk
    CHECK(desk.newest(1).detail == error.message);
    CHECK(desk.jobs.job(id)->status == JobStatus::Queued);
  }
}
