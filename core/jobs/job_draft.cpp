// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_draft.h"

#include <QDir>

#include "core/base/format.h"
#include "core/jobs/draft_checks.h"

namespace trainyard {
namespace {

/// Reads a draft field by field; collects what is wrong and what is right.
class DraftReader {
 public:
  DraftReader(const JobDraft& draft, bool lookAtDisk) : m_draft(draft), m_lookAtDisk(lookAtDisk) {}

  void read() {
    const bool command = m_draft.source == JobSource::Command;
    m_settings.source = m_draft.source;
    m_settings.name = take(DraftField::Name, checkName(m_draft.name));
    m_settings.model = take(DraftField::Model, checkText(m_draft.model, !command));
    m_settings.dataset = take(DraftField::Dataset, checkText(m_draft.dataset, false));
    m_settings.epochs = take(DraftField::Epochs, checkWhole(m_draft.epochs, {1, 1'000'000, command, 0}));
    m_settings.learningRate = take(DraftField::LearningRate, checkLearningRate(m_draft.learningRate, command));
    m_settings.batchSize = take(DraftField::BatchSize, checkWhole(m_draft.batchSize, {1, 1'048'576, true, 0}));
    m_settings.seed = take(DraftField::Seed, checkWhole(m_draft.seed, {0, qint64(1) << 53, true, 0}));
    m_settings.stepsPerEpoch =
        take(DraftField::StepsPerEpoch, checkWhole(m_draft.stepsPerEpoch, {1, 10'000'000, true, 100}));
    m_settings.parameters = take(DraftField::Parameters, parsePairs(m_draft.parameters));
    checkTotal();
    if (command) readCommand();
  }

  [[nodiscard]] const QList<FieldError>& errors() const { return m_errors; }
  [[nodiscard]] const JobSettings& settings() const { return m_settings; }

 private:
  template <typename T>
  T take(DraftField field, const Result<T>& result) {
    if (result) return *result;
    m_errors << FieldError{field, result.error().message};
    return T{};
  }

  void checkTotal() {
    constexpr qint64 mostSteps = 1'000'000'000;
    if (m_settings.epochs > 0 && m_settings.epochs > mostSteps / std::max<qint64>(1, m_settings.stepsPerEpoch))
      m_errors << FieldError{DraftField::Epochs, draftText("At most 1,000,000,000 steps in all")};
  }

  void readCommand() {
    CommandSettings& command = m_settings.command;
    command.line = take(DraftField::CommandLine, checkCommandLine(m_draft.commandLine));
    command.workingDirectory = expandedDirectory(m_draft.workingDirectory);
    command.environment = take(DraftField::Environment, checkEnvironment(m_draft.environment));
    command.pattern = take(DraftField::Pattern, checkPattern(m_draft.pattern));
    if (!m_lookAtDisk) return;
    const auto found = checkWorkingDirectory(command.workingDirectory);
    if (!found) {
      m_errors << FieldError{DraftField::WorkingDirectory, found.error().message};
    } else if (!command.line.isEmpty()) {
      if (const auto runnable = checkCommand(command); !runnable)
        m_errors << FieldError{DraftField::CommandLine, runnable.error().message};
    }
  }

  const JobDraft& m_draft;
  bool m_lookAtDisk;
  JobSettings m_settings;
  QList<FieldError> m_errors;
};

QString pairsText(const QList<KeyValue>& pairs) {
  QStringList lines;
  for (const KeyValue& pair : pairs) lines << pair.key + QStringLiteral(" = ") + pair.value;
  return lines.join(u'\n');
}

QString optionalNumber(qint64 value) { return value == 0 ? QString() : QString::number(value); }

ErrorCode codeFor(const FieldError& error) {
  switch (error.field) {
    case DraftField::WorkingDirectory: return ErrorCode::WorkdirMissing;
    case DraftField::Pattern: return ErrorCode::InvalidPattern;
    default: return ErrorCode::InvalidInput;
  }
}

}  // namespace

QList<FieldError> check(const JobDraft& draft, bool lookAtDisk) {
  DraftReader reader(draft, lookAtDisk);
  reader.read();
  return reader.errors();
}

Result<JobSettings> settingsFrom(const JobDraft& draft, bool lookAtDisk) {
  DraftReader reader(draft, lookAtDisk);
  reader.read();
  if (reader.errors().isEmpty()) return reader.settings();
  const FieldError& first = reader.errors().first();
  QString message = first.message;
  message[0] = message[0].toLower();
  return fail(codeFor(first), QStringLiteral("%1: %2.").arg(fieldLabel(first.field), message));
}

JobDraft draftFrom(const JobSettings& settings) {
  JobDraft draft;
  draft.source = settings.source;
  draft.name = settings.name;
  draft.model = settings.model;
  draft.dataset = settings.dataset;
  draft.epochs = optionalNumber(settings.epochs);
  if (settings.learningRate != 0.0) draft.learningRate = numberText(settings.learningRate);
  draft.batchSize = optionalNumber(settings.batchSize);
  draft.seed = QString::number(settings.seed);
  draft.stepsPerEpoch = QString::number(settings.stepsPerEpoch);
  draft.parameters = pairsText(settings.parameters);
  draft.commandLine = settings.command.line;
  draft.workingDirectory = settings.command.workingDirectory;
  draft.environment = pairsText(settings.command.environment);
  draft.pattern = settings.command.pattern;
  return draft;
}

QString fieldLabel(DraftField field) {
  switch (field) {
    case DraftField::Name: return draftText("Name");
    case DraftField::Model: return draftText("Model");
    case DraftField::Dataset: return draftText("Dataset");
    case DraftField::Epochs: return draftText("Epochs");
    case DraftField::LearningRate: return draftText("Learning rate");
    case DraftField::BatchSize: return draftText("Batch size");
    case DraftField::Seed: return draftText("Seed");
    case DraftField::StepsPerEpoch: return draftText("Steps per epoch");
    case DraftField::Parameters: return draftText("Parameters");
    case DraftField::CommandLine: return draftText("Command");
    case DraftField::WorkingDirectory: return draftText("Working directory");
    case DraftField::Environment: return draftText("Environment");
    case DraftField::Pattern: return draftText("Pattern");
  }
  return {};
}

}  // namespace trainyard
