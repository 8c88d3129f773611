// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/settings.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <catch2/catch.hpp>
#include <limits>

using namespace trainyard;

namespace {

/// A data directory, and what a program that starts anew reads from it.
struct Kept {
  QTemporaryDir dir;

  [[nodiscard]] QString file() const { return dir.filePath(QStringLiteral("settings.ini")); }
  void write(const QByteArray& text) const {
    QFile out(file());
    REQUIRE(out.open(QIODevice::WriteOnly));
    REQUIRE(out.write(text) == text.size());
  }
  template <typename Change>
  void change(Change&& how) const {
    Settings settings(dir.path());
    how(settings);
  }
};

bool sameTexts(const JobDraft& a, const JobDraft& b) {
  return a.source == b.source && a.name == b.name && a.model == b.model && a.dataset == b.dataset &&
         a.epochs == b.epochs && a.learningRate == b.learningRate && a.batchSize == b.batchSize && a.seed == b.seed &&
         a.stepsPerEpoch == b.stepsPerEpoch && a.parameters == b.parameters && a.commandLine == b.commandLine &&
         a.workingDirectory == b.workingDirectory && a.environment == b.environment && a.pattern == b.pattern;
}

JobDraft typed() {
  JobDraft draft;
  draft.model = QStringLiteral("ViT-S/16");
  draft.dataset = QStringLiteral("food, \"101\"");
  draft.epochs = QStringLiteral("12");
  draft.learningRate = QStringLiteral("1e-3");
  draft.seed = QStringLiteral("7");
  draft.stepsPerEpoch = QStringLiteral("250");
  draft.parameters = QStringLiteral("schedule = step\nnote = \"a;b, c\"");
  return draft;
}

/// An environment variable as it shall be for a while.
class Variable {
 public:
  Variable(const char* name, const QByteArray& value) : m_name(name), m_before(qgetenv(name)), m_was(qEnvironmentVariableIsSet(name)) {
    qputenv(name, value);
  }
  ~Variable() { m_was ? qputenv(m_name, m_before) : qunsetenv(m_name); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* m_name;
  QByteArray m_before;
  bool m_was;
};

}  // namespace

TEST_CASE("settings have sensible values at first", "[settings]") {
  const Kept kept;
  const Settings settings(kept.dir.path());
  CHECK(settings.stepsPerSecond() == 10.0);
  CHECK(settings.stopGraceMs() == 5'000);
  CHECK(settings.theme() == QStringLiteral("system"));
  CHECK(settings.bytes(QStringLiteral("window/geometry")).isEmpty());
  CHECK(settings.value(QStringLiteral("charts/smoothing"), 0.5).toDouble() == 0.5);
}

TEST_CASE("settings outlive the program", "[settings]") {
  const Kept kept;
  const QByteArray geometry("\x00\xff,;\n\"geo", 9);
  kept.change([&](Settings& settings) {
    settings.setStepsPerSecond(250.5);
    settings.setStopGraceMs(1'500);
    settings.setTheme(QStringLiteral("dark"));
    settings.setBytes(QStringLiteral("window/geometry"), geometry);
    settings.setValue(QStringLiteral("charts/logY"), true);
  });
  CHECK(QFileInfo::exists(kept.file()));
  const Settings again(kept.dir.path());
  CHECK(again.stepsPerSecond() == 250.5);
  CHECK(again.stopGraceMs() == 1'500);
  CHECK(again.theme() == QStringLiteral("dark"));
  CHECK(again.bytes(QStringLiteral("window/geometry")) == geometry);
  CHECK(again.value(QStringLiteral("charts/logY")).toBool());
}

TEST_CASE("a speed or grace time out of range is brought into it", "[settings]") {
  const Kept kept;
  Settings settings(kept.dir.path());
  const std::pair<double, double> speeds[] = {{-5.0, 0.1}, {0.0, 0.1}, {0.01, 0.1}, {0.5, 0.5}, {1e9, 1e9}, {1e12, 1e9},
                                              {std::numeric_limits<double>::infinity(), 1e9}};
  for (const auto& [given, expected] : speeds) {
    settings.setStepsPerSecond(given);
    CHECK(settings.stepsPerSecond() == expected);
  }
  settings.setStepsPerSecond(std::numeric_limits<double>::quiet_NaN());
  CHECK(settings.stepsPerSecond() == 10.0);
  for (const auto& [given, expected] : {std::pair(-1, 0), std::pair(0, 0), std::pair(600'000, 600'000), std::pair(600'001, 600'000)}) {
    settings.setStopGraceMs(given);
    CHECK(settings.stopGraceMs() == expected);
  }
}

TEST_CASE("a file that somebody else wrote nonsense into does no harm", "[settings]") {
  const Kept kept;
  kept.write(
      "[simulation]\nstepsPerSecond=nan\n[commands]\nstopGraceMs=soon\n[window]\ntheme=purple\n"
      "[lastDraft]\nsimulated\\epochs=abc\nsimulated\\learningRate=nan\nsimulated\\batchSize=a, b\nsimulated\\seed=9\n");
  const Settings settings(kept.dir.path());
  CHECK(settings.stepsPerSecond() == 10.0);
  CHECK(settings.stopGraceMs() == 5'000);
  CHECK(settings.theme() == QStringLiteral("system"));
  const JobDraft draft = settings.lastDraft(JobSource::Simulated);
  CHECK(draft.epochs == QStringLiteral("30"));
  CHECK(draft.learningRate == QStringLiteral("3e-4"));
  CHECK(draft.seed == QStringLiteral("9"));
}

TEST_CASE("a change is told once, and no change is not told", "[settings]") {
  const Kept kept;
  Settings settings(kept.dir.path());
  const QSignalSpy changed(&settings, &Settings::changed);
  settings.setTheme(QStringLiteral("dark"));
  CHECK(changed.count() == 1);
  settings.setTheme(QStringLiteral("dark"));
  CHECK(changed.count() == 1);
  settings.setStepsPerSecond(100.0);
  CHECK(changed.count() == 2);
}

TEST_CASE("the first simulated draft lacks only a name", "[settings]") {
  const Kept kept;
  JobDraft draft = Settings(kept.dir.path()).lastDraft(JobSource::Simulated);
  CHECK(draft.name.isEmpty());
  CHECK(check(draft) == QList<FieldError>{{DraftField::Name, QStringLiteral("Give the job a name")}});
  draft.name = QStringLiteral("first");
  const auto settings = settingsFrom(draft);
  REQUIRE(settings);
  CHECK(settings->model == QStringLiteral("ResNet-18"));
  CHECK(settings->dataset == QStringLiteral("cifar10"));
  CHECK(settings->epochs == 30);
  CHECK(settings->learningRate == 3e-4);
  CHECK(settings->batchSize == 128);
  CHECK(settings->seed == 42);
}

TEST_CASE("the last draft outlives the program, but for its name", "[settings]") {
  const Kept kept;
  JobDraft draft = typed();
  draft.name = QStringLiteral("run 1");
  kept.change([&](Settings& settings) { settings.setLastDraft(draft); });
  CHECK(sameTexts(Settings(kept.dir.path()).lastDraft(JobSource::Simulated), typed()));
}

TEST_CASE("each source keeps a last draft of its own", "[settings]") {
  const Kept kept;
  JobDraft command;
  command.source = JobSource::Command;
  command.commandLine = QStringLiteral("python3 -c 'print(\"a, b; c\")'");
  command.workingDirectory = kept.dir.path();
  command.environment = QStringLiteral("A = 1\nB = 2");
  command.pattern = QStringLiteral("(?<loss>\\S+)");
  command.stepsPerEpoch = QStringLiteral("100");
  kept.change([&](Settings& settings) {
    settings.setLastDraft(typed());
    settings.setLastDraft(command);
  });
  const Settings again(kept.dir.path());
  CHECK(sameTexts(again.lastDraft(JobSource::Simulated), typed()));
  CHECK(sameTexts(again.lastDraft(JobSource::Command), command));
}

TEST_CASE("a wrong text is not remembered; the last right one is", "[settings]") {
  const Kept kept;
  JobDraft wrong = typed();
  wrong.epochs = QStringLiteral("0");
  wrong.learningRate = QStringLiteral("nan");
  wrong.model = QStringLiteral("other");
  kept.change([&](Settings& settings) {
    settings.setLastDraft(typed());
    settings.setLastDraft(wrong);
  });
  const JobDraft draft = Settings(kept.dir.path()).lastDraft(JobSource::Simulated);
  CHECK(draft.epochs == QStringLiteral("12"));
  CHECK(draft.learningRate == QStringLiteral("1e-3"));
  CHECK(draft.model == QStringLiteral("other"));
  QFile file(kept.file());
  REQUIRE(file.open(QIODevice::ReadOnly));
  CHECK_FALSE(file.readAll().contains("nan"));
}

TEST_CASE("a data directory is made with all its parents, and is absolute", "[settings]") {
  const Kept kept;
  const QString wanted = kept.dir.filePath(QStringLiteral("a/b/c"));
  CHECK(prepareDataDir(kept.dir.filePath(QStringLiteral("a/./b/x/../c/"))).value() == wanted);
  CHECK(QFileInfo(wanted).isDir());
  CHECK(prepareDataDir(wanted).value() == wanted);
  CHECK(QDir(wanted).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
  CHECK(prepareDataDir(QDir::current().relativeFilePath(wanted)).value() == wanted);
}

TEST_CASE("what cannot be a data directory is refused in one sentence", "[settings]") {
  const Kept kept;
  kept.write("a file");
  const auto refusal = [](const QString& dir) {
    const auto prepared = prepareDataDir(dir);
    REQUIRE_FALSE(prepared);
    CHECK(prepared.error().code == ErrorCode::StorageOpen);
    return prepared.error().message;
  };
  CHECK(refusal(kept.file()) == QStringLiteral("The data directory %1 is a file; choose another with --data-dir.").arg(kept.file()));
  const QString below = kept.file() + QStringLiteral("/below");
  CHECK(refusal(below) == QStringLiteral("The data directory %1 cannot be created; choose another with --data-dir.").arg(below));
  // Not even root can make a file there, so that this holds whoever runs the tests.
  CHECK(refusal(QStringLiteral("/proc")).startsWith(QStringLiteral("The data directory /proc cannot be written")));
  CHECK(refusal(QString()).startsWith(QStringLiteral("No data directory is named")));
}

TEST_CASE("the data directory is TRAINYARD_DATA_DIR, else below XDG_DATA_HOME, else below the home", "[settings]") {
  const Variable home("XDG_DATA_HOME", "/somewhere/share");
  {
    const Variable named("TRAINYARD_DATA_DIR", "/somewhere/yard");
    CHECK(defaultDataDir() == QStringLiteral("/somewhere/yard"));
  }
  {
    const Variable relative("TRAINYARD_DATA_DIR", "yard");
    CHECK(defaultDataDir() == QDir::current().absoluteFilePath(QStringLiteral("yard")));
  }
  const Variable empty("TRAINYARD_DATA_DIR", "");
  CHECK(defaultDataDir() == QStringLiteral("/somewhere/share/trainyard"));
  const Variable none("XDG_DATA_HOME", "");
  CHECK(defaultDataDir() == QDir::homePath() + QStringLiteral("/.local/share/trainyard"));
}

TEST_CASE("the local API's port is one that a program may take", "[settings]") {
  QTemporaryDir dir;
  Settings settings(dir.path());
  CHECK_FALSE(settings.apiOn());
  CHECK(settings.apiPort() == Settings::usualApiPort);
  CHECK(settings.apiLastPort() == 0);
  for (const char* wrong : {"80", "0", "-1", "65536", "http", ""}) {
    settings.setValue(QStringLiteral("api/port"), QString::fromLatin1(wrong));
    CAPTURE(wrong);
    CHECK(settings.apiPort() == Settings::usualApiPort);
  }
  settings.setApiPort(1'024);
  settings.setApiOn(true);
  CHECK(Settings(dir.path()).apiPort() == 1'024);
  CHECK(Settings(dir.path()).apiOn());
}
