// SPDX-License-Identifier: GPL-3.0-or-later
// What the page says above its charts, and in its tab of parameters.
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "tests/support/ui_fixture.h"
#include "ui/jobs/job_card.h"
#include "ui/monitor/page_header.h"
#include "ui/monitor/parameters_view.h"
#include "ui/monitor/stat_tiles.h"
#include "ui/theme/status_badge.h"
#include "ui/toasts/toast_stack.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct Head : UiYard {
  QWidget page;
  PageHeader* header = new PageHeader(theme, clock, actions, &page);
  StatTiles* tiles = new StatTiles(theme, &page);
  StatusBadge* badge = header->findChild<StatusBadge*>(QStringLiteral("pageBadge"));
  QLabel* facts = header->findChild<QLabel*>(QStringLiteral("pageFacts"));
  QPushButton* band = header->findChild<QPushButton*>(QStringLiteral("pageError"));

  void show(const Ending& ending, bool stopping = false) {
    Job job;
    job.id = JobId{5};
    job.settings = simulatedSettings();
    job.status = ending.kind == EndKind::None ? JobStatus::Running : JobStatus::Failed;
    job.ending = ending;
    header->show(job, false, stopping);
  }
};

QString valueOf(const QList<KeyValue>& rows, const QString& key) {
  for (const KeyValue& row : rows)
    if (row.key == key) return row.value;
  return QStringLiteral("(none)");
}

}  // namespace

TEST_CASE("the traceback of a stop that the user wished is not pinned", "[header]") {
  Head head;
  head.header->setError(QStringLiteral("KeyboardInterrupt"));
  head.show({}, true);
  CHECK(head.band->isHidden());
  CHECK(head.badge->badge() == Badge::Stopping);
  head.show({EndKind::StoppedByUser, 0, QStringLiteral("stopped by you")});
  CHECK(head.band->isHidden());
  CHECK(head.badge->badge() == Badge::Stopped);
  CHECK(head.badge->accessibleName() == QStringLiteral("Status: Stopped"));
  CHECK(head.facts->text().startsWith(QStringLiteral("Stopped by you")));
  head.header->setError(QStringLiteral("ValueError: bad shape"));  // not by the stop
  CHECK_FALSE(head.band->isHidden());
  head.header->setError(QStringLiteral("KeyboardInterrupt"));
  head.show({EndKind::Signal, 2, QStringLiteral("killed by SIGINT")});  // by somebody else
  CHECK_FALSE(head.band->isHidden());
}

TEST_CASE("an error is told once: in the band, while there is one", "[header]") {
  Head head;
  head.show({EndKind::ExitCode, 1, QStringLiteral("exited with code 1: RuntimeError: out of paper")});
  CHECK(head.facts->text().contains(QStringLiteral("RuntimeError")));
  head.header->setError(QStringLiteral("RuntimeError: out of paper"));
  CHECK(head.facts->text().startsWith(QStringLiteral("Exited with code 1 · ")));
  CHECK(head.band->text() == QStringLiteral("RuntimeError: out of paper"));
  head.show({EndKind::ExitCode, 1, QStringLiteral("exited with code 1: RuntimeError: out of p…")});  // cut short
  CHECK(head.facts->text().startsWith(QStringLiteral("Exited with code 1 · ")));
  head.header->setError(QStringLiteral("KeyError: 'another'"));
  CHECK(head.facts->text().contains(QStringLiteral("out of p")));
}

TEST_CASE("the header marks a loss that is NaN, and the tile's figure is amber", "[header]") {
  Head head;
  head.show({});
  CHECK(head.badge->mark() == BadgeMark::None);
  SeriesSummary loss;
  loss.tag = QStringLiteral("train/loss");
  extend(loss, {{1, 0, 0.5}, {2, 0, std::numeric_limits<double>::quiet_NaN()}});
  Job job;
  job.settings = simulatedSettings();
  head.header->setLossNan(isLossNan({loss}));
  head.tiles->show(tilesFor(job, {loss}));
  CHECK(head.badge->mark() == BadgeMark::Nan);
  CHECK(head.badge->accessibleName() == QStringLiteral("Status: Running, NaN"));
  CHECK(head.tiles->tiles()[0].alarming);
  extend(loss, {{3, 0, 0.4}});
  head.tiles->show(tilesFor(job, {loss}));
  CHECK_FALSE(head.tiles->tiles()[0].alarming);
  head.header->setLossNan(false);
  CHECK(head.badge->mark() == BadgeMark::None);
}

TEST_CASE("a primary loss has a tile, however many series there are before it", "[header]") {
  std::vector<SeriesSummary> series;
  for (const char* tag : {"a", "b", "c", "d", "e", "train/rmse"}) {
    series.emplace_back().tag = QString::fromLatin1(tag);
    extend(series.back(), {{1, 0, 1.0}});
  }
  const auto tiles = tilesFor({}, series);
  REQUIRE(tiles.size() == 5);
  CHECK(tiles[0].label == QStringLiteral("Train rmse"));
}

TEST_CASE("a job that comes into view is told, so that its failures' toasts go", "[header]") {
  Head head;
  ToastStack stack(head.theme, &head.page, 0);
  QObject::connect(head.header, &PageHeader::jobInView, &stack, [&](JobId id) { stack.dismissAbout(id.value); });
  const auto tell = [&] { stack.show({.kind = ToastKind::Error, .title = QStringLiteral("failed"), .topic = 5}); };
  tell();
  head.show({});  // not seen yet
  CHECK(stack.count() == 1);
  head.page.show();
  CHECK(stack.count() == 0);
  tell();  // it fails before the eyes: told all the same
  head.show({EndKind::ExitCode, 1, QStringLiteral("exited with code 1")});
  CHECK(stack.count() == 1);
  head.page.hide();
  head.page.show();
  CHECK(stack.count() == 0);
}

TEST_CASE("the queue's settings are parameters where they are not the usual ones", "[parameters]") {
  Job job;
  job.id = JobId{9};
  job.settings = simulatedSettings();
  job.createdMs = 1'000;
  for (const char* key : {"Queue", "Priority", "After", "Retries", "Wait before a retry", "On trouble", "GPUs", "Attempt"})
    CHECK(valueOf(parameterRows(job), QString::fromLatin1(key)) == QStringLiteral("(none)"));
  job.settings.scheduling = {.priority = 1, .after = JobId{4}, .retries = 3, .retryDelayS = 90,
                             .onTrouble = TroubleResponse::StopAndRetry, .gpus = 2};
  job.attempt = 2;
  job.retryOf = JobId{7};
  job.devices = QStringLiteral("0,2");
  const QList<KeyValue> rows = parameterRows(job);
  CHECK(valueOf(rows, QStringLiteral("Queue")).isEmpty());
  CHECK(valueOf(rows, QStringLiteral("Priority")) == QStringLiteral("High"));
  CHECK(valueOf(rows, QStringLiteral("After")) == QStringLiteral("Job 4"));
  CHECK(valueOf(rows, QStringLiteral("Retries")) == QStringLiteral("3"));
  CHECK(valueOf(rows, QStringLiteral("On trouble")) == QStringLiteral("Stop and retry"));
  CHECK(valueOf(rows, QStringLiteral("GPUs")) == QStringLiteral("2"));
  CHECK(valueOf(rows, QStringLiteral("Given GPUs")) == QStringLiteral("0,2"));
  CHECK(valueOf(rows, QStringLiteral("Attempt")) == QStringLiteral("2, of job 7"));
  ParametersView view;
  view.show(job);
  CHECK(view.rowCount() == rows.size());
}
