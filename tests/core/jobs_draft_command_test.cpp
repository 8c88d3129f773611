// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include "core/jobs/job_draft.h"

using namespace trainyard;

namespace {

JobDraft command() {
  JobDraft draft;
  draft.source = JobSource::Command;
  draft.name = QStringLiteral("mnist");
  draft.commandLine = QStringLiteral("sh -c true");
  draft.workingDirectory = QDir::tempPath();
  return draft;
}

QString messageFor(const JobDraft& draft, DraftField field) {
  for (const FieldError& error : check(draft))
    if (error.field == field) return error.message;
  return {};
}

void makeProgram(const QString& path) {
  QFile file(path);
  REQUIRE(file.open(QIODevice::WriteOnly));
  REQUIRE(file.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
}

}  // namespace

TEST_CASE("a command job needs a command, a name and nothing else", "[draft]") {
  const auto settings = settingsFrom(command());
  REQUIRE(settings);
  CHECK(settings->source == JobSource::Command);
  CHECK(settings->model.isEmpty());
  CHECK(settings->epochs == 0);
  CHECK(settings->learningRate == 0.0);
  CHECK(settings->batchSize == 0);
  CHECK(plannedSteps(*settings) == 0);
}

TEST_CASE("what is told of a command job is checked like any other", "[draft]") {
  JobDraft draft = command();
  draft.epochs = QStringLiteral("0");
  draft.learningRate = QStringLiteral("nan");
  CHECK(messageFor(draft, DraftField::Epochs) == QStringLiteral("Must be at least 1"));
  CHECK_FALSE(messageFor(draft, DraftField::LearningRate).isEmpty());
}

TEST_CASE("a command line is bounded and holds no NUL", "[draft]") {
  JobDraft draft = command();
  draft.commandLine = QStringLiteral("sh ").leftJustified(32'768, u'x');
  CHECK(messageFor(draft, DraftField::CommandLine).isEmpty());
  draft.commandLine += u'x';
  CHECK(messageFor(draft, DraftField::CommandLine) == QStringLiteral("At most 32,768 characters"));
  draft.commandLine = QStringLiteral("sh -c ").append(QChar(u'\0')).append(QStringLiteral("true"));
  CHECK(messageFor(draft, DraftField::CommandLine) == QStringLiteral("Must not hold control characters"));
  draft.commandLine = QStringLiteral("sh -c true\nsh -c false");
  CHECK(messageFor(draft, DraftField::CommandLine).isEmpty());
}

TEST_CASE("a program that cannot be found is told as such, not as a wrong input", "[draft]") {
  JobDraft draft = command();
  draft.commandLine = QStringLiteral("pyton train.py");
  const auto settings = settingsFrom(draft);
  REQUIRE_FALSE(settings);
  CHECK(settings.error().code == ErrorCode::CommandMissing);
  CHECK(settings.error().message ==
        QStringLiteral("Command: cannot find the program “pyton”; check its spelling or give its path."));
  CHECK(settingsFrom(draft, false).has_value());
}

TEST_CASE("the disk is looked at only when asked to", "[draft]") {
  JobDraft draft = command();
  draft.workingDirectory = QStringLiteral("/no/such/folder");
  CHECK(check(draft, false).isEmpty());
  CHECK(check(draft).size() == 1);
}

TEST_CASE("the program is looked for in the PATH that the job is given", "[draft]") {
  const QTemporaryDir dir;
  makeProgram(dir.filePath(QStringLiteral("only-here")));
  JobDraft draft = command();
  draft.commandLine = QStringLiteral("only-here --fast");
  CHECK_FALSE(check(draft).isEmpty());
  draft.environment = QStringLiteral("PATH = /usr/bin:%1").arg(dir.path());
  CHECK(check(draft).isEmpty());
  draft.workingDirectory = dir.path();
  draft.environment = QStringLiteral("PATH = /usr/bin:.");
  CHECK(check(draft).isEmpty());
  draft.environment = QStringLiteral("PATH = /no/such/folder");
  CHECK_FALSE(check(draft).isEmpty());
}

TEST_CASE("a program named by a path is looked for from the working directory", "[draft]") {
  const QTemporaryDir dir;
  REQUIRE(QDir(dir.path()).mkdir(QStringLiteral("bin")));
  makeProgram(dir.filePath(QStringLiteral("bin/train")));
  JobDraft draft = command();
  draft.commandLine = QStringLiteral("bin/train");
  CHECK_FALSE(check(draft).isEmpty());
  draft.workingDirectory = dir.path();
  CHECK(check(draft).isEmpty());
}

TEST_CASE("a working directory is expanded and made absolute", "[draft]") {
  const auto directoryOf = [](const char* text) {
    JobDraft draft = command();
    draft.workingDirectory = QString::fromLatin1(text);
    return settingsFrom(draft, false).value().command.workingDirectory;
  };
  CHECK(directoryOf("") == QDir::homePath());
  CHECK(directoryOf("~") == QDir::homePath());
  CHECK(directoryOf("~/runs") == QDir::homePath() + QStringLiteral("/runs"));
  CHECK(directoryOf("runs") == QDir::current().absoluteFilePath(QStringLiteral("runs")));
  CHECK(directoryOf("/tmp/../etc/") == QStringLiteral("/etc"));
}

TEST_CASE("a working directory with a NUL in it does not exist", "[draft]") {
  JobDraft draft = command();
  draft.workingDirectory = QDir::tempPath().append(QChar(u'\0')).append(u'x');
  CHECK(messageFor(draft, DraftField::WorkingDirectory) == QStringLiteral("This folder does not exist"));
}

TEST_CASE("a pattern that does not compile says why and where", "[draft]") {
  JobDraft draft = command();
  draft.pattern = QStringLiteral("loss[");
  const QString message = messageFor(draft, DraftField::Pattern);
  CHECK(message.contains(QStringLiteral("missing terminating ]")));
  CHECK(message.contains(QStringLiteral("at character 6")));
  CHECK(settingsFrom(draft).error().code == ErrorCode::InvalidPattern);
}

TEST_CASE("a pattern whose groups are never a metric is refused", "[draft]") {
  for (const char* useless : {"\\d+", "(\\d+)", "(?<step>\\d+)/(?<total>\\d+)", "(?<epoch>\\d+)/(?<epochs>\\d+)",
                              "(?<name>\\w+)", "(?<step>\\d+) (?<name>\\w+)"}) {
    JobDraft draft = command();
    draft.pattern = QString::fromLatin1(useless);
    INFO(useless);
    CHECK(messageFor(draft, DraftField::Pattern).startsWith(QStringLiteral("Needs a named group")));
  }
  for (const char* useful : {"(?<value>\\S+)", "(?<step>\\d+) (?<loss>\\S+)", "(?<name>\\w+)=(?<value>\\S+)"}) {
    JobDraft draft = command();
    draft.pattern = QString::fromLatin1(useful);
    INFO(useful);
    CHECK(check(draft).isEmpty());
  }
}
