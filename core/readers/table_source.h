// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of delimited text whose rows are steps: Lightning's metrics.csv, Keras' CSVLogger, Ultralytics' results.csv, and others.
#pragma once

#include "core/readers/run_formats.h"

namespace trainyard {

/// A folder with metrics.csv, whose header has "step" or "epoch" and that Lightning's CSVLogger has written; parameters in hparams.yaml.
[[nodiscard]] Claim findLightning(const Folder& folder);
/// A folder with results.csv of Ultralytics; parameters in args.yaml.
[[nodiscard]] Claim findUltralytics(const Folder& folder);
/// A file whose first column is "epoch", with "loss" beside it, as Keras' CSVLogger writes.
[[nodiscard]] Claim findKeras(const Folder& folder);
/// Any .csv or .tsv with a step-like column whose values are steps, and one more column of numbers. One without is data and no run.
[[nodiscard]] Claim findTables(const Folder& folder);

/// Opens a run of any of these.
[[nodiscard]] Result<std::unique_ptr<RunSource>> openTable(const FoundRun& run, const QByteArray& resume);

/// What the begin of a table tells: its header, and whether its rows are steps.
struct TableHead {
  char separator = ',';
  QList<QByteArray> names;
  bool hasSteps = false;   ///< a step-like column, another one with numbers, and steps that mostly go up
  bool isTooWide = false;  ///< more than DelimitedReader::mostCells columns
  bool hasOpenQuote = false;
  qint64 troubleOffset = 0;
};
/// Nothing for a file that is no table. Reads 64 kB, or as much as its first two rows take.
[[nodiscard]] std::optional<TableHead> tableHead(const QString& path);

}  // namespace trainyard
