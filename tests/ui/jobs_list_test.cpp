// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QDragMoveEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QSignalSpy>
#include <QToolButton>

#include "tests/support/ui_fixture.h"
#include "ui/jobs/filter_bar.h"
#include "ui/jobs/job_card_delegate.h"
#include "ui/jobs/job_filter_model.h"
#include "ui/jobs/job_list_model.h"
#include "ui/jobs/job_list_panel.h"
#include "ui/jobs/job_list_view.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

struct Column : UiYard {
  JobListPanel panel{{theme, jobs, queue, settings, history, clock}};
  QListView* view = panel.findChild<QListView*>(QStringLiteral("jobList"));

  Column() {
    panel.resize(368, 700);
    panel.show();
    REQUIRE(QTest::qWaitForWindowExposed(&panel));
  }
  QStringList names() const {
    QStringList all;
    for (int row = 0; row < view->model()->rowCount(); ++row) all << view->model()->index(row, 0).data().toString();
    return all;
  }
  JobCard card(int row) const { return view->model()->index(row, 0).data(JobCardRole).value<JobCard>(); }
  static SeriesSummary summaryOf(const char* tag) {
    SeriesSummary summary;
    summary.tag = QString::fromLatin1(tag);
    return summary;
  }
  QPoint button(int row) const {
    const auto* delegate = static_cast<JobCardDelegate*>(view->itemDelegate());
    const QModelIndex index = view->model()->index(row, 0);
    return delegate->buttonRect(view->visualRect(index), index).center();
  }
};

}  // namespace

TEST_CASE("the model keeps the rules of models through everything", "[list]") {
  UiYard yard;
  JobListModel model(yard.jobs, yard.queue, yard.history, yard.clock);
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Warning);
  JobFilterModel filter(model);
  const QAbstractItemModelTester filterTester(&filter, QAbstractItemModelTester::FailureReportingMode::Warning);
  const JobId first = yard.queued(QStringLiteral("b"));
  const JobId second = yard.running(QStringLiteral("a"));
  const JobId third = yard.ended({EndKind::Completed, 0, {}}, QStringLiteral("c"));
  CHECK(model.rowOf(first) == 2);
  CHECK(model.count(JobStatus::Running) == 1);
  yard.simulated.produce(second, 5, 0.5);
  yard.store.commit();
  filter.setOrder(JobSort::Name);
  CHECK(filter.index(0, 0).data().toString() == QStringLiteral("a"));
  filter.setStatus(JobStatus::Complete);
  CHECK(filter.rowCount() == 1);
  REQUIRE(yard.jobs.remove(third));
  yard.store.commit();
  CHECK(filter.rowCount() == 0);
  REQUIRE(yard.jobs.restore(third));
  yard.store.commit();
  CHECK(model.rowOf(third) == 0);
  CHECK(filter.rowCount() == 1);
}

TEST_CASE("neighbouring changes are one signal", "[list]") {
  UiYard yard;
  JobListModel model(yard.jobs, yard.queue, yard.history, yard.clock);
  QList<JobId> ids;
  for (int i = 0; i < 6; ++i) ids << yard.running();
  QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
  for (const int i : {0, 1, 2, 4}) yard.simulated.produce(ids[i], 1, 1.0);
  yard.store.commit();
  CHECK(changed.size() == 2);
}

TEST_CASE("a card says what its job is doing", "[list]") {
  Column column;
  const JobId running = column.running(QStringLiteral("r"));
  column.simulated.produce(running, 1860, 0.3);
  column.store.commit();
  column.ended({EndKind::LossNan, 0, QStringLiteral("Loss became NaN at step 412")}, QStringLiteral("f"));
  column.queued(QStringLiteral("q"));
  CHECK(column.names() == QStringList{"q", "f", "r"});
  CHECK(column.card(0).note == QStringLiteral("Waiting to be started"));
  CHECK(column.card(0).action == JobAction::Start);
  CHECK(column.card(1).note == QStringLiteral("Loss became NaN at step 412"));
  CHECK(column.card(1).action == JobAction::View);
  CHECK(column.card(2).note == QStringLiteral("62%"));
  CHECK(column.card(2).facts.contains(QStringLiteral("lr 3e-4")));
  CHECK(column.view->model()->index(2, 0).data(Qt::AccessibleTextRole).toString().startsWith(QStringLiteral("r, running, 62%")));
}

