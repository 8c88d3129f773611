// SPDX-License-Identifier: GPL-3.0-or-later
// How names of series are understood: kinds, splits, charts.
#include <QRandomGenerator>
#include <catch2/catch.hpp>

#include "core/metrics/chart_groups.h"

using namespace trainyard;

namespace {

/// Names that frameworks print, in their own spelling.
const QStringList& wildNames() {
  static const QStringList names{
      "loss", "Loss", "train_loss", "train/loss", "training_loss", "val_loss", "valid_loss", "valid_1-binary_logloss",
      "eval_loss", "test_loss", "Test Loss", "loss/val", "loss_val", "train-rmse", "eval-rmse", "validation_0-logloss",
      "acc", "val_acc", "accuracy", "eval_accuracy", "Validation Accuracy", "train/acc", "top1", "val/top5", "f1",
      "auc", "lr", "learning_rate", "lr/group0", "grad_norm", "epoch", "perplexity", "nll", "samples_per_second", "avg.loss",
      "loss-", "_loss", "", "val_", "/", "a/b/c"};
  return names;
}

}  // namespace

TEST_CASE("a metric's kind is told by its name in any split and spelling", "[metrics]") {
  const std::pair<const char*, MetricKind> known[] = {
      {"loss", MetricKind::Loss}, {"val/loss", MetricKind::Loss}, {"train/NLL", MetricKind::Loss},
      {"perplexity", MetricKind::Loss}, {"test/rmse", MetricKind::Loss}, {"val/mae", MetricKind::Loss},
      {"train/logloss", MetricKind::Loss}, {"error", MetricKind::Loss}, {"train/box_loss", MetricKind::Loss},
      {"acc", MetricKind::Accuracy}, {"val/accuracy", MetricKind::Accuracy}, {"train/auc", MetricKind::Accuracy},
      {"F1", MetricKind::Accuracy}, {"val/map", MetricKind::Accuracy}, {"top-1", MetricKind::Other},
      {"lr", MetricKind::LearningRate}, {"learning_rate", MetricKind::LearningRate},
      {"train/lr", MetricKind::LearningRate}, {"grad_norm", MetricKind::Other}, {"glossary", MetricKind::Other},
      {"samples_per_second", MetricKind::Other}, {"", MetricKind::Other}};
  for (const auto& [tag, kind] : known) {
    INFO(tag);
    CHECK(metricKind(QLatin1String(tag)) == kind);
  }
}

TEST_CASE("validation and test data are told from training data", "[metrics]") {
  for (const char* tag : {"val/loss", "eval_loss", "test-rmse", "validation_0-logloss", "valid_1/auc", "loss/val",
                          "dev/f1", "Validation Accuracy"}) {
    INFO(tag);
    CHECK(isValidation(QLatin1String(tag)));
  }
  for (const char* tag : {"train/loss", "loss", "lr", "evaluation", "value", "testing", "grad_norm", ""}) {
    INFO(tag);
    CHECK_FALSE(isValidation(QLatin1String(tag)));
  }
}

TEST_CASE("a name brought into one form stays as it is, and keeps its split and kind", "[metrics]") {
  for (const QString& name : wildNames()) {
    INFO(name.toStdString());
    const QString tag = normalizedTag(name);
    CHECK(normalizedTag(tag) == tag);
    CHECK(isValidation(tag) == isValidation(name));
    CHECK(metricKind(tag) == metricKind(name));
  }
  CHECK(normalizedTag(QStringLiteral("train/Loss")) == QStringLiteral("train/Loss"));
}

TEST_CASE("each series is in one chart, whatever the names", "[metrics]") {
  QRandomGenerator random(8);
  for (int round = 0; round < 100; ++round) {
    QStringList tags;
    for (const QString& name : wildNames())
      if (const QString tag = normalizedTag(name); random.bounded(2) == 0 && !tags.contains(tag)) tags << tag;
    QStringList drawn;
    QStringList keys;
    bool sawValidation = false;
    for (const ChartGroup& group : chartGroups(tags)) {
      CHECK_FALSE(group.tags.isEmpty());
      CHECK_FALSE(keys.contains(group.key));
      keys << group.key;
      sawValidation = false;
      for (const QString& tag : group.tags) {
        CHECK_FALSE((sawValidation && !isValidation(tag)));  // training first
        sawValidation = isValidation(tag);
      }
      drawn << group.tags;
    }
    tags.removeAll(QStringLiteral("epoch"));
    std::sort(tags.begin(), tags.end());
    std::sort(drawn.begin(), drawn.end());
    REQUIRE(drawn == tags);
  }
}

