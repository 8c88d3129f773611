// SPDX-License-Identifier: GPL-3.0-or-later
// A job as somebody typed it, before it is believed. The dialog and the command line both go through here, so that both
// refuse the same input in the same words.
#pragma once

#include <QList>
#include <QString>

#include "core/base/error.h"
#include "core/jobs/job.h"

namespace trainyard {

enum class DraftField {
  Name, Model, Dataset, Epochs, LearningRate, BatchSize, Seed, StepsPerEpoch, Parameters,
  CommandLine, WorkingDirectory, Environment, Pattern,
  After, Retries, RetryDelay, OnTrouble, Gpus, Priority
};

/// Every field as text. Parameters and environment hold `key = value` pairs, one a line or several on a line separated by
/// two or more spaces or by ";". A value that holds those is written in quotation marks, with \" and \\ inside.
struct JobDraft {
  JobSource source = JobSource::Simulated;
  QString name;
  QString model;
  QString dataset;
  QString epochs;
  QString learningRate;
  QString batchSize;
  QString seed;
  QString stepsPerEpoch;  ///< empty = 100
  QString parameters;
  QString commandLine;
  QString workingDirectory;  ///< empty = the home directory; "~" is expanded
  QString environment;
  QString pattern;
  QString after;       ///< a job's number; empty = it waits for none
  QString retries;     ///< empty = 0
  QString retryDelay;  ///< seconds; empty = 10
  QString onTrouble;   ///< "tell", "stop", "retry"; empty = "tell"
  QString gpus;        ///< empty = 1
  QString priority;    ///< "low", "normal", "high"; empty = "normal"
};

struct FieldError {
  DraftField field;
  QString message;  ///< short, for below the field: "Must be greater than 0"
  friend bool operator==(const FieldError&, const FieldError&) = default;
};

/// All that is wrong with a draft, in the order of the fields; empty when nothing is. Looks at the disk for the working
/// directory and the command's program only when `lookAtDisk`.
[[nodiscard]] QList<FieldError> check(const JobDraft& draft, bool lookAtDisk = true);

/// The settings, or the first error with the field's name before its message: "Learning rate: must be greater than 0."
[[nodiscard]] Result<JobSettings> settingsFrom(const JobDraft& draft, bool lookAtDisk = true);

/// The draft that settings would have been typed as; settingsFrom(draftFrom(s)) == s.
[[nodiscard]] JobDraft draftFrom(const JobSettings& settings);

/// The field's name in the dialog and in messages: "Learning rate".
[[nodiscard]] QString fieldLabel(DraftField field);

/// `key = value` pairs of a text as in JobDraft, or InvalidInput naming the line that has no "=" or an empty key.
[[nodiscard]] Result<QList<KeyValue>> parsePairs(const QString& text);

/// The text of pairs, one a line, with quotation marks where they are needed: parsePairs(pairsText(p)) == p for pairs that
/// parsePairs can give.
[[nodiscard]] QString pairsText(const QList<KeyValue>& pairs);

/// Ok when the working directory exists and the first word of the command line can be found from there (a path, a
/// program in its PATH, a shell builtin; a line that starts with shell syntax is left to the shell). WorkdirMissing or
/// CommandMissing otherwise. Also used when the job is started.
[[nodiscard]] Result<void> checkCommand(const CommandSettings& command);

/// 1..200 characters after trimming, no control characters; the trimmed name, or InvalidInput. For rename too.
[[nodiscard]] Result<QString> checkName(const QString& name);

}  // namespace trainyard
