// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/dvclive_source.h"

#include <QFileInfo>

#include "core/readers/cell.h"
#include "core/readers/folder_source.h"
#include "core/readers/known_facts.h"

namespace trainyard {
namespace {

const QString metricsFolder = QStringLiteral("/plots/metrics");
const QString ending = QStringLiteral(".tsv");

/// Calls `take` with each cell's number in the line and the cell.
template <typename Take>
void eachCell(QByteArrayView line, Take take) {
  for (int column = 0;; ++column) {
    const qsizetype end = line.indexOf('\t');
    take(column, trimmed(end < 0 ? line : line.first(end)));
    if (end < 0) return;
    line = line.sliced(end + 1);
  }
}

/// The header "[timestamp] step name", rows below it.
class DvcLiveSource final : public FolderSource {
 public:
  DvcLiveSource(const QString& folder, const QByteArray& resume)
      : FolderSource(RunFormat::DvcLive, folder + metricsFolder, ending, resume), m_parameters(folder + QStringLiteral("/params.yaml")) {}

  RunFacts facts() const override {
    RunFacts facts;
    addParameters(facts, m_parameters.values());
    return facts;
  }

 private:
  QString tagOfFile(const QString& name) const override { return name.chopped(ending.size()); }

  void takeLine(Series& series, QByteArrayView line, qint64 timeMs) override {
    if (series.header.isEmpty()) {
      series.header = line.toByteArray();
      return;
    }
    int stepColumn = -1, timeColumn = -1;
    eachCell(series.header, [&](int column, QByteArrayView name) {
      if (stepRank(name) >= 0) stepColumn = column;
      else if (isTimeName(name)) timeColumn = column;
    });
    std::optional<double> step, value;
    qint64 told = 0;
    eachCell(line, [&](int column, QByteArrayView cell) {
      const auto number = numberIn(cell);
      if (column == stepColumn) step = number;
      else if (column == timeColumn) told = timeMsIn(number.value_or(0.0));
      else value = number;
    });
    if (!value) return complainOfLine(series);
    const qint64 row = series.row++;
    m_series.add(series.number, {step ? stepIn(*step).value_or(row) : row, told > 0 ? told : timeMs, *value});
  }

  ParameterFile m_parameters;
};

}  // namespace

Claim findDvcLive(const Folder& folder) {
  const QString plots = QStringLiteral("plots"), latest = QStringLiteral("metrics.json"), parameters = QStringLiteral("params.yaml");
  if (!folder.folders.contains(plots)) return {};
  QStringList files = filesUnder(folder.path + metricsFolder, ending);
  if (files.isEmpty()) return {};
  for (QString& name : files) name.prepend(folder.path + metricsFolder + u'/');
  const QByteArray head = headOf(files.first(), 4'096);
  bool hasStep = false;
  eachCell(QByteArrayView(head).first(std::max<qsizetype>(0, head.indexOf('\n'))),
           [&hasStep](int, QByteArrayView name) { hasStep = hasStep || stepRank(name) >= 0; });
  if (!hasStep) return {};
  FoundRun run{RunFormat::DvcLive, folder.path};
  measure(run, files);
  Claim claim;
  claim.runs.push_back(run);
  claim.closed.insert(plots);
  for (const QString& name : {latest, parameters})
    if (folder.files.contains(name)) claim.taken.insert(name);
  return claim;
}

Result<std::unique_ptr<RunSource>> openDvcLive(const FoundRun& run, const QByteArray& resume) {
  const QFileInfo folder(run.path + metricsFolder);
  if (!folder.isDir()) return tl::make_unexpected(checkReadable(run.path + metricsFolder).error());
  return std::make_unique<DvcLiveSource>(run.path, resume);
}

}  // namespace trainyard
