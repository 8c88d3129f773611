// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <catch2/catch.hpp>
#include <limits>

#include "core/jobs/job_service.h"
#include "core/runners/command_runner.h"
#include "tests/support/catch_qstring.h"
#include "tests/support/fakes.h"

namespace trainyard::test {

inline constexpr int patience = 20'000;

/// A data directory in which one command job runs, and what became of it.
struct Shop {
  QTemporaryDir dir;
  SystemClock clock;
  FakeJobStore store;
  std::unique_ptr<CommandRunner> runner;
  std::map<QString, std::vector<Point>> series;
  QStringList notices;
  std::vector<StopStage> stages;
  std::optional<Ending> ending;
  Progress progress;
  QByteArray resume;
  bool hasBegun = false;
  const JobId id{7};

  Shop() { open(); }

  /// As a window that starts does.
  void open() {
    runner = std::make_unique<CommandRunner>(dir.path(), QStringLiteral(SUPERVISOR_PATH), store, clock);
    QObject::connect(runner.get(), &Runner::produced, runner.get(), [this](const JobPoints& points) {
      for (const SeriesPoints& one : points.series)
        series[one.tag].insert(series[one.tag].end(), one.points.begin(), one.points.end());
      progress = points.progress;
      if (!points.resume.isEmpty()) resume = points.resume;
    });
    QObject::connect(runner.get(), &Runner::ended, runner.get(), [this](JobId, const Ending& end) { ending = end; });
    QObject::connect(runner.get(), &Runner::noticed, runner.get(), [this](JobId, const QString& text) { notices << text; });
    QObject::connect(runner.get(), &Runner::stopping, runner.get(), [this](JobId, const StopStage& stage) { stages.push_back(stage); });
    runner->setGraceMs(200);
  }
  /// As a window that is closed or killed does: what was not told yet is not kept.
  void close() { runner.reset(); }

  Job job(const char* line) const {
    Job one;
    one.id = id;
    one.settings.source = JobSource::Command;
    one.settings.name = QStringLiteral("test");
    one.createdMs = 1'790'000'000'000;
    one.settings.command.line = QString::fromUtf8(line);
    one.settings.command.workingDirectory = dir.path();
    return one;
  }
  /// The first time as the queue does, later as a window that starts does.
  void start(const Job& one) {
    if (std::exchange(hasBegun, true))
      runner->takeOver(one, resume);
    else
      runner->start(one);
  }
  void stop(JobId one) { runner->stop(one, JobService::stoppedByUser()); }
  bool waitForEnd() {
    return QTest::qWaitFor([this] { return ending.has_value(); }, patience);
  }
  bool waitFor(const char* tag, size_t count = 1) {
    return QTest::qWaitFor([&] { return series[QLatin1String(tag)].size() >= count; }, patience);
  }
  /// The first value of a series, NaN while it has none.
  double firstValue(const char* tag) {
    const std::vector<Point>& points = series[QLatin1String(tag)];
    return points.empty() ? std::numeric_limits<double>::quiet_NaN() : points.front().value;
  }
  const Ending& run(const char* line) {
    start(job(line));
    REQUIRE(waitForEnd());
    return *ending;
  }
  QString path(const char* name) const { return jobDirectory(dir.path(), id) + u'/' + QLatin1String(name); }
  QByteArray contents(const char* name) const {
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }
  QByteArray log() const { return contents("output.log"); }
  QJsonObject record(const char* name) const { return QJsonDocument::fromJson(contents(name)).object(); }
  void replace(const char* name, const QByteArray& text) const {
    QFile file(path(name));
    REQUIRE(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(text);
  }
  pid_t supervisor() const {
    return pid_t(record("process.json")[QLatin1String("supervisor")].toObject()[QLatin1String("pid")].toInteger());
  }
};

/// Whether a process is there and no zombie.
inline bool isRunning(pid_t pid) {
  QFile stat(QStringLiteral("/proc/%1/stat").arg(pid));
  return stat.open(QIODevice::ReadOnly) && !stat.readAll().contains(") Z ");
}

}  // namespace trainyard::test
