// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_draft.h"

#include <QDir>
#include <QFile>
#include <QRandomGenerator>
#include <QSet>
#include <QTemporaryDir>
#include <catch2/catch.hpp>
#include <cmath>

using namespace trainyard;

namespace {

JobDraft good() {
  JobDraft draft;
  draft.name = QStringLiteral("vit-small");
  draft.model = QStringLiteral("ViT-S/16");
  draft.epochs = QStringLiteral("30");
  draft.learningRate = QStringLiteral("3e-4");
  return draft;
}

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

/// Of characters that are awkward to write: separators, quotes, escapes, other scripts. Not trimmed.
QString awkwardText(QRandomGenerator& random, int longest) {
  static const QString letters = QStringLiteral("ab1 ;  =\"\\'$%,.:/@#[]()ü学×");
  QString text;
  for (int left = random.bounded(longest + 1); left > 0; --left) text += letters[random.bounded(int(letters.size()))];
  return text;
}

QString trimmedText(QRandomGenerator& random, int longest) {
  return (QStringLiteral("x") + awkwardText(random, longest - 1)).trimmed();
}

/// Any settings that a draft can hold, valid ones only.
JobSettings anySettings(QRandomGenerator& random) {
  JobSettings settings;
  const bool command = random.bounded(2) == 1;
  settings.name = trimmedText(random, 200);
  settings.model = command && random.bounded(2) == 1 ? QString() : trimmedText(random, 200);
  settings.dataset = random.bounded(2) == 1 ? QString() : trimmedText(random, 200);
  settings.epochs = command && random.bounded(2) == 1 ? 0 : 1 + random.bounded(1000);
  settings.learningRate = command && random.bounded(2) == 1 ? 0.0 : std::pow(10.0, random.generateDouble() * 312.0 - 307.0);
  settings.batchSize = random.bounded(1'048'577);
  settings.seed = qint64(random.generate64() >> 11);
  settings.stepsPerEpoch = 1 + random.bounded(1'000'000);
  for (int i = random.bounded(4); i > 0; --i)
    settings.parameters << KeyValue{QStringLiteral("k-%1.%2").arg(i).arg(random.bounded(9)), awkwardText(random, 60)};
  if (!command) return settings;
  settings.source = JobSource::Command;
  settings.command.line = QStringLiteral("sh -c ") + trimmedText(random, 100);
  settings.command.workingDirectory = QDir::tempPath();
  for (int i = random.bounded(4); i > 0; --i)
    settings.command.environment << KeyValue{QStringLiteral("VAR_%1").arg(i), awkwardText(random, 60)};
  if (random.bounded(2) == 1) settings.command.pattern = QStringLiteral(" (?<loss>\\S+) ");
  return settings;
}

struct Wrong {
  const char* text;
  const char* message;
};

}  // namespace

TEST_CASE("a good draft becomes settings with the defaults filled in", "[draft]") {
  REQUIRE(check(good()).isEmpty());
  const auto settings = settingsFrom(good());
  REQUIRE(settings);
  CHECK(settings->epochs == 30);
  CHECK(settings->learningRate == 3e-4);
  CHECK(settings->stepsPerEpoch == 100);
  CHECK(plannedSteps(*settings) == 3000);
}

TEST_CASE("epochs that are not a whole number in range are refused", "[draft]") {
  const Wrong wrongs[] = {{"", "Must be a whole number"},     {"abc", "Must be a whole number"},
                          {"1.5", "Must be a whole number"},  {"2^40", "At most 1,000,000"},
                          {"1e12", "At most 1,000,000"},      {"2^", "Must be a whole number"},
                          {"0", "Must be at least 1"},        {"-3", "Must be at least 1"},
                          {"1000001", "At most 1,000,000"},   {"1099511627776", "At most 1,000,000"},
                          {"99999999999999999999999", "At most 1,000,000"}, {"-99999999999999999999999", "Must be at least 1"}};
  for (const Wrong& wrong : wrongs) {
    JobDraft draft = good();
    draft.epochs = QString::fromLatin1(wrong.text);
    INFO(wrong.text);
    CHECK(messageFor(draft, DraftField::Epochs) == QLatin1String(wrong.message));
    CHECK_FALSE(settingsFrom(draft));
  }
}

