// SPDX-License-Identifier: GPL-3.0-or-later
// What a person waits for in front of large jobs, in the real window on a real store: from choosing a job of 4 x 10 million points to
// its first curves and to the last detail, frames of zooming and panning there, the comparison of 100 jobs of 10,000 points, and
// frames there. A frame is all that the UI thread does for one turn of the wheel or one move of the mouse, until it is painted.
// Arguments: [--json FILE] [--points N] [--jobs N].
#include <QAbstractItemView>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QMouseEvent>
#include <QTemporaryDir>
#include <QTimer>
#include <QWheelEvent>
#include <cstdio>

#include "app/yard.h"
#include "tests/bench/bench_store.h"
#include "tests/bench/figures.h"
#include "tests/bench/timed_application.h"
#include "ui/actions.h"
#include "ui/charts/metric_chart.h"
#include "ui/charts/plot_view.h"
#include "ui/jobs/job_list_model.h"
#include "ui/jobs/job_list_panel.h"
#include "ui/main_window.h"
#include "ui/monitor/job_page.h"
#include "ui/theme/house_style.h"

using namespace trainyard;

namespace {

constexpr JobId largeJob{1};
constexpr JobId smallJob{2};
constexpr int comparedPoints = 10'000;
constexpr int quietMs = 400;  ///< after which nothing more is expected to be painted

void rest(int ms) {
  QEventLoop loop;
  QTimer::singleShot(ms, &loop, &QEventLoop::quit);
  loop.exec();
}

double sinceMs(const QElapsedTimer& timer) { return double(timer.nsecsElapsed()) * 1e-6; }

void makeJobs(const QString& dir, qint64 points, int compared) {
  const MadePoints made(MadePoints::Values::Float32);
  BenchStore store(dir);
  for (qint64 id = 1; id <= 2 + compared; ++id) store.addJob(JobId{id});
  fprintf(stderr, "  filling 4 x %lld points\n", static_cast<long long>(points));
  (void)store.fill(largeJob, 4, points, 20'000, made);
  (void)store.fill(smallJob, 1, 1'000, 1'000, made);
  for (qint64 id = 3; id <= 2 + compared; ++id) (void)store.fill(JobId{id}, 1, comparedPoints, comparedPoints, made);
  store.close();
  forgetFile(dir + QStringLiteral("/trainyard.db"));
}

/// Tells when a chart that has curves was painted.
class Watched final : public TimedApplication {
 public:
  using TimedApplication::TimedApplication;
  bool notify(QObject* receiver, QEvent* event) override {
    const bool done = TimedApplication::notify(receiver, event);
    if (event->type() != QEvent::Paint || !curvesPainted) return done;
    const auto* view = qobject_cast<PlotView*>(receiver->parent());
    const auto* chart = view == nullptr ? nullptr : qobject_cast<MetricChart*>(view->parent());
    if (chart != nullptr && chart->hasData()) curvesPainted();
    return done;
  }
  std::function<void()> curvesPainted;
};

class View {
 public:
  View(Watched& application, const QString& dir)
      : m_application(application), m_yard(dir, OpenMode::ReadOnly), m_theme(ThemeChoice::Light), m_actions(m_theme),
        m_window({m_theme, m_actions, m_yard.jobs(), m_yard.dispatcher(), m_yard.troubles(), m_yard.importer(), m_yard.api(), m_yard.storage(), m_yard.storage().reader(), m_yard.clock(), m_yard.settings(), dir,
                  [this] { return m_yard.storage().sizeBytes(); }}) {
    m_application.setPalette(m_theme.palette());
    m_application.setStyleSheet(m_theme.styleSheet());
    m_window.resize(1400, 900);
    m_window.show();
    QEventLoop loop;
    QObject::connect(&m_yard, &Yard::ready, &loop, &QEventLoop::quit);
    m_yard.open();
    loop.exec();
    list().select(smallJob);
    rest(1'500);
  }

  /// First and last painting of curves after something was asked for; ms.
  template <typename Ask>
  std::pair<double, double> paintings(const Ask& ask) {
    QElapsedTimer timer;
    QEventLoop loop;
    QTimer quiet;
    double first = 0.0;
    double last = 0.0;
    quiet.setSingleShot(true);
    quiet.setInterval(quietMs);
    QObject::connect(&quiet, &QTimer::timeout, &loop, &QEventLoop::quit);
    m_application.curvesPainted = [&] {
      last = sinceMs(timer);
      if (first == 0.0) first = last;
      quiet.start();
    };
    timer.start();
    ask();
    loop.exec();
    m_application.curvesPainted = nullptr;
    return {first, last};
  }

  std::pair<double, double> choose(JobId id) {
    return paintings([&] { list().select(id); });
  }
  std::pair<double, double> compareOthers() {
    auto* view = list().findChild<QAbstractItemView*>(QStringLiteral("jobList"));
    QItemSelection others;
    for (int row = 0; row < view->model()->rowCount(); ++row) {
      const QModelIndex index = view->model()->index(row, 0);
      const JobId id{index.data(JobIdRole).toLongLong()};
      if (id != largeJob && id != smallJob) others.select(index, index);
    }
    return paintings([&] {
      view->selectionModel()->select(others, QItemSelectionModel::ClearAndSelect);
      m_actions.action(ActionId::Compare).trigger();
    });
  }

  PlotView* plot() {
    for (PlotView* view : m_window.findChildren<PlotView*>())
      if (view->isVisible() && !view->visibleRegion().isEmpty()) return view;
    qFatal("No chart is seen.");
  }

  struct Frames {
    std::vector<double> wall;       ///< all turns of the event loop for one event
    std::vector<double> processor;  ///< of the UI thread
    std::vector<double> later;      ///< the longest turn after that: for what was read meanwhile
  };
  template <typename Send>
  void frame(Frames& frames, const Send& send) {
    m_application.turnsMs.clear();
    m_application.measuring = true;
    const double before = threadSeconds();
    send();
    rest(18);  // charts are drawn at most 16 ms later
    double sum = 0.0;
    for (const double turn : m_application.turnsMs) sum += turn;
    frames.wall.push_back(sum);
    frames.processor.push_back((threadSeconds() - before) * 1e3);
    m_application.turnsMs.clear();
    rest(500);
    m_application.measuring = false;
    frames.later.push_back(percentile(m_application.turnsMs, 1.0));
  }

  void turnWheel(int notches) {
    PlotView* view = plot();
    const QPointF at(view->viewport()->rect().center());
    QWheelEvent event(at, view->viewport()->mapToGlobal(at), {}, {0, notches * 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(view->viewport(), &event);
  }
  void drag(QEvent::Type type, double x) {
    PlotView* view = plot();
    const QPointF at(x, view->viewport()->rect().center().y());
    QMouseEvent event(type, at, view->viewport()->mapToGlobal(at), type == QEvent::MouseMove ? Qt::NoButton : Qt::MiddleButton, Qt::MiddleButton, Qt::NoModifier);
    QApplication::sendEvent(view->viewport(), &event);
  }

  void zoomAndPan(Figures& figures, const QString& where) {
    Frames zooms, pans;
    for (int i = 0; i < 10; ++i) frame(zooms, [this] { turnWheel(1); });
    double x = plot()->viewport()->width() / 2.0;
    drag(QEvent::MouseButtonPress, x);
    for (int i = 0; i < 12; ++i) frame(pans, [&] { drag(QEvent::MouseMove, x += 5); });
    drag(QEvent::MouseButtonRelease, x);
    tell(figures, where + QStringLiteral(": a frame of zooming"), zooms.wall);
    tell(figures, QStringLiteral("  processor time of it"), zooms.processor);
    tell(figures, where + QStringLiteral(": a frame of panning"), pans.wall);
    tell(figures, QStringLiteral("  processor time of it"), pans.processor);
    zooms.later.insert(zooms.later.end(), pans.later.begin(), pans.later.end());
    tell(figures, where + QStringLiteral(": the longest turn for what was read then"), zooms.later);
  }

 private:
  static void tell(Figures& figures, const QString& name, const std::vector<double>& frames) {
    figures.add(name, QStringLiteral("ms"), frames);
    figures.add(QStringLiteral("  the longest of them"), QStringLiteral("ms"), {percentile(frames, 1.0)});
  }
  JobListPanel& list() { return *m_window.findChild<JobListPanel*>(); }

  Watched& m_application;
  Yard m_yard;
  Theme m_theme;
  Actions m_actions;
  MainWindow m_window;
};

}  // namespace

int main(int argc, char** argv) {
  Watched application(argc, argv);
  QApplication::setFont(fontFor(TextRole::Body));
  QApplication::setStyle(new HouseStyle);
  const QStringList words = QApplication::arguments();
  const auto points = qint64(optionOf(words, QStringLiteral("--points"), QStringLiteral("10000000")).toDouble());
  const int compared = optionOf(words, QStringLiteral("--jobs"), QStringLiteral("100")).toInt();
  QTemporaryDir dir;
  makeJobs(dir.path(), points, compared);
  Figures figures(QStringLiteral("view_bench"));
  View view(application, dir.path());
  std::vector<double> first, last, again, shown, read;
  for (int round = 0; round < 5; ++round) {
    forgetFile(dir.path() + QStringLiteral("/trainyard.db"));
    const auto [curves, detail] = view.choose(largeJob);
    first.push_back(curves);
    last.push_back(detail);
    if (round < 4) (void)view.choose(smallJob);
  }
  const QString large = QStringLiteral("a job of 4 x %1 million points").arg(double(points) / 1e6);
  figures.add(large + QStringLiteral(": chosen to first curves"), QStringLiteral("ms"), first);
  figures.add(large + QStringLiteral(": chosen to the last detail"), QStringLiteral("ms"), last);
  view.zoomAndPan(figures, large);
  for (int round = 0; round < 5; ++round) {
    const auto [curves, all] = view.compareOthers();
    shown.push_back(curves);
    read.push_back(all);
    if (round < 4) (void)view.choose(smallJob);
  }
  const QString many = QStringLiteral("%1 jobs of %2 points compared").arg(compared).arg(comparedPoints);
  figures.add(many + QStringLiteral(": chosen to first curves"), QStringLiteral("ms"), shown);
  figures.add(many + QStringLiteral(": chosen to all curves"), QStringLiteral("ms"), read);
  view.zoomAndPan(figures, many);
  return figures.tell(optionOf(words, QStringLiteral("--json"))) ? 0 : 1;
}
