// SPDX-License-Identifier: GPL-3.0-or-later
// What a person waits for among many jobs, in the real window on a real database: a key typed into the search, until the list is
// filtered, counted and painted; a page down and a notch of the wheel, until they are painted; and the longest turn of the UI thread while
// the older jobs are read. Arguments: [--json FILE] [--jobs N].
#include <QAbstractItemView>
#include <QEventLoop>
#include <QKeyEvent>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QTimer>
#include <QWheelEvent>

#include "app/yard.h"
#include "tests/bench/bench_store.h"
#include "tests/bench/figures.h"
#include "tests/bench/timed_application.h"
#include "ui/actions.h"
#include "ui/jobs/job_list_panel.h"
#include "ui/main_window.h"
#include "ui/theme/house_style.h"

using namespace trainyard;

namespace {

void rest(int ms) {
  QEventLoop loop;
  QTimer::singleShot(ms, &loop, &QEventLoop::quit);
  loop.exec();
}

void makeJobs(const QString& dir, int count) {
  BenchStore store(dir);
  for (int i = 1; i <= count; ++i) {
    Job job;
    job.id = JobId{i};
    job.status = i % 7 == 0 ? JobStatus::Failed : JobStatus::Complete;
    job.ending = {i % 7 == 0 ? EndKind::ExitCode : EndKind::Completed, i % 7 == 0 ? 1 : 0, i % 7 == 0 ? QStringLiteral("exited with code 1") : QString()};
    job.createdMs = job.startedMs = 1'790'000'000'000 + i * 1'000;
    job.endedMs = job.startedMs + 60'000;
    job.settings.name = QStringLiteral("%1-%2 seed %3").arg(i % 3 == 0 ? QStringLiteral("resnet") : QStringLiteral("vit-small")).arg(i).arg(i % 10);
    job.settings.model = QStringLiteral("ViT-S/16");
    job.settings.dataset = QStringLiteral("imagenette");
    job.settings.epochs = 30;
    job.settings.learningRate = 3e-4;
    (void)store.storage().submit(job);
    if (i % 5'000 == 0) rest(0);
  }
  store.close();
}

struct Answers {
  std::vector<double> wall;       ///< ms: all turns of the event loop for one event
  std::vector<double> processor;  ///< ms: of the UI thread
};

class List {
 public:
  List(TimedApplication& application, const QString& dir)
      : m_application(application), m_yard(dir, OpenMode::ReadOnly), m_theme(ThemeChoice::Light), m_actions(m_theme),
        m_window({m_theme, m_actions, m_yard.jobs(), m_yard.dispatcher(), m_yard.troubles(), m_yard.importer(), m_yard.api(), m_yard.storage(), m_yard.storage().reader(), m_yard.clock(), m_yard.settings(), dir,
                  [this] { return m_yard.storage().sizeBytes(); }}) {
    m_application.setPalette(m_theme.palette());
    m_application.setStyleSheet(m_theme.styleSheet());
    m_window.resize(1280, 800);
    m_window.show();
    QEventLoop loop;
    QObject::connect(&m_yard.jobs(), &JobService::loaded, &loop, &QEventLoop::quit);
    QObject::connect(&m_yard.jobs(), &JobService::opened, &loop, [this] { m_application.measuring = true; }, Qt::QueuedConnection);
    m_yard.open(Opening::NewestFirst);
    loop.exec();
    loadingMs = m_application.turnsMs;
    rest(1'000);
  }

  /// All turns of the UI thread for one event, until it is painted.
  template <typename Send>
  void answer(Answers& answers, const Send& send) {
    m_application.turnsMs.clear();
    const double before = threadSeconds();
    send();
    rest(30);
    double sum = 0.0;
    for (const double turn : m_application.turnsMs) sum += turn;
    answers.wall.push_back(sum);
    answers.processor.push_back((threadSeconds() - before) * 1e3);
  }

  void type(Answers& answers, const QString& text) {
    for (const QChar c : text)
      answer(answers, [&] {
        QKeyEvent press(QEvent::KeyPress, 0, Qt::NoModifier, QString(c));
        QApplication::sendEvent(search(), &press);
      });
  }
  void erase(Answers& answers, qsizetype count) {
    while (count-- > 0) press(answers, search(), Qt::Key_Backspace, false);
  }
  void press(Answers& answers, QWidget* widget, int key, bool isHeld) {
    answer(answers, [&] {
      QKeyEvent press(QEvent::KeyPress, key, Qt::NoModifier, {}, isHeld);
      QApplication::sendEvent(widget, &press);
    });
  }
  void turnWheel(Answers& answers, int notches) {
    answer(answers, [&] {
      QWidget* port = view()->viewport();
      const QPointF at(port->rect().center());
      QWheelEvent event(at, port->mapToGlobal(at), {}, {0, notches * 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
      QApplication::sendEvent(port, &event);
    });
  }
  QLineEdit* search() { return m_window.findChild<QLineEdit*>(QStringLiteral("searchField")); }
  QAbstractItemView* view() { return m_window.findChild<QAbstractItemView*>(QStringLiteral("jobList")); }

  std::vector<double> loadingMs;

 private:
  TimedApplication& m_application;
  Yard m_yard;
  Theme m_theme;
  Actions m_actions;
  MainWindow m_window;
};

void tell(Figures& figures, const QString& name, const Answers& answers) {
  figures.add(name, QStringLiteral("ms"), answers.wall);
  figures.add(QStringLiteral("  the longest of them"), QStringLiteral("ms"), {percentile(answers.wall, 1.0)});
  figures.add(QStringLiteral("  processor time of it"), QStringLiteral("ms"), answers.processor);
  figures.add(QStringLiteral("  the longest of that"), QStringLiteral("ms"), {percentile(answers.processor, 1.0)});
}

}  // namespace

int main(int argc, char** argv) {
  TimedApplication application(argc, argv);
  QApplication::setFont(fontFor(TextRole::Body));
  QApplication::setStyle(new HouseStyle);
  const QStringList words = QApplication::arguments();
  const int count = optionOf(words, QStringLiteral("--jobs"), QStringLiteral("100000")).toInt();
  const QTemporaryDir dir;
  makeJobs(dir.path(), count);
  List list(application, dir.path());
  const QString jobs = QStringLiteral("%1 jobs: ").arg(count);
  Figures figures(QStringLiteral("list_bench"));
  figures.add(jobs + QStringLiteral("the longest turn while they are read"), QStringLiteral("ms"), {percentile(list.loadingMs, 1.0)});
  Answers typed, erased, pages, notches;
  for (const char* text : {"seed 7", "resnet-99", "no such job", "failed 12"}) {
    const QString search = QString::fromLatin1(text);
    list.type(typed, search);
    list.erase(erased, search.size());
  }
  for (int i = 0; i < 60; ++i) list.press(pages, list.view(), Qt::Key_PageDown, i > 0);
  for (int i = 0; i < 60; ++i) list.turnWheel(notches, -1);
  tell(figures, jobs + QStringLiteral("a key typed into the search"), typed);
  tell(figures, jobs + QStringLiteral("a key that takes a letter back"), erased);
  tell(figures, jobs + QStringLiteral("a page down while the key is held"), pages);
  tell(figures, jobs + QStringLiteral("a notch of the wheel"), notches);
  return figures.tell(optionOf(words, QStringLiteral("--json"))) ? 0 : 1;
}