TEST_CASE("a learning rate must be a positive finite number", "[draft]") {
  const Wrong wrongs[] = {{"", "Must be a number such as 3e-4 or 0.1"},    {"abc", "Must be a number such as 3e-4 or 0.1"},
                          {"nan", "Must be a number such as 3e-4 or 0.1"}, {"0,1", "Must be a number such as 3e-4 or 0.1"},
                          {"-1", "Must be greater than 0"},                {"0", "Must be greater than 0"},
                          {"-inf", "Must be greater than 0"},              {"inf", "At most 1,000,000"},
                          {"1e300", "At most 1,000,000"},
                          {"1,000", "Must be a number such as 3e-4 or 0.1"},
                          {"1e400", "At most 1,000,000"},                  {"-1e400", "Must be greater than 0"},
                          {"1e-400", "Must be greater than 0"},            {"1000000.1", "At most 1,000,000"}};
  for (const Wrong& wrong : wrongs) {
    JobDraft draft = good();
    draft.learningRate = QString::fromLatin1(wrong.text);
    INFO(wrong.text);
    CHECK(messageFor(draft, DraftField::LearningRate) == QLatin1String(wrong.message));
  }
  for (const char* right : {"1e-3", ".1", "0.1", " 3E-4 ", "20", "1e6", "5e-324"}) {
    JobDraft draft = good();
    draft.learningRate = QString::fromLatin1(right);
    CHECK(check(draft).isEmpty());
  }
}

TEST_CASE("the first error of a draft names its field", "[draft]") {
  JobDraft draft = good();
  draft.learningRate = QStringLiteral("-1");
  const auto settings = settingsFrom(draft);
  REQUIRE_FALSE(settings);
  CHECK(settings.error().code == ErrorCode::InvalidInput);
  CHECK(settings.error().message == QStringLiteral("Learning rate: must be greater than 0."));
}

TEST_CASE("names are trimmed and bounded", "[draft]") {
  CHECK(checkName(QStringLiteral("  a b ")).value() == QStringLiteral("a b"));
  CHECK(checkName(QString(200, u'x')).has_value());
  CHECK_FALSE(checkName(QString(201, u'x')));
  CHECK_FALSE(checkName(QStringLiteral(" \t")));
  CHECK_FALSE(checkName(QStringLiteral("a\nb")));
  CHECK(checkName(QStringLiteral("Übung · 学習")).has_value());
}

TEST_CASE("all steps together are bounded", "[draft]") {
  JobDraft draft = good();
  draft.epochs = QStringLiteral("1000000");
  draft.stepsPerEpoch = QStringLiteral("1001");
  CHECK(messageFor(draft, DraftField::Epochs) == QStringLiteral("At most 1,000,000,000 steps in all"));
}

TEST_CASE("pairs are read from lines, wide spaces and semicolons", "[draft]") {
  const auto pairs = parsePairs(QStringLiteral("a = 1   b=two words\n c = 3; d ="));
  REQUIRE(pairs);
  CHECK(*pairs == QList<KeyValue>{{QStringLiteral("a"), QStringLiteral("1")}, {QStringLiteral("b"), QStringLiteral("two words")},
                                  {QStringLiteral("c"), QStringLiteral("3")}, {QStringLiteral("d"), QString(QLatin1String(""))}});
  CHECK(parsePairs(QStringLiteral("lonely")).error().message == QStringLiteral("Write “lonely” as key = value"));
  CHECK(parsePairs(QStringLiteral("= 3")).error().code == ErrorCode::InvalidInput);
  CHECK(parsePairs(QStringLiteral("a=1\na=2")).error().message == QStringLiteral("“a” is given twice"));
}