TEST_CASE("a chosen job that leaves the filter stays until another is chosen", "[list]") {
  Column column;
  const JobId first = column.running(QStringLiteral("first"));
  const JobId second = column.running(QStringLiteral("second"));
  column.panel.setFilter(1);  // running
  column.panel.select(second);
  QTest::qWait(0);
  column.simulated.finish(second, {EndKind::Completed, 0, {}});
  column.store.commit();
  CHECK(column.panel.currentJob() == second);  // a key that is pressed again does not hit another job
  CHECK(column.view->model()->rowCount() == 2);
  column.panel.select(first);
  REQUIRE(QTest::qWaitFor([&] { return column.view->model()->rowCount() == 1; }));
  CHECK(column.panel.currentJob() == first);
}

TEST_CASE("the card's button asks once, shows that it works, and keeps the selection", "[list]") {
  Column column;
  const JobId id = column.queued();
  QSignalSpy asked(&column.panel, &JobListPanel::primaryRequested);
  QTest::mouseClick(column.view->viewport(), Qt::LeftButton, Qt::NoModifier, column.button(0));
  REQUIRE(asked.size() == 1);
  CHECK(column.panel.currentJob() == id);
  REQUIRE(column.jobs.start(id));
  CHECK(column.card(0).busy);
  column.store.commit();
  CHECK_FALSE(column.card(0).busy);
  QTest::mouseDClick(column.view->viewport(), Qt::LeftButton, Qt::NoModifier, column.button(0));
  CHECK(asked.size() == 1);  // the second press of a double click is not a second Stop
}

TEST_CASE("keys walk, view and act", "[list]") {
  Column column;
  const JobId older = column.queued(QStringLiteral("older"));
  const JobId newer = column.queued(QStringLiteral("newer"));
  QSignalSpy viewed(&column.panel, &JobListPanel::viewRequested);
  QSignalSpy asked(&column.panel, &JobListPanel::primaryRequested);
  column.panel.focusList();
  CHECK(column.panel.currentJob() == newer);
  QTest::keyClick(column.view, Qt::Key_Down);
  CHECK(column.panel.currentJob() == older);
  QTest::keyClick(column.view, Qt::Key_Return);
  QTest::keyClick(column.view, Qt::Key_Space);
  CHECK(viewed.size() == 1);
  CHECK(asked.size() == 1);
  QTest::keyClick(column.view, Qt::Key_Up, Qt::ShiftModifier);
  CHECK(column.panel.selectedJobs() == QList<JobId>{newer, older});
  column.panel.selectAll();
  CHECK(column.panel.selectedJobs().size() == 2);
}

TEST_CASE("search and filters narrow the list, and a chosen job comes back into view", "[list]") {
  Column column;
  const JobId vit = column.queued(QStringLiteral("vit-small"));
  column.running(QStringLiteral("bert-tiny"));
  auto* search = column.panel.findChild<QLineEdit*>(QStringLiteral("searchField"));
  column.panel.focusSearch();
  QTest::keyClicks(search, QStringLiteral("BERT run"));
  CHECK(column.names() == QStringList{"bert-tiny"});
  column.panel.select(vit);
  CHECK(search->text().isEmpty());
  CHECK(column.panel.currentJob() == vit);
  column.panel.setFilter(1);
  CHECK(column.names() == QStringList{"bert-tiny"});
  QTest::keyClicks(search, QStringLiteral("zzz"));
  CHECK(column.names().isEmpty());
  QTest::keyClick(search, Qt::Key_Escape);
  CHECK(search->text().isEmpty());
  column.panel.setFilter(0);
  CHECK(column.names().size() == 2);
}

