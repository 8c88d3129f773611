// SPDX-License-Identifier: GPL-3.0-or-later
// One line of a training program's output to the values that a person would read off it. No state, no files.
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>
#include <vector>

namespace trainyard {

struct NamedValue {
  QString name;  ///< as written, with the line's split before it where it has one: "val loss" gives "val_loss"
  double value = 0.0;
};

/// What a line tells. Positions are as written: counted from 0 or 1, within the epoch or over the run.
struct LogLine {
  /// A progress bar: "Epoch 1: 12%|#  | 12/100 [00:01<00:09]", "12/100 [===>...]", "Epoch 1: 12it [00:01, 9.8it/s]".
  struct Bar {
    QString name;             ///< the first word of its description, which does not change as its numbers do
    qint64 at = 0;
    std::optional<qint64> total;
    bool evaluates = false;   ///< "Validation: ..."
    bool overEpochs = false;  ///< it counts epochs: "Epochs: 33%|###  | 1/3"
  };
  std::vector<NamedValue> values;
  std::optional<qint64> step;
  std::optional<qint64> stepTotal;   ///< of "120/938"
  std::optional<double> epoch;       ///< may be fractional
  std::optional<qint64> epochTotal;  ///< of "Epoch 3/10"
  std::optional<Bar> bar;            ///< its position is not in `step`, which is one that the line tells besides

  [[nodiscard]] bool hasPosition() const { return step || epoch || bar; }
};

/// Recognised: JSON objects and Python dicts (bare NaN and Infinity too), `key=value` and `key: value` pairs, Keras and tqdm
/// progress lines, `Train Epoch: 3 [640/60000 (1%)] Loss: 0.31`, `Epoch: [0][10/5005] Loss 6.9 (7.0)`, `iter 10: loss 3.2`,
/// XGBoost's `[10] train-rmse:0.1`, fastText's progress. Names that are no known metric count only beside a position, unless
/// `trusted` (a metrics file); times, rates, sizes and dates never do.
[[nodiscard]] LogLine parseLogLine(const QByteArray& line, bool trusted = false);

/// The line without escape sequences, backspaces (folded as a terminal does) and other control characters.
[[nodiscard]] QByteArray withoutControl(const QByteArray& line);

/// Whether a line looks like the reason of a failure: "ValueError: bad shape", "fatal: ...", "sh: 1: foo: not found".
[[nodiscard]] bool looksLikeError(const QByteArray& line);

}  // namespace trainyard
