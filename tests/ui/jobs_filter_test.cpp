// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QListView>

#include "tests/support/ui_fixture.h"
#include "ui/jobs/job_filter_model.h"
#include "ui/jobs/job_list_model.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

std::vector<StoredJob> jobsAtRest(qint64 from, qint64 to) {
  std::vector<StoredJob> all;
  for (qint64 id = from; id >= to; --id) {
    StoredJob one;
    one.job.id = JobId{id};
    one.job.settings = simulatedSettings(QStringLiteral("%1 %2").arg(id % 3 == 0 ? QStringLiteral("ResNet") : QStringLiteral("Größe")).arg(id));
    one.job.status = id % 5 == 0 ? JobStatus::Failed : JobStatus::Complete;
    all.push_back(one);
  }
  return all;
}

}  // namespace

TEST_CASE("whatever is typed, the list shows what matches and keeps the job that somebody is at", "[list]") {
  UiYard fakes;  // for a service that is not opened yet
  JobService jobs({fakes.store, fakes.simulated, fakes.command, fakes.imports, fakes.clock});
  Dispatcher queue(jobs, fakes.clock);
  JobListModel model(jobs, queue, fakes.history, fakes.clock);
  JobFilterModel filter(model);
  const QAbstractItemModelTester modelTester(&model, QAbstractItemModelTester::FailureReportingMode::Warning);
  const QAbstractItemModelTester filterTester(&filter, QAbstractItemModelTester::FailureReportingMode::Warning);
  const auto shown = [&] {
    QList<qint64> ids;
    for (int row = 0; row < filter.rowCount(); ++row) ids << filter.index(row, 0).data(JobIdRole).toLongLong();
    return ids;
  };
  const auto wanted = [&](const QString& search, std::optional<JobStatus> status) {
    QList<qint64> ids;
    for (const JobId id : jobs.jobs()) {
      const Job& job = *jobs.job(id);
      const QString text = QStringList{job.settings.name, job.settings.model, job.settings.dataset, toText(job.status)}.join(u'\n').toLower();
      const QStringList words = search.toLower().split(u' ', Qt::SkipEmptyParts);
      const bool fits = std::all_of(words.begin(), words.end(), [&](const QString& word) { return text.contains(word); });
      if (fits && (!status || job.status == *status)) ids << id.value;
    }
    return ids;
  };
  jobs.load(jobsAtRest(600, 300), JobId{601}, false);
  filter.setSearch(QStringLiteral("resnet 3"));
  jobs.loadMore(jobsAtRest(299, 100), false);
  CHECK(model.rowCount() == 301);  // a list that grew with each portion would do little else
  model.showComing();
  CHECK(shown() == wanted(QStringLiteral("resnet 3"), {}));
  jobs.loadMore(jobsAtRest(99, 1), true);
  CHECK(shown() == wanted(QStringLiteral("resnet 3"), {}));

  // Three hundred ranges come and go around the job that somebody is at, and its neighbours.
  const QPersistentModelIndex current = filter.mapFromSource(model.index(model.rowOf(JobId{333})));
  for (const char* search : {"3", "33", "333", "33", "", "et 3"}) {
    filter.setSearch(QString::fromUtf8(search));
    CHECK(shown() == wanted(QString::fromUtf8(search), {}));
    CHECK(current.data(JobIdRole).toLongLong() == 333);
  }
  for (const char* search : {"größe", "GRÖßE 1", "net 9 fail", "nothing like it", ""}) {
    filter.setSearch(QString::fromUtf8(search));
    CHECK(shown() == wanted(QString::fromUtf8(search), {}));
    for (const auto status : {std::optional(JobStatus::Failed), std::optional(JobStatus::Complete), std::optional<JobStatus>()}) {
      filter.setStatus(status);
      CHECK(shown() == wanted(QString::fromUtf8(search), status));
    }
  }
}

TEST_CASE("a view moves on to a neighbour when its own job goes, however many go", "[list]") {
  UiYard fakes;
  JobService jobs({fakes.store, fakes.simulated, fakes.command, fakes.imports, fakes.clock});
  Dispatcher queue(jobs, fakes.clock);
  JobListModel model(jobs, queue, fakes.history, fakes.clock);
  JobFilterModel filter(model);
  jobs.load(jobsAtRest(600, 1), JobId{601});
  QListView view;
  view.setModel(&filter);
  view.setSelectionMode(QAbstractItemView::ExtendedSelection);
  const auto current = [&view] { return view.currentIndex().data(JobIdRole).toLongLong(); };
  view.setCurrentIndex(filter.mapFromSource(model.index(model.rowOf(JobId{332}))));
  REQUIRE(current() == 332);
  filter.setSearch(QStringLiteral("resnet"));  // every third
  CHECK(current() == 333);
  filter.setSearch(QStringLiteral("resnet 36"));
  CHECK(current() == 336);
  filter.setSearch({});
  CHECK(current() == 336);
  CHECK(filter.rowCount() == 600);
}

TEST_CASE("orders stay orders while jobs come, change and go", "[list]") {
  UiYard yard;
  JobListModel model(yard.jobs, yard.queue, yard.history, yard.clock);
  JobFilterModel filter(model);
  const QAbstractItemModelTester tester(&filter, QAbstractItemModelTester::FailureReportingMode::Warning);
  const auto names = [&] {
    QStringList all;
    for (int row = 0; row < filter.rowCount(); ++row) all << filter.index(row, 0).data().toString();
    return all.join(u' ');
  };
  filter.setOrder(JobSort::Name);
  const JobId c = yard.queued(QStringLiteral("c"));
  const JobId a = yard.queued(QStringLiteral("a"));
  yard.queued(QStringLiteral("b"));
  CHECK(names() == QStringLiteral("a b c"));
  const QPersistentModelIndex held = filter.index(0, 0);
  REQUIRE(yard.jobs.rename(a, QStringLiteral("d")));
  yard.store.commit();
  CHECK(names() == QStringLiteral("b c d"));
  CHECK(held.row() == 2);
  filter.setOrder(JobSort::Oldest);
  CHECK(names() == QStringLiteral("c d b"));
  filter.setOrder(JobSort::Queue);
  REQUIRE(yard.jobs.moveInQueue(a, c));
  yard.store.commit();
  CHECK(names() == QStringLiteral("d c b"));
  filter.setOrder(JobSort::Status);
  REQUIRE(yard.jobs.start(c));
  yard.store.commit();
  CHECK(names().startsWith(u'c'));
  REQUIRE(yard.jobs.remove(a));
  yard.store.commit();
  CHECK(names() == QStringLiteral("c b"));
  CHECK_FALSE(held.isValid());
}
