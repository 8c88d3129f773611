// SPDX-License-Identifier: GPL-3.0-or-later
// The Log tab on a log of gigabytes: how long until its end is on the screen, how much memory that takes, and whether the UI thread
// stays free while a program writes fifty megabytes a second into it. The floor in the same run: a log of one kilobyte.
// Arguments: [--gigabytes N] [--json FILE].
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QThread>
#include <QTimer>
#include <atomic>
#include <cstdio>
#include <functional>

#include "core/runners/run_records.h"
#include "tests/bench/timed_application.h"
#include "ui/monitor/log_view.h"
#include "ui/theme/house_style.h"

using namespace trainyard;

namespace {

constexpr int megabytesPerSecond = 50;
constexpr int followSeconds = 10;

double residentMegabytes() {
  QFile status(QStringLiteral("/proc/self/statm"));
  return status.open(QIODevice::ReadOnly) ? status.readAll().split(' ').value(1).toDouble() * 4096.0 / 1e6 : 0.0;
}

QByteArray block(int lines) {
  QByteArray text;
  for (int i = 0; i < lines; ++i) text += "2026-11-24 12:00:00 INFO step " + QByteArray::number(i) + " loss 0.1234 lr 3e-4 some more words\n";
  return text;
}

class Bench final : public QObject {
 public:
  Bench(TimedApplication& application, double gigabytes, QString json)
      : m_application(application), m_bytes(qint64(gigabytes * 1e9)), m_json(std::move(json)) {
    for (const JobId id : {small, big}) QDir().mkpath(jobDirectory(m_dir.path(), id));
    write(outputLogPath(m_dir.path(), small), 1'000);
    write(outputLogPath(m_dir.path(), big), m_bytes);
    m_application.setStyleSheet(m_theme.styleSheet());
    m_view.resize(900, 600);
  }

  void begin() {
    static_cast<QWidget&>(m_view).show();
    QTimer::singleShot(500, this, [this] {
      open(small, m_floorMs, [this] {
        m_before = residentMegabytes();
        open(big, m_openMs, [this] {
          QTimer::singleShot(3'000, this, [this] {
            m_after = residentMegabytes();
            follow();
          });
        });
      });
    });
  }

 private:
  static constexpr JobId small{1};
  static constexpr JobId big{2};

  static void write(const QString& path, qint64 bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly)) qFatal("%s", qUtf8Printable(path));
    const QByteArray text = block(int(std::min<qint64>(bytes / 70 + 1, 20'000)));
    for (qint64 written = 0; written < bytes; written += text.size()) file.write(text);
    file.write("the very end\n");
  }

  /// From the click on the job to its last line in the view.
  void open(JobId id, double& ms, const std::function<void()>& then) {
    Job job;
    job.id = id;
    job.status = JobStatus::Running;
    job.settings.source = JobSource::Command;
    auto* timer = new QElapsedTimer;
    timer->start();
    m_view.show(m_dir.path(), job);
    auto* look = new QTimer(this);
    connect(look, &QTimer::timeout, this, [this, look, timer, &ms, then] {
      if (!m_view.text().contains(QLatin1String("the very end"))) return;
      m_view.repaint();
      ms = double(timer->nsecsElapsed()) * 1e-6;
      delete timer;
      look->deleteLater();
      then();
    });
    look->start(1);
  }

  /// Appends a hundredth of a second's worth every hundredth of a second, in a thread of its own.
  void startWriter() {
    auto* beat = new QTimer;
    auto* file = new QFile(outputLogPath(m_dir.path(), big), beat);
    if (!file->open(QIODevice::Append | QIODevice::Unbuffered)) qFatal("%s", qUtf8Printable(file->fileName()));
    beat->setTimerType(Qt::PreciseTimer);
    beat->setInterval(10);
    connect(beat, &QTimer::timeout, file, [this, file, text = block(megabytesPerSecond * 1'000'000 / 70 / 100)] { m_written += file->write(text); });
    beat->moveToThread(&m_writer);
    connect(&m_writer, &QThread::started, beat, qOverload<>(&QTimer::start));
    connect(&m_writer, &QThread::finished, beat, &QObject::deleteLater);
    m_writer.start();
  }

  void follow() {
    m_application.turnsMs.clear();
    m_application.measuring = true;
    startWriter();
    const double before = processorSeconds();
    QTimer::singleShot(followSeconds * 1000, this, [this, before] {
      m_application.measuring = false;
      m_followShare = (processorSeconds() - before) / followSeconds;
      m_writer.quit();
      m_writer.wait();
      m_grown = residentMegabytes() - m_before;
      report();
    });
  }

  void report() {
    const QJsonObject result{{"log_gigabytes", double(m_bytes) / 1e9},
                             {"open_ms", m_openMs},
                             {"open_one_kilobyte_ms", m_floorMs},
                             {"memory_grown_by_opening_mb", m_after - m_before},
                             {"memory_grown_after_following_mb", m_grown},
                             {"followed_mb_per_s", double(m_written) / 1e6 / followSeconds},
                             {"following_longest_turn_ms", percentile(m_application.turnsMs, 1.0)},
                             {"following_p99_turn_ms", percentile(m_application.turnsMs, 0.99)},
                             {"following_share_of_one_core_with_the_writer", m_followShare}};
    const QByteArray text = QJsonDocument(result).toJson();
    fputs(text.constData(), stdout);
    QFile file(m_json);
    if (!m_json.isEmpty() && (!file.open(QIODevice::WriteOnly) || file.write(text) < 0))
      fprintf(stderr, "%s cannot be written\n", qUtf8Printable(m_json));
    QApplication::exit(0);
  }

  TimedApplication& m_application;
  qint64 m_bytes;
  QString m_json;
  QTemporaryDir m_dir;
  Theme m_theme{ThemeChoice::Light};
  LogView m_view{m_theme};
  QThread m_writer;
  std::atomic<qint64> m_written = 0;
  double m_floorMs = 0.0;
  double m_openMs = 0.0;
  double m_before = 0.0;
  double m_after = 0.0;
  double m_grown = 0.0;
  double m_followShare = 0.0;
};

}  // namespace

int main(int argc, char** argv) {
  TimedApplication application(argc, argv);
  QApplication::setStyle(new HouseStyle);
  const QStringList words = QApplication::arguments();
  const auto option = [&words](const char* name, const QString& fallback) {
    const qsizetype at = words.indexOf(QLatin1String(name));
    return at >= 0 && at + 1 < words.size() ? words[at + 1] : fallback;
  };
  Bench bench(application, option("--gigabytes", QStringLiteral("5")).toDouble(), option("--json", {}));
  QTimer::singleShot(0, &bench, [&bench] { bench.begin(); });
  return QApplication::exec();
}
