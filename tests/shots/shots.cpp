// SPDX-License-Identifier: GPL-3.0-or-later
// Makes pictures of every screen from seeded data: the window as it is, on a store that holds what the pictures in the
// design show. Run with QT_QPA_PLATFORM=offscreen. Argument: the folder.
#include <QAbstractButton>
#include <QApplication>
#include <QDir>
#include <QKeyEvent>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QTimer>
#include <cstdio>

#include "app/yard.h"
#include "core/simulation/training_simulator.h"
#include "ui/actions.h"
#include "ui/charts/metric_chart.h"
#include "ui/jobs/job_list_panel.h"
#include "ui/main_window.h"
#include "ui/theme/house_style.h"
#include "ui/toasts/toast_stack.h"

using namespace trainyard;

namespace {

constexpr qint64 minuteMs = 60'000;

struct Sample {
  const char* name;
  const char* model;
  const char* dataset;
  qint64 epochs;
  double learningRate;
  JobStatus status;
  double done;       ///< share of the run
  qint64 minutesAgo;
};

constexpr Sample samples[] = {
    {"gpt2-small lr 1e-2", "GPT-2 small", "wikitext-2", 3, 1e-2, JobStatus::Failed, 1.0, 2 * 1440},
    {"resnet18 cifar10 seed 3", "ResNet-18", "cifar10", 200, 0.1, JobStatus::Complete, 1.0, 1440},
    {"lstm-wikitext dropout 0.5", "LSTM", "wikitext-2", 40, 20, JobStatus::Queued, 0.0, 70},
    {"resnet50 warm restarts", "ResNet-50", "imagenet", 90, 0.1, JobStatus::Queued, 0.0, 12},
    {"bert-tiny sst2 baseline", "BERT-tiny", "sst2", 5, 5e-5, JobStatus::Running, 0.34, 11},
    {"vit-small · cosine lr", "ViT-S/16", "imagenette", 30, 3e-4, JobStatus::Running, 0.62, 4},
};

/// The sample's job and points, straight into the store, as a run would have left them.
void seed(Storage& store, const Sample& sample, qint64 id, qint64 nowMs) {
  Job job;
  job.id = JobId{id};
  job.settings.name = QString::fromUtf8(sample.name);
  job.settings.model = QString::fromUtf8(sample.model);
  job.settings.dataset = QString::fromUtf8(sample.dataset);
  job.settings.epochs = sample.epochs;
  job.settings.learningRate = sample.learningRate;
  job.settings.batchSize = 128;
  job.settings.seed = 42;
  job.settings.parameters = {{QStringLiteral("warmup_steps"), QStringLiteral("200")}};
  job.status = sample.status;
  job.createdMs = nowMs - sample.minutesAgo * minuteMs - 30'000;
  job.progress.totalSteps = plannedSteps(job.settings);
  JobPoints points{job.id, {}, job.progress};
  std::map<QString, std::vector<Point>> series;
  const auto steps = qint64(double(job.progress.totalSteps) * sample.done);
  if (steps > 0) job.startedMs = job.createdMs + 30'000;
  for (qint64 step = 1; step <= steps; ++step) {
    const auto made = simulateStep(job.settings, step);
    for (const TaggedValue& value : made->values) series[value.tag].push_back({step, job.startedMs + step * 128, value.value});
    job.progress = {step, job.progress.totalSteps, made->epoch};
    if (!made->diverged) continue;
    job.ending = {EndKind::LossNan, 0, QStringLiteral("Loss became NaN at step %1").arg(step)};
    break;
  }
  if (sample.status == JobStatus::Complete) job.ending.kind = EndKind::Completed;
  if (isEnded(sample.status)) job.endedMs = job.startedMs + job.progress.step * 128;
  points.progress = job.progress;
  for (auto& [tag, values] : series) points.series.push_back({tag, std::move(values)});
  store.submit(job);
  if (!points.series.empty()) store.append(points);
}

class Studio final : public QObject {
 public:
  Studio(QApplication& application, const QString& folder) : m_application(application), m_folder(folder) {}

  void begin() {
    open(m_emptyDir.path(), [this] {
      shot("empty");
      seedAll([this] { withJobs(); });
    });
  }

 private:
  void seedAll(std::function<void()> then) {
    close();
    auto store = std::make_shared<Storage>(m_dir.path(), OpenMode::ReadWrite);
    connect(store.get(), &Storage::opened, this, [this, store, then] {
      qint64 id = 0;
      for (const Sample& sample : samples) seed(*store, sample, ++id, QDateTime::currentMSecsSinceEpoch());
      const auto closed = store->close();
      if (!closed) qFatal("%s", qUtf8Printable(closed.error().message));
      open(m_dir.path(), then);
    });
    store->open();
  }

  /// A window on a data directory, then the next thing when it stands still.
  void open(const QString& dir, std::function<void()> then) {
    m_yard = std::make_unique<Yard>(dir, OpenMode::ReadWrite);
    m_theme = std::make_unique<Theme>(ThemeChoice::Light);
    m_actions = std::make_unique<Actions>(*m_theme);
    m_window = std::make_unique<MainWindow>(MainWindowDependencies{*m_theme, *m_actions, m_yard->jobs(), m_yard->dispatcher(), m_yard->troubles(), m_yard->importer(), m_yard->api(), m_yard->storage(), m_yard->storage().reader(),
                                                                  m_yard->clock(), m_yard->settings(), dir, [this] { return m_yard->storage().sizeBytes(); }});
    applyTheme();
    connect(m_theme.get(), &Theme::changed, this, [this] { applyTheme(); });
    QCursor::setPos(0, 0);
    m_window->resize(1280, 800);
    m_window->show();
    connect(m_yard.get(), &Yard::ready, this, [this, then] { later(then); });
    m_yard->open();
  }

