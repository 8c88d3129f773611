// SPDX-License-Identifier: GPL-3.0-or-later
// The window under load, measured: 100 simulated jobs at 10 steps a second each. How long the UI thread is away from its event
// loop (a frame can be no longer), what share of one core the process takes, and the time from a step to its pixel. The
// floor in the same run: the same window with nothing running. Arguments: [--json FILE] [--jobs N] [--seconds S].
#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSysInfo>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>
#include <cstdio>

#include "app/yard.h"
#include "tests/bench/timed_application.h"
#include "ui/actions.h"
#include "ui/jobs/job_list_panel.h"
#include "ui/main_window.h"
#include "ui/monitor/job_page.h"
#include "ui/theme/house_style.h"

using namespace trainyard;

namespace {

struct Phase {
  double processorShare = 0.0;
  double longestTurnMs = 0.0;
  double p99TurnMs = 0.0;
  double longestGapMs = 0.0;  ///< between two beats of a 5 ms timer, less the 5 ms
};

class Bench final : public QObject {
 public:
  Bench(TimedApplication& application, int jobs, int seconds, QString json)
      : m_application(application), m_jobs(jobs), m_seconds(seconds), m_json(std::move(json)) {
    m_beat.setTimerType(Qt::PreciseTimer);
    m_beat.setInterval(5);
    connect(&m_beat, &QTimer::timeout, this, [this] { m_longestGap = std::max(m_longestGap, double(m_sinceBeat.nsecsElapsed()) * 1e-6 - 5.0); m_sinceBeat.start(); });
  }

  void begin() {
    m_yard = std::make_unique<Yard>(m_dir.path(), OpenMode::ReadWrite);
    m_theme = std::make_unique<Theme>(ThemeChoice::Light);
    m_actions = std::make_unique<Actions>(*m_theme);
    m_window = std::make_unique<MainWindow>(MainWindowDependencies{*m_theme, *m_actions, m_yard->jobs(), m_yard->dispatcher(), m_yard->troubles(), m_yard->importer(), m_yard->api(), m_yard->storage(), m_yard->storage().reader(),
                                                                  m_yard->clock(), m_yard->settings(), m_dir.path(), [this] { return m_yard->storage().sizeBytes(); }});
    m_application.setPalette(m_theme->palette());
    m_application.setStyleSheet(m_theme->styleSheet());
    m_window->resize(1280, 800);
    m_window->show();
    connect(&m_window->page(), &JobPage::painted, this, [this](qint64 wallMs) {
      if (m_application.measuring) m_latencies.push_back(double(QDateTime::currentMSecsSinceEpoch() - wallMs));
    });
    connect(m_yard.get(), &Yard::ready, this, [this] { addJobs(); });
    m_yard->open();
  }

 private:
  void addJobs() {
    m_yard->simulatedRunner().setSpeed(10.0);
    for (int i = 0; i < m_jobs; ++i) {
      JobSettings settings;
      settings.name = QStringLiteral("job %1").arg(i);
      settings.model = QStringLiteral("ViT-S/16");
      settings.epochs = 100;
      settings.learningRate = 3e-4;
      settings.seed = i;
      if (const auto id = m_yard->jobs().create(settings); id) m_ids << *id;
    }
    QTimer::singleShot(1500, this, [this] { measure(m_idle, [this] { startJobs(); }); });
  }

  void startJobs() {
    for (const JobId id : m_ids)
      if (const auto started = m_yard->jobs().start(id); !started) qFatal("%s", qUtf8Printable(started.error().message));
    m_window->findChild<JobListPanel*>()->select(m_ids.last());
    QTimer::singleShot(3000, this, [this] { measure(m_load, [this] { report(); }); });
  }

  void measure(Phase& phase, std::function<void()> then) {
    m_application.turnsMs.clear();
    m_latencies.clear();
    m_longestGap = 0.0;
    m_sinceBeat.start();
    m_beat.start();
    m_application.measuring = true;
    const double before = processorSeconds();
    QTimer::singleShot(m_seconds * 1000, this, [this, &phase, before, then] {
      m_application.measuring = false;
      m_beat.stop();
      phase.processorShare = (processorSeconds() - before) / m_seconds;
      phase.longestTurnMs = percentile(m_application.turnsMs, 1.0);
      phase.p99TurnMs = percentile(m_application.turnsMs, 0.99);
      phase.longestGapMs = m_longestGap;
      then();
    });
  }

  void report() {
    const QJsonObject result{
        {"machine", QSysInfo::prettyProductName() + ", " + QString::number(QThread::idealThreadCount()) + " cores"},
        {"platform", QGuiApplication::platformName()},
        {"jobs", m_jobs},
        {"seconds", m_seconds},
        {"points_committed", m_yard->jobs().pointCount()},
        {"longest_turn_ms", m_load.longestTurnMs},
        {"p99_turn_ms", m_load.p99TurnMs},
        {"longest_gap_ms", m_load.longestGapMs},
        {"share_of_one_core", m_load.processorShare},
        {"step_to_pixel_p50_ms", percentile(m_latencies, 0.5)},
        {"step_to_pixel_p99_ms", percentile(m_latencies, 0.99)},
        {"frames_with_new_points", int(m_latencies.size())},
        {"idle_longest_turn_ms", m_idle.longestTurnMs},
        {"idle_share_of_one_core", m_idle.processorShare}};
    const QByteArray text = QJsonDocument(result).toJson();
    fputs(text.constData(), stdout);
    if (!m_json.isEmpty()) {
      QFile file(m_json);
      if (!file.open(QIODevice::WriteOnly) || file.write(text) < 0) fprintf(stderr, "%s cannot be written\n", qUtf8Printable(m_json));
    }
    m_window.reset();
    const auto closed = m_yard->close();
    QApplication::exit(closed ? 0 : 1);
  }

  TimedApplication& m_application;
  int m_jobs;
  int m_seconds;
  QString m_json;
  QTemporaryDir m_dir;
  std::unique_ptr<Yard> m_yard;
  std::unique_ptr<Theme> m_theme;
  std::unique_ptr<Actions> m_actions;
  std::unique_ptr<MainWindow> m_window;
  QList<JobId> m_ids;
  QTimer m_beat;
  QElapsedTimer m_sinceBeat;
  double m_longestGap = 0.0;
  std::vector<double> m_latencies;
  Phase m_idle;
  Phase m_load;
};

}  // namespace

int main(int argc, char** argv) {
  TimedApplication application(argc, argv);
  QApplication::setFont(fontFor(TextRole::Body));
  QApplication::setStyle(new HouseStyle);
  QApplication::setQuitOnLastWindowClosed(false);
  const QStringList words = QApplication::arguments();
  const auto option = [&words](const char* name, const QString& fallback) {
    const qsizetype at = words.indexOf(QLatin1String(name));
    return at >= 0 && at + 1 < words.size() ? words[at + 1] : fallback;
  };
  Bench bench(application, option("--jobs", QStringLiteral("100")).toInt(), option("--seconds", QStringLiteral("20")).toInt(), option("--json", {}));
  QTimer::singleShot(0, &bench, [&bench] { bench.begin(); });
  return QApplication::exec();
}