TEST_CASE("every filter is within reach, however narrow the list and however many jobs there are", "[list]") {
  Theme theme{ThemeChoice::Light};
  FilterBar bar(theme);
  const auto pills = bar.findChildren<FilterPill*>();
  bar.show();
  const auto rowsAt = [&](int width, const std::array<int, FilterBar::filters>& counts) {
    bar.resize(width, bar.height());
    bar.setCounts(counts);
    QSet<int> rows;
    for (const FilterPill* pill : pills) {
      CHECK(pill->isVisible());
      CHECK(bar.rect().adjusted(0, 0, 2, 0).contains(pill->geometry()));
      for (const FilterPill* other : pills) CHECK((other == pill || !other->geometry().intersects(pill->geometry())));
      rows.insert(pill->y());
    }
    return rows.size();
  };
  CHECK(rowsAt(336, {7, 2, 2, 2, 1}) == 1);
  CHECK(rowsAt(336, {1'062, 0, 0, 1'000, 62}) == 1);  // 1.0k
  CHECK(rowsAt(336, {100'000, 1'234, 12'345, 80'000, 6'421}) == 2);
  CHECK(rowsAt(268, {2'000'000, 1'234, 12'345, 1'980'000, 6'421}) == 2);
  CHECK(pills[4]->toolTip() == QStringLiteral("Failed: 6,421 (Ctrl+5)"));
  CHECK(pills[4]->accessibleName() == QStringLiteral("Failed, 6421 jobs"));
  CHECK(rowsAt(336, {7, 2, 2, 2, 1}) == 1);
}

TEST_CASE("a card tells a result by its metric's own name", "[list]") {
  Column column;
  const auto noteOf = [&](const std::vector<std::pair<const char*, double>>& results) {
    std::vector<SeriesSummary> series;
    for (const auto& [tag, value] : results) {
      series.push_back(Column::summaryOf(tag));
      extend(series.back(), {{1, 0, value}});
    }
    return cardFor(*column.jobs.job(column.ended({EndKind::Completed, 0, {}})), series, {}).note;
  };
  CHECK(noteOf({{"train/loss", 0.0312}, {"val/accuracy", 0.954}}) == QStringLiteral("loss 0.03120 · acc 95.4%"));
  CHECK(noteOf({{"eval_bleu", 27.31}, {"val_ppl", 12.5}}) == QStringLiteral("ppl 12.50 · bleu 27.31"));
  CHECK(noteOf({{"train/rmse", 0.5}, {"F1", 0.5}}) == QStringLiteral("rmse 0.5000 · F1 50.0%"));
}

TEST_CASE("a sparkline is read once and then kept up", "[list]") {
  Column column;
  const JobId id = column.running();
  JobPoints held{id, {{QStringLiteral("train/loss"), {}}}, {}};
  for (qint64 step = 1; step <= 40; ++step) held.series[0].points.push_back({step, 0, 1.0 / double(step)});
  column.history.held[id] = held;
  column.simulated.produce(id, 40, 0.025);
  column.store.commit();
  CHECK(column.card(0).sparkline.isEmpty());
  column.history.answerAll();
  CHECK(column.card(0).sparkline.size() == 40);
  for (qint64 step = 41; step <= 2000; ++step) column.simulated.produce(id, step, 0.01);
  column.store.commit();
  CHECK(column.card(0).sparkline.size() < SparklineCache::capacity);
  CHECK(column.card(0).sparkline.size() > SparklineCache::capacity / 4);
  CHECK(column.history.requests.empty());
}

TEST_CASE("ten thousand jobs are listed without a widget each", "[list]") {
  Column column;
  std::vector<StoredJob> many;
  for (qint64 id = 1; id <= 10'000; ++id) {
    Job job;
    job.id = JobId{id};
    job.settings = simulatedSettings(QStringLiteral("job %1 %2").arg(id).arg(QString(id % 50 == 0 ? 180 : 2, u'x')));
    many.push_back({job, {}, {}});
  }
  JobService jobs({column.store, column.simulated, column.command, column.imports, column.clock});
  Dispatcher queue(jobs, column.clock);
  JobListPanel panel({column.theme, jobs, queue, column.settings, column.history, column.clock});
  jobs.load(std::move(many), JobId{10'001});
  panel.resize(368, 700);
  panel.show();
  REQUIRE(QTest::qWaitForWindowExposed(&panel));
  CHECK(panel.findChild<QListView*>(QStringLiteral("jobList"))->model()->rowCount() == 10'000);
  CHECK(panel.findChildren<QWidget*>().size() < 60);
}

TEST_CASE("a queued card that is dropped before another one moves in the queue", "[list]") {
  Column column;
  for (const char* name : {"a", "b", "c"}) column.queued(QString::fromLatin1(name));
  QList<std::pair<JobId, JobId>> moves;
  QObject::connect(&column.panel, &JobListPanel::moveRequested, &column.panel, [&](JobId id, JobId before) { moves << std::pair(id, before); });
  CHECK(column.view->dragDropMode() == QAbstractItemView::NoDragDrop);
  column.panel.setFilter(2);  // queued jobs: in the order of the queue
  CHECK(column.names() == QStringList{QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")});
  CHECK(column.view->dragDropMode() == QAbstractItemView::InternalMove);
  QAbstractItemModel* model = column.view->model();
  const std::unique_ptr<QMimeData> dragged(model->mimeData({model->index(2, 0)}));
  model->dropMimeData(dragged.get(), Qt::MoveAction, 0, 0, {});
  model->dropMimeData(dragged.get(), Qt::MoveAction, -1, -1, model->index(1, 0));
  model->dropMimeData(dragged.get(), Qt::MoveAction, 3, 0, {});
  REQUIRE(moves.size() == 3);
  CHECK(moves[0] == std::pair(JobId{3}, JobId{1}));
  CHECK(moves[1] == std::pair(JobId{3}, JobId{2}));
  CHECK(moves[2] == std::pair(JobId{3}, JobId{}));
  REQUIRE(column.jobs.moveInQueue(JobId{3}, JobId{1}));
  column.store.commit();
  CHECK(column.names().first() == QStringLiteral("c"));
}

TEST_CASE("the foot of the list switches the queue and tells how it stands", "[list]") {
  Column column;
  QObject::connect(&column.settings, &Settings::changed, &column.queue, [&] {
    column.queue.setOn(column.settings.queueOn());
    column.queue.setSlots(column.settings.queueSlots());
  });
  auto* on = column.panel.findChild<QAbstractButton*>(QStringLiteral("queueSwitch"));
  auto* state = column.panel.findChild<QLabel*>(QStringLiteral("queueState"));
  column.queued();
  CHECK(state->text() == QStringLiteral("Queue off · 1 waits"));
  QTest::mouseClick(on, Qt::LeftButton);
  CHECK(column.settings.queueOn());
  CHECK(state->text() == QStringLiteral("Queue on · 1 waits"));
  column.settings.setQueueSlots(4);
  CHECK(column.panel.findChild<QToolButton*>(QStringLiteral("queueSlots"))->text().startsWith(QStringLiteral("4 slots")));
  column.settings.setQueueOn(false);
  CHECK_FALSE(on->isChecked());
}

TEST_CASE("a card tells why its job waits, and how far its stopping is", "[list]") {
  Column column;
  const JobId id = column.running();
  column.queued();
  CHECK(column.card(0).note == QStringLiteral("Waiting to be started"));
  column.queue.setOn(true);
  CHECK(column.card(0).note == QStringLiteral("Waits for a free slot"));
  Q_EMIT column.simulated.stopping(id, {1, column.clock.now + 4'500});
  CHECK(column.card(1).note == QStringLiteral("Stopping: SIGTERM in 5 s"));
  Q_EMIT column.simulated.stopping(id, {3, 0});
  CHECK(column.card(1).note == QStringLiteral("Stopping: SIGKILL sent"));
}

TEST_CASE("a loss that is NaN is marked on the card, also after it is over", "[list]") {
  Column column;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const JobId id = column.running();
  column.simulated.produce(id, 1, 0.5);
  column.store.commit();
  CHECK(column.card(0).mark == BadgeMark::None);
  SeriesSummary loss = Column::summaryOf("train/loss");
  extend(loss, {{1, 0, 0.5}});
  CHECK_FALSE(isLossNan({loss}));
  extend(loss, {{2, 0, nan}});
  CHECK(isLossNan({loss}));
  extend(loss, {{3, 0, 0.4}});
  CHECK(isLossNan({loss}));  // its curve has a hole
  SeriesSummary infinite = Column::summaryOf("loss");
  extend(infinite, {{1, 0, std::numeric_limits<double>::infinity()}});
  CHECK(isLossNan({infinite}));
  SeriesSummary other = Column::summaryOf("grad_norm");
  extend(other, {{1, 0, nan}});
  CHECK_FALSE(isLossNan({other}));
  const JobCard card = cardFor(*column.jobs.job(id), {loss}, {});
  CHECK(card.badge == Badge::Running);
  CHECK(card.mark == BadgeMark::Nan);
  CHECK(spokenCard(card).contains(QStringLiteral("the loss is NaN")));
}

TEST_CASE("a job that its user stopped is no failure on its card", "[list]") {
  Column column;
  column.ended({EndKind::StoppedByUser, 0, QStringLiteral("stopped by you")});
  column.ended({EndKind::ExitCode, 1, QStringLiteral("exited with code 1")});
  CHECK(column.card(1).badge == Badge::Stopped);
  CHECK(column.card(1).status == JobStatus::Failed);
  CHECK(column.card(1).note == QStringLiteral("Stopped by you"));
  CHECK(column.card(0).badge == Badge::Failed);
  CHECK(column.view->model()->index(1, 0).data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("stopped")));
  column.panel.findChild<QLineEdit*>(QStringLiteral("searchField"))->setText(QStringLiteral("stopped"));
  CHECK(column.names().size() == 1);
  const Tokens& tokens = column.theme.tokens();
  CHECK(badgeColors(Badge::Stopped, tokens).text == tokens.grey);
  CHECK(badgeColors(Badge::Failed, tokens).text == tokens.red);
}

TEST_CASE("a run of which nobody knows how it ended is called as its filter is, and says so", "[list]") {
  Column column;
  column.ended({EndKind::Unknown, 0, QStringLiteral("ended, unknown how: its files do not tell")});
  CHECK(badgeText(column.card(0).badge) == toText(JobStatus::Complete));
  CHECK(badgeColors(column.card(0).badge, column.theme.tokens()).text == column.theme.tokens().grey);
  CHECK(column.card(0).note == QStringLiteral("Ended, unknown how: its files do not tell"));
}

TEST_CASE("a card that is being stopped says so, and its button what it does then", "[list]") {
  Column column;
  const JobId id = column.running();
  CHECK(column.card(0).actionText == QStringLiteral("Stop"));
  Q_EMIT column.simulated.stopping(id, {1, column.clock.now + 4'500});
  CHECK(column.card(0).badge == Badge::Stopping);
  CHECK(badgeColors(Badge::Stopping, column.theme.tokens()).text == column.theme.tokens().amber);
  CHECK(column.card(0).actionText == QStringLiteral("Stop now"));
}

TEST_CASE("a queued card shows its priority, a later attempt its number", "[list]") {
  Column column;
  const JobId id = column.queued();
  CHECK(column.card(0).mark == BadgeMark::None);
  REQUIRE(column.jobs.setPriority(id, 1));
  column.store.commit();
  CHECK(column.card(0).mark == BadgeMark::HighPriority);
  REQUIRE(column.jobs.setPriority(id, -1));
  column.store.commit();
  CHECK(column.card(0).mark == BadgeMark::LowPriority);
  REQUIRE(column.jobs.start(id));
  column.store.commit();
  CHECK(column.card(0).mark == BadgeMark::None);
  Job again = *column.jobs.job(id);
  CHECK_FALSE(cardFor(again, {}, {}).facts.contains(QStringLiteral("attempt")));
  again.attempt = 2;
  CHECK(cardFor(again, {}, {}).facts.startsWith(QStringLiteral("attempt 2")));
}

TEST_CASE("the card with the keyboard has one clean ring", "[list]") {
  Column column;
  column.queued();
  column.panel.activateWindow();
  REQUIRE(QTest::qWaitForWindowActive(&column.panel));
  column.panel.focusList();
  const QImage picture = column.view->viewport()->grab().toImage();
  const QRect item = column.view->visualRect(column.view->model()->index(0, 0));
  const auto accents = [&](int fromLeft) {
    int count = 0;
    for (int y = item.top() + 30; y < item.bottom() - 30; ++y)
      count += picture.pixelColor(item.left() + fromLeft, y) == column.theme.tokens().accent ? 1 : 0;
    return count;
  };
  const int whole = item.height() - 60;
  CHECK(accents(10) >= whole - 1);
  CHECK(accents(11) >= whole - 1);
  for (int x = 12; x < 20; ++x) CHECK(accents(x) == 0);
}

TEST_CASE("where a dragged card would go is a line of the accent's colour between two cards", "[list]") {
  Column column;
  for (const char* name : {"a", "b", "c"}) column.queued(QString::fromLatin1(name));
  column.panel.setFilter(2);
  auto* view = static_cast<JobListView*>(column.view);
  QAbstractItemModel* model = view->model();
  const std::unique_ptr<QMimeData> dragged(model->mimeData({model->index(2, 0)}));
  const auto moveTo = [&](const QPoint& at) {
    QDragMoveEvent event(at, Qt::MoveAction, dragged.get(), Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(view->viewport(), &event);
    return event.isAccepted();
  };
  const QRect second = view->visualRect(model->index(1, 0));
  QDragEnterEvent enter(second.center(), Qt::MoveAction, dragged.get(), Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(view->viewport(), &enter);
  CHECK(moveTo(second.center() - QPoint(0, 20)));
  CHECK(view->dropRow() == 1);
  const QImage picture = view->viewport()->grab().toImage();
  CHECK(picture.pixelColor(second.center().x(), second.top() - 3) == column.theme.tokens().accent);
  CHECK(moveTo(second.center() + QPoint(0, 20)));
  CHECK(view->dropRow() == 2);
  QList<std::pair<JobId, JobId>> moves;
  QObject::connect(&column.panel, &JobListPanel::moveRequested, &column.panel, [&](JobId id, JobId before) { moves << std::pair(id, before); });
  QDropEvent drop(QPointF(second.center() - QPoint(0, 20)), Qt::MoveAction, dragged.get(), Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(view->viewport(), &drop);
  REQUIRE(moves.size() == 1);
  CHECK(moves[0] == std::pair(JobId{3}, JobId{2}));
  CHECK(view->dropRow() == -1);
  CHECK(drop.dropAction() == Qt::IgnoreAction);
}

TEST_CASE("the search field's cross is ours, in its colour and its middle", "[list]") {
  Column column;
  qApp->setStyleSheet(column.theme.styleSheet());
  auto* search = column.panel.findChild<QLineEdit*>(QStringLiteral("searchField"));
  for (const ThemeChoice choice : {ThemeChoice::Light, ThemeChoice::Dark}) {
    column.theme.setChoice(choice);
    search->setText(QStringLiteral("x"));
    auto* button = search->findChild<QToolButton*>();
    REQUIRE(button != nullptr);
    CHECK(std::abs(button->geometry().center().y() - search->rect().center().y()) <= 1);
    const QImage cross = button->icon().pixmap(16, 16).toImage();
    CHECK(cross.pixelColor(8, 8).rgb() == column.theme.tokens().muted.rgb());
  }
  qApp->setStyleSheet({});
}