TEST_CASE("a command needs a folder that exists and a program that can be found", "[draft]") {
  CHECK(check(command()).isEmpty());
  JobDraft draft = command();
  draft.commandLine = QStringLiteral("  ");
  CHECK_FALSE(messageFor(draft, DraftField::CommandLine).isEmpty());
  draft.commandLine = QStringLiteral("pyton train.py");
  CHECK(messageFor(draft, DraftField::CommandLine).contains(QStringLiteral("Cannot find the program “pyton”")));
  draft.commandLine = QStringLiteral("./train.sh");
  CHECK(messageFor(draft, DraftField::CommandLine).contains(QStringLiteral("./train.sh")));
  draft = command();
  draft.workingDirectory = QStringLiteral("/no/such/folder");
  CHECK(messageFor(draft, DraftField::WorkingDirectory) == QStringLiteral("This folder does not exist"));
  draft.workingDirectory = QStringLiteral("/etc/passwd");
  CHECK(messageFor(draft, DraftField::WorkingDirectory) == QStringLiteral("This is not a folder"));
  CHECK(settingsFrom(draft).error().code == ErrorCode::WorkdirMissing);
}

TEST_CASE("a script that is not executable says what to do", "[draft]") {
  const QTemporaryDir dir;
  QFile script(dir.filePath(QStringLiteral("train.sh")));
  REQUIRE(script.open(QIODevice::WriteOnly));
  script.close();
  JobDraft draft = command();
  draft.workingDirectory = dir.path();
  draft.commandLine = QStringLiteral("./train.sh");
  CHECK(messageFor(draft, DraftField::CommandLine).contains(QStringLiteral("not executable")));
  REQUIRE(script.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
  CHECK(check(draft).isEmpty());
}

TEST_CASE("shell syntax is left to the shell", "[draft]") {
  for (const char* line : {"cd x && python3 train.py", "FOO=1 nothing", "$PROGRAM", "(echo a)", "exec nothing"}) {
    JobDraft draft = command();
    draft.commandLine = QString::fromLatin1(line);
    INFO(line);
    CHECK(check(draft).isEmpty());
  }
}

TEST_CASE("a pattern must compile and name a metric", "[draft]") {
  JobDraft draft = command();
  draft.pattern = QStringLiteral("loss (?<loss>");
  CHECK(messageFor(draft, DraftField::Pattern).startsWith(QStringLiteral("Not a regular expression")));
  draft.pattern = QStringLiteral("step (?<step>\\d+)");
  CHECK(messageFor(draft, DraftField::Pattern).startsWith(QStringLiteral("Needs a named group")));
  for (const char* right : {"(?<loss>\\S+)", "(?<name>\\w+)=(?<value>\\S+)", ""}) {
    draft.pattern = QString::fromLatin1(right);
    CHECK(check(draft).isEmpty());
  }
}

TEST_CASE("environment variables have variables' names", "[draft]") {
  JobDraft draft = command();
  draft.environment = QStringLiteral("MY-VAR = 1");
  CHECK(messageFor(draft, DraftField::Environment).contains(QStringLiteral("MY-VAR")));
  draft.environment = QStringLiteral("MY_VAR = 1");
  CHECK(check(draft).isEmpty());
}

TEST_CASE("errors come in the order of the fields, whichever is found first", "[draft]") {
  JobDraft draft = command();
  draft.name.clear();
  draft.epochs = QStringLiteral("0");
  draft.learningRate = QStringLiteral("abc");
  draft.batchSize = QStringLiteral("1048577");
  draft.seed = QStringLiteral("9007199254740993");
  draft.stepsPerEpoch = QStringLiteral("10000001");
  draft.parameters = QStringLiteral("lonely");
  draft.workingDirectory = QStringLiteral("/no/such/folder");
  draft.environment = QStringLiteral("1A=b");
  draft.pattern = QStringLiteral("(");
  QList<DraftField> fields;
  for (const FieldError& error : check(draft)) fields << error.field;
  CHECK(fields == QList<DraftField>{DraftField::Name, DraftField::Epochs, DraftField::LearningRate, DraftField::BatchSize,
                                    DraftField::Seed, DraftField::StepsPerEpoch, DraftField::Parameters,
                                    DraftField::WorkingDirectory, DraftField::Environment, DraftField::Pattern});
}

TEST_CASE("too many steps in all come before a wrong learning rate", "[draft]") {
  JobDraft draft = good();
  draft.epochs = QStringLiteral("1000000");
  draft.stepsPerEpoch = QStringLiteral("1001");
  draft.learningRate = QStringLiteral("-1");
  CHECK(settingsFrom(draft).error().message == QStringLiteral("Epochs: at most 1,000,000,000 steps in all."));
  draft.stepsPerEpoch = QStringLiteral("1000");
  draft.learningRate = QStringLiteral("1");
  CHECK(check(draft).isEmpty());
}

TEST_CASE("optional numbers have their defaults and their ranges", "[draft]") {
  const auto settings = settingsFrom(good());
  REQUIRE(settings);
  CHECK(settings->batchSize == 0);
  CHECK(settings->seed == 0);
  JobDraft draft = good();
  draft.batchSize = QStringLiteral("1048576");
  draft.seed = QStringLiteral("9007199254740992");
  draft.epochs = QStringLiteral("1");
  draft.stepsPerEpoch = QStringLiteral("10000000");
  const auto largest = settingsFrom(draft);
  REQUIRE(largest);
  CHECK(largest->seed == qint64(1) << 53);
  draft.batchSize = QStringLiteral("1048577");
  CHECK(messageFor(draft, DraftField::BatchSize) == QStringLiteral("At most 1,048,576"));
  draft.batchSize = QStringLiteral("0");
  CHECK(messageFor(draft, DraftField::BatchSize) == QStringLiteral("Must be at least 1"));
  draft.seed = QStringLiteral("9007199254740993");
  CHECK(messageFor(draft, DraftField::Seed) == QStringLiteral("At most 9,007,199,254,740,992"));
  draft.seed = QStringLiteral("-1");
  CHECK(messageFor(draft, DraftField::Seed) == QStringLiteral("Must be at least 0"));
  draft.stepsPerEpoch = QStringLiteral("10000001");
  CHECK(messageFor(draft, DraftField::StepsPerEpoch) == QStringLiteral("At most 10,000,000"));
}

TEST_CASE("a simulated job needs a model; texts are bounded", "[draft]") {
  JobDraft draft = good();
  draft.model = QStringLiteral("  ");
  CHECK(messageFor(draft, DraftField::Model) == QStringLiteral("Must not be empty"));
  draft.model = QString(201, u'm');
  CHECK(messageFor(draft, DraftField::Model) == QStringLiteral("At most 200 characters"));
  draft.model = QString(200, u'm');
  draft.dataset = QString(201, u'd');
  CHECK(messageFor(draft, DraftField::Dataset) == QStringLiteral("At most 200 characters"));
  draft.dataset = QStringLiteral("a\x1b[31m");
  CHECK(messageFor(draft, DraftField::Dataset) == QStringLiteral("Must not hold control characters"));
  draft.dataset.clear();
  draft.name = QStringLiteral(" ");
  CHECK(messageFor(draft, DraftField::Name) == QStringLiteral("Give the job a name"));
}

TEST_CASE("every field has a name of its own", "[draft]") {
  QSet<QString> labels;
  for (int field = 0; field <= int(DraftField::Pattern); ++field) {
    const QString label = fieldLabel(DraftField(field));
    CHECK_FALSE(label.isEmpty());
    labels.insert(label);
  }
  CHECK(labels.size() == int(DraftField::Pattern) + 1);
}

TEST_CASE("settings written as a draft read back as themselves", "[draft]") {
  QRandomGenerator random(7);
  for (int round = 0; round < 400; ++round) {
    const JobSettings settings = anySettings(random);
    const auto again = settingsFrom(draftFrom(settings));
    INFO(round << ": " << (again ? std::string() : again.error().message.toStdString()));
    REQUIRE(again);
    CHECK(*again == settings);
  }
}
