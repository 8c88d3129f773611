// SPDX-License-Identifier: GPL-3.0-or-later
// The real window with its API on, for api_bench.py. The port goes to standard output; then for each line of standard input one of JSON:
// "begin" measures anew, "end" tells of the window's thread since. It ends with its input. Argument: the data directory.
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSocketNotifier>
#include <QTimer>
#include <cstdio>
#include <unistd.h>

#include "app/yard.h"
#include "tests/bench/figures.h"
#include "tests/bench/timed_application.h"
#include "ui/actions.h"
#include "ui/jobs/job_list_panel.h"
#include "ui/main_window.h"
#include "ui/theme/house_style.h"

using namespace trainyard;

namespace {

class ApiWindow final : public QObject {
 public:
  ApiWindow(TimedApplication& application, const QString& dir)
      : m_application(application), m_yard(dir, OpenMode::ReadWrite), m_theme(ThemeChoice::Light), m_actions(m_theme),
        m_window({m_theme, m_actions, m_yard.jobs(), m_yard.dispatcher(), m_yard.troubles(), m_yard.importer(), m_yard.api(), m_yard.storage(), m_yard.storage().reader(), m_yard.clock(),
                  m_yard.settings(), dir, [this] { return m_yard.storage().sizeBytes(); }}),
        m_input(STDIN_FILENO, QSocketNotifier::Read) {
    m_application.setPalette(m_theme.palette());
    m_application.setStyleSheet(m_theme.styleSheet());
    m_window.resize(1280, 800);
    m_window.show();
    m_beat.setTimerType(Qt::PreciseTimer);
    m_beat.setInterval(beatMs);
    connect(&m_beat, &QTimer::timeout, this, [this] { m_gaps.push_back(double(m_sinceBeat.nsecsElapsed()) * 1e-6 - beatMs); m_sinceBeat.start(); });
    connect(&m_input, &QSocketNotifier::activated, this, &ApiWindow::hear);
    connect(&m_yard, &Yard::ready, this, &ApiWindow::serve);
    // Somebody looks at the newest run.
    connect(&m_yard.jobs(), &JobService::jobAdded, this, [this](JobId id) { m_window.findChild<JobListPanel*>()->select(id); }, Qt::QueuedConnection);
    m_yard.open();
  }

 private:
  static constexpr int beatMs = 5;

  void serve() {
    const auto port = m_yard.api().turnOn(0);
    if (!port) qFatal("%s", qUtf8Printable(port.error().message));
    printf("%d\n", *port);
    fflush(stdout);
  }

  void hear() {
    char line[64];
    const ssize_t count = ::read(STDIN_FILENO, line, sizeof line);
    if (count <= 0) {
      const auto closed = m_yard.close();
      return QApplication::exit(closed ? 0 : 1);
    }
    const QJsonObject told = line[0] == 'b' ? begin() : end();
    printf("%s\n", QJsonDocument(told).toJson(QJsonDocument::Compact).constData());
    fflush(stdout);
  }

  QJsonObject begin() {
    m_application.turnsMs.clear();
    m_application.processorMs.clear();
    m_gaps.clear();
    m_application.measuring = true;
    m_sinceBeat.start();
    m_since.start();
    m_beat.start();
    m_thread = threadSeconds();
    m_process = processSeconds();
    return {};
  }

  QJsonObject end() {
    m_application.measuring = false;
    m_beat.stop();
    const double seconds = double(m_since.nsecsElapsed()) * 1e-9;
    const std::vector<double>& turns = m_application.turnsMs;
    return {{"longest_turn_ms", percentile(turns, 1.0)}, {"p99_turn_ms", percentile(turns, 0.99)}, {"longest_processor_ms", percentile(m_application.processorMs, 1.0)},
            {"longest_gap_ms", percentile(m_gaps, 1.0)}, {"p99_gap_ms", percentile(m_gaps, 0.99)},
            {"thread_share", (threadSeconds() - m_thread) / seconds}, {"process_share", (processSeconds() - m_process) / seconds}};
  }

  TimedApplication& m_application;
  Yard m_yard;
  Theme m_theme;
  Actions m_actions;
  MainWindow m_window;
  QSocketNotifier m_input;
  QTimer m_beat;
  QElapsedTimer m_sinceBeat, m_since;
  std::vector<double> m_gaps;  ///< between two beats, ms, less what lies between them anyway
  double m_thread = 0.0, m_process = 0.0;
};

}  // namespace

int main(int argc, char** argv) {
  TimedApplication application(argc, argv);
  QApplication::setFont(fontFor(TextRole::Body));
  QApplication::setStyle(new HouseStyle);
  QApplication::setQuitOnLastWindowClosed(false);
  const ApiWindow window(application, QApplication::arguments().value(1));
  return QApplication::exec();
}