  void close() {
    m_window.reset();
    m_actions.reset();
    m_theme.reset();
    m_yard.reset();
  }

  void applyTheme() {
    m_application.setPalette(m_theme->palette());
    m_application.setStyleSheet(m_theme->styleSheet());
  }

  void later(std::function<void()> then) { QTimer::singleShot(600, this, std::move(then)); }

  void shot(const char* name) {
    const QString path = QStringLiteral("%1/%2.png").arg(m_folder, QLatin1String(name));
    if (!m_window->grab().save(path)) qFatal("%s cannot be written", qUtf8Printable(path));
    printf("%s\n", qUtf8Printable(path));
  }

  JobListPanel& list() { return *m_window->findChild<JobListPanel*>(); }
  void act(ActionId id) { m_actions->action(id).trigger(); }

  void withJobs() {
    list().select(JobId{6});
    later([this] {
      for (MetricChart* chart : m_window->findChildren<MetricChart*>()) chart->setCrosshair(1230.0);
      shot("running-light");
      m_theme->setChoice(ThemeChoice::Dark);
      later([this] {
        shot("running-dark");
        m_theme->setChoice(ThemeChoice::Light);
        list().select(JobId{1});
        later([this] { failedAndDialogs(); });
      });
    });
  }

  void failedAndDialogs() {
    shot("failed");
    list().select(JobId{6});
    act(ActionId::NewJob);
    type("name", QStringLiteral("vit-small · cosine lr"));
    type("learningRate", QStringLiteral("-0.01"));
    later([this] {
      shot("new-job-error");
      m_window->findChild<QAbstractButton*>(QStringLiteral("sourceCommand"))->click();
      later([this] {
        shot("new-job-command");
        m_window->findChild<QAbstractButton*>(QStringLiteral("cancelButton"))->click();
        act(ActionId::CommandPalette);
        later([this] {
          shot("palette");
          closeOverlay("commandPalette");
          act(ActionId::Shortcuts);
          later([this] { toasts(); });
        });
      });
    });
  }

  void toasts() {
    shot("shortcuts");
    closeOverlay("shortcutSheet");
    ToastStack& stack = m_window->toasts();
    stack.show({.kind = ToastKind::Warning, .title = QStringLiteral("The disk is nearly full"), .detail = QStringLiteral("1.2 GB are left.")});
    stack.show({.kind = ToastKind::Info, .title = QStringLiteral("“lstm-wikitext” deleted"), .actionText = QStringLiteral("Undo")});
    stack.show({.kind = ToastKind::Error, .title = QStringLiteral("“gpt2-small lr 1e-2” failed"), .detail = QStringLiteral("Loss became NaN at step 36"), .actionText = QStringLiteral("View")});
    stack.show({.kind = ToastKind::Success, .title = QStringLiteral("“vit-small · cosine lr” started"), .detail = QStringLiteral("Step 1 of 3,000")});
    later([this] {
      shot("toasts");
      m_window->toasts().dismissAll();
      act(ActionId::TabParameters);
      later([this] {
        shot("parameters");
        act(ActionId::TabCharts);
        m_window->resize(640, 800);
        later([this] {
          shot("narrow-list");
          act(ActionId::View);
          later([this] {
            shot("narrow-page");
            close();
            QApplication::quit();
          });
        });
      });
    });
  }

  void type(const char* name, const QString& text) { m_window->findChild<QLineEdit*>(QLatin1String(name))->setText(text); }

  void closeOverlay(const char* name) {
    auto* overlay = m_window->findChild<QWidget*>(QLatin1String(name));
    QKeyEvent escape(QEvent::KeyPress, Qt::Key_Escape, Qt::NoModifier);
    QApplication::sendEvent(overlay, &escape);
  }

  QApplication& m_application;
  QString m_folder;
  QTemporaryDir m_emptyDir;
  QTemporaryDir m_dir;
  std::unique_ptr<Yard> m_yard;
  std::unique_ptr<Theme> m_theme;
  std::unique_ptr<Actions> m_actions;
  std::unique_ptr<MainWindow> m_window;
};

}  // namespace

int main(int argc, char** argv) {
  qputenv("TRAINYARD_REDUCED_MOTION", "1");
  QApplication application(argc, argv);
  QApplication::setFont(fontFor(TextRole::Body));
  QApplication::setStyle(new HouseStyle);
  QApplication::setQuitOnLastWindowClosed(false);
  if (argc != 2 || !QDir().mkpath(QString::fromLocal8Bit(argv[1]))) {
    fprintf(stderr, "Give a folder that can be made.\n");
    return 2;
  }
  Studio studio(application, QString::fromLocal8Bit(argv[1]));
  QTimer::singleShot(0, &studio, [&studio] { studio.begin(); });
  return QApplication::exec();
}
