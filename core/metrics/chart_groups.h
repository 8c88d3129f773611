// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace trainyard {

enum class MetricKind { Loss, Accuracy, LearningRate, Other };

/// The metric's kind by its name: loss, nll, perplexity, rmse, mae, logloss, error ... are Loss; acc, accuracy, auc, f1,
/// map, ... are Accuracy; lr is LearningRate.
[[nodiscard]] MetricKind metricKind(const QString& tag);

/// Whether the series is of validation or test data: "val/loss", "eval_loss", "test-rmse", "validation_0-logloss".
[[nodiscard]] bool isValidation(const QString& tag);

struct ChartGroup {
  QString key;       ///< the metric without its split: "loss", "accuracy", "rmse", "lr"
  QString title;     ///< "Loss", "Accuracy", "rmse", "Learning rate"
  MetricKind kind = MetricKind::Other;
  bool percent = false;  ///< values are shares of one
  QStringList tags;  ///< training first
};

/// What the system tells of a job's processes, and not the job of its training: "system/...".
[[nodiscard]] bool isSystemTag(const QString& tag);
/// One chart for each measure of the system, GPUs together: first what this program measures, then what others do, by name. Tags of the
/// training are left out.
[[nodiscard]] QList<ChartGroup> systemGroups(const QStringList& tags);
/// "GPU 1"; else "job" for what this program measures of a job's processes, "machine" for what others do.
[[nodiscard]] QString systemLabel(const QString& tag);

/// Series that belong in one chart together: the same metric of different splits ("val/loss", "loss/val", "val_loss"). Loss first, then accuracy, then the
/// others by name, learning rate last. The "epoch" series and those of the system are left out. Empty for no tags.
[[nodiscard]] QList<ChartGroup> chartGroups(const QStringList& tags);

/// What tells a series from the others of its chart: its split as it is written ("train" of "train/loss", "valid_1" of
/// "valid_1/auc"); the whole tag where it has none, or where another series of the group has the same.
[[nodiscard]] QString seriesLabel(const QString& tag, const ChartGroup& group);

/// The metric as the tag writes it, without the split: "loss" of "val/loss", "BLEU" of "eval_BLEU".
[[nodiscard]] QString metricName(const QString& tag);

/// A tag as the field's programs write it ("loss", "val_loss", "eval_accuracy", "learning_rate", "train-rmse") in
/// Trainyard's form ("train/loss", "val/loss", "val/accuracy", "lr", "train/rmse"). Names with "/" stay as they are.
[[nodiscard]] QString normalizedTag(const QString& name);

/// The series that stands for the job's loss on its card: train/loss if there is one, else the first Loss series; "".
[[nodiscard]] QString primaryLossTag(const QStringList& tags);
[[nodiscard]] QString primaryAccuracyTag(const QStringList& tags);

}  // namespace trainyard
