// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_draft.h"

#include <algorithm>

#include "core/base/format.h"
#include "core/jobs/draft_checks.h"

namespace trainyard {
namespace {

struct Finding {
  FieldError error;
  ErrorCode code;
};

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
    readScheduling();
    if (command) readCommand();
    std::stable_sort(m_findings.begin(), m_findings.end(),
                     [](const Finding& a, const Finding& b) { return a.error.field < b.error.field; });
  }

  /// In the order of the fields.
  [[nodiscard]] const QList<Finding>& findings() const { return m_findings; }
  [[nodiscard]] const JobSettings& settings() const { return m_settings; }

 private:
  template <typename T>
  T take(DraftField field, const Result<T>& result) {
    if (result) return *result;
    note(field, result.error());
    return T{};
  }

  void note(DraftField field, const Error& error) { m_findings << Finding{{field, error.message}, error.code}; }

  void checkTotal() {
    constexpr qint64 mostSteps = 1'000'000'000;
    if (m_settings.epochs > 0 && m_settings.epochs > mostSteps / std::max<qint64>(1, m_settings.stepsPerEpoch))
      note(DraftField::Epochs, {ErrorCode::InvalidInput, draftText("At most 1,000,000,000 steps in all"), {}});
  }

  void readScheduling() {
    Scheduling& scheduling = m_settings.scheduling;
    scheduling.after = JobId{take(DraftField::After, checkWhole(m_draft.after, {1, qint64(1) << 53, true, 0}))};
    scheduling.retries = int(take(DraftField::Retries, checkWhole(m_draft.retries, {0, 100, true, 0})));
    scheduling.retryDelayS = int(take(DraftField::RetryDelay, checkWhole(m_draft.retryDelay, {0, 86'400, true, 10})));
    scheduling.onTrouble = take(DraftField::OnTrouble, checkTroubleResponse(m_draft.onTrouble));
    scheduling.gpus = int(take(DraftField::Gpus, checkWhole(m_draft.gpus, {0, 64, true, 1})));
    scheduling.priority = take(DraftField::Priority, checkPriority(m_draft.priority));
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
      note(DraftField::WorkingDirectory, found.error());
    } else if (!command.line.isEmpty()) {
      if (const auto runnable = checkCommand(command); !runnable)
        note(DraftField::CommandLine, runnable.error());
    }
  }

  const JobDraft& m_draft;
  bool m_lookAtDisk;
  JobSettings m_settings;
  QList<Finding> m_findings;
};

QString optionalNumber(qint64 value) { return value == 0 ? QString() : QString::number(value); }

}  // namespace

QList<FieldError> check(const JobDraft& draft, bool lookAtDisk) {
  DraftReader reader(draft, lookAtDisk);
  reader.read();
  QList<FieldError> errors;
  for (const Finding& finding : reader.findings()) errors << finding.error;
  return errors;
}

Result<JobSettings> settingsFrom(const JobDraft& draft, bool lookAtDisk) {
  DraftReader reader(draft, lookAtDisk);
  reader.read();
  if (reader.findings().isEmpty()) return reader.settings();
  const Finding& first = reader.findings().first();
  QString message = first.error.message;
  message[0] = message[0].toLower();
  return fail(first.code, QStringLiteral("%1: %2.").arg(fieldLabel(first.error.field), message));
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
  const Scheduling& scheduling = settings.scheduling;
  draft.after = optionalNumber(scheduling.after.value);
  draft.retries = optionalNumber(scheduling.retries);
  draft.retryDelay = QString::number(scheduling.retryDelayS);
  draft.onTrouble = toKey(scheduling.onTrouble);
  draft.gpus = QString::number(scheduling.gpus);
  draft.priority = priorityKey(scheduling.priority);
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
    case DraftField::After: return draftText("After job");
    case DraftField::Retries: return draftText("Retries");
    case DraftField::RetryDelay: return draftText("Retry delay");
    case DraftField::OnTrouble: return draftText("On trouble");
    case DraftField::Gpus: return draftText("GPUs");
    case DraftField::Priority: return draftText("Priority");
  }
  return {};
}

}  // namespace trainyard