TEST_CASE("charts come in the order of a reader's interest", "[metrics]") {
  const auto groups = chartGroups({"zeta", "lr", "val/f1", "val/rmse", "test/accuracy", "val/loss", "alpha"});
  QStringList keys;
  for (const ChartGroup& group : groups) keys << group.key;
  CHECK(keys == QStringList{"loss", "accuracy", "rmse", "f1", "alpha", "zeta", "lr"});
  CHECK(groups.first().title == QStringLiteral("Loss"));
  CHECK(groups.last().title == QStringLiteral("Learning rate"));
  CHECK(groups[2].title == QStringLiteral("rmse"));
  CHECK(chartGroups({}).isEmpty());
  CHECK(chartGroups({"epoch"}).isEmpty());
}

TEST_CASE("columns of a table are in one chart as the names with a slash are", "[metrics]") {
  const auto groups = chartGroups({"train_loss", "val_loss", "valid_acc", "train_acc", "eval_bleu", "test_bleu", "loss_scale", "train/f1", "val_f1", "train_", "train-rmse", "validation_0-rmse", "valid_1"});
  const auto tagsOf = [&](const char* key) {
    for (const ChartGroup& group : groups)
      if (group.key == QLatin1String(key)) return group.tags.join(u' ');
    return QStringLiteral("no such chart");
  };
  CHECK(tagsOf("loss") == QStringLiteral("train_loss val_loss"));
  CHECK(tagsOf("rmse") == QStringLiteral("train-rmse validation_0-rmse"));
  CHECK(tagsOf("accuracy") == QStringLiteral("train_acc valid_acc"));
  CHECK(tagsOf("bleu") == QStringLiteral("eval_bleu test_bleu"));
  CHECK(tagsOf("f1") == QStringLiteral("train/f1 val_f1"));
  CHECK(tagsOf("loss_scale") == QStringLiteral("loss_scale"));
  CHECK(tagsOf("valid_1") == QStringLiteral("valid_1"));
  CHECK(tagsOf("train_") == QStringLiteral("train_"));
}

TEST_CASE("a series is called by its split in its chart, unless two have the same", "[metrics]") {
  const auto labels = [](const QStringList& tags) {
    QStringList all;
    for (const ChartGroup& group : chartGroups(tags))
      for (const QString& tag : group.tags) all << seriesLabel(tag, group);
    return all.join(u' ');
  };
  CHECK(labels({"train/loss", "loss/val"}) == QStringLiteral("train val"));
  CHECK(labels({"train_loss", "Val_loss"}) == QStringLiteral("train Val"));
  CHECK(labels({"train/loss", "train_loss", "val/loss"}) == QStringLiteral("train/loss train_loss val"));
  CHECK(labels({"loss"}) == QStringLiteral("loss"));
  CHECK(metricName(QStringLiteral("eval_BLEU")) == QStringLiteral("BLEU"));
  CHECK(metricName(QStringLiteral("loss/val")) == QStringLiteral("loss"));
  CHECK(metricName(QStringLiteral("grad_norm")) == QStringLiteral("grad_norm"));
}

TEST_CASE("the card shows the loss and accuracy that matter most", "[metrics]") {
  CHECK(primaryLossTag({"val/loss", "train/rmse", "train/loss"}) == QStringLiteral("train/loss"));
  CHECK(primaryLossTag({"val/rmse", "val/loss"}) == QStringLiteral("val/loss"));
  CHECK(primaryLossTag({}).isEmpty());
  CHECK(primaryAccuracyTag({"train/accuracy", "val/accuracy"}) == QStringLiteral("val/accuracy"));
  CHECK(primaryAccuracyTag({"lr", "val/auc"}) == QStringLiteral("val/auc"));
  CHECK(primaryAccuracyTag({"train/loss"}).isEmpty());
}

TEST_CASE("each measure of the system has a chart, whoever took it, and GPUs share theirs", "[metrics]") {
  const QStringList tags{QStringLiteral("system/gpu.1.powerWatts"), QStringLiteral("train/loss"), QStringLiteral("system/gpu_utilization/0"),
                         QStringLiteral("system/gpu_0_power_usage_watts"), QStringLiteral("system/cpu"), QStringLiteral("system/gpu_1_power_usage_watts"),
                         QStringLiteral("system/gpu.0.powerWatts"), QStringLiteral("system/cpu_cores"), QStringLiteral("system/proc.memory.rssMB")};
  QStringList told;
  for (const ChartGroup& group : systemGroups(tags)) {
    QStringList labels;
    for (const QString& tag : group.tags) labels << systemLabel(tag);
    told << group.title + QStringLiteral(": ") + labels.join(u'+');
  }
  CHECK(told == QStringList{QStringLiteral("CPU (cores): job"), QStringLiteral("GPU use: GPU 0"), QStringLiteral("cpu: machine"), QStringLiteral("gpu powerWatts: GPU 0+GPU 1"),
                            QStringLiteral("gpu power usage watts: GPU 0+GPU 1"), QStringLiteral("proc memory rssMB: machine")});
}
