// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/mlflow_files_source.h"

#include <QFileInfo>

#include "core/readers/cell.h"
#include "core/readers/folder_source.h"
#include "core/readers/known_facts.h"
#include "core/readers/mlflow_run.h"
#include "core/readers/yaml_values.h"

namespace trainyard {
namespace {

const QString metaName = QStringLiteral("/meta.yaml");
constexpr qint64 largestText = 64 << 10;

QString runIdOf(const QList<KeyValue>& meta) {
  const QString id = valueOf(meta, QStringLiteral("run_id"));
  return id.isEmpty() ? valueOf(meta, QStringLiteral("run_uuid")) : id;
}

bool isDeleted(const QList<KeyValue>& meta) { return valueOf(meta, QStringLiteral("lifecycle_stage")) == u"deleted"; }
bool isExperiment(const QList<KeyValue>& meta) { return runIdOf(meta).isEmpty() && !valueOf(meta, QStringLiteral("experiment_id")).isEmpty(); }

QString textOf(const QString& path) { return QString::fromUtf8(contentOf(path, largestText).value_or(QByteArray())).trimmed(); }

/// Each file is a key, its text the value.
QList<KeyValue> textsUnder(const QString& folder) {
  QList<KeyValue> texts;
  for (const QString& name : filesUnder(folder).mid(0, RunFacts::mostParameters)) texts.push_back({name, textOf(folder + u'/' + name)});
  return texts;
}

QString nameOf(const QString& folder, const QList<KeyValue>& meta) {
  const QString experiment = valueOf(yamlFile(QFileInfo(folder).path() + metaName), QStringLiteral("name"));
  QString own = valueOf(meta, QStringLiteral("run_name"));
  if (own.isEmpty()) own = textOf(folder + QStringLiteral("/tags/mlflow.runName"));
  if (own.isEmpty()) own = valueOf(meta, QStringLiteral("name"));
  return mlflowName(experiment, own, runIdOf(meta));
}

/// Lines "timestamp value step", to which newer versions add fields; the oldest have no step.
class MlflowFilesSource final : public FolderSource {
 public:
  MlflowFilesSource(const QString& folder, const QByteArray& resume)
      : FolderSource(RunFormat::MlflowFiles, folder + QStringLiteral("/metrics"), QString(), resume), m_folder(folder) {}

  RunFacts facts() const override {
    RunFacts facts;
    const QList<KeyValue> meta = yamlFile(m_folder + metaName);
    facts.name = nameOf(m_folder, meta);
    facts.startedMs = valueOf(meta, QStringLiteral("start_time")).toLongLong();
    facts.endedMs = valueOf(meta, QStringLiteral("end_time")).toLongLong();
    facts.ending = mlflowEnding(valueOf(meta, QStringLiteral("status")), facts.endedMs);
    addMlflow(facts, textsUnder(m_folder + QStringLiteral("/params")), textsUnder(m_folder + QStringLiteral("/tags")));
    return facts;
  }

  QStringList watched() const override { return FolderSource::watched() + QStringList{m_folder, m_folder + metaName}; }

 private:
  QString tagOfFile(const QString& name) const override { return name; }

  void takeLine(Series& series, QByteArrayView line, qint64 timeMs) override {
    std::array<QByteArrayView, 3> fields;
    for (QByteArrayView& field : fields) {
      const qsizetype end = line.indexOf(' ');
      field = end < 0 ? line : line.first(end);
      line = end < 0 ? QByteArrayView() : trimmed(line.sliced(end));
    }
    const auto time = numberIn(fields[0]), value = numberIn(fields[1]), step = numberIn(fields[2]);
    if (!time || !value || (!step && !fields[2].isEmpty())) return complainOfLine(series);
    const qint64 told = timeMsIn(*time);
    const qint64 row = series.row++;
    m_series.add(series.number, {step ? stepIn(*step).value_or(row) : row, told > 0 ? told : timeMs, *value});
  }

  QString m_folder;
};

void addRun(Claim& claim, const QString& folder) {
  const QList<KeyValue> meta = yamlFile(folder + metaName);
  if (runIdOf(meta).isEmpty() || isDeleted(meta)) return;
  FoundRun run{RunFormat::MlflowFiles, folder, {}, nameOf(folder, meta)};
  QStringList files{folder + metaName};
  for (const QString& name : filesUnder(folder + QStringLiteral("/metrics"))) files << folder + QStringLiteral("/metrics/") + name;
  measure(run, files);
  claim.runs.push_back(run);
}

}  // namespace

Claim findMlflowFiles(const Folder& folder) {
  Claim claim;
  const auto isOfExperiment = [&folder](const QString& name) { return isExperiment(yamlFile(folder.filePath(name) + metaName)); };
  if (!folder.files.contains(metaName.mid(1))) {
    const QStringList aside{QStringLiteral(".trash"), QStringLiteral("models")};
    const auto isAside = [&aside](const QString& name) { return aside.contains(name); };
    if (std::any_of(folder.folders.begin(), folder.folders.end(), isAside) &&
        std::any_of(folder.folders.begin(), folder.folders.end(), isOfExperiment))
      claim.closed = QSet<QString>(aside.begin(), aside.end());
    return claim;
  }
  const QList<KeyValue> meta = yamlFile(folder.path + metaName);
  const bool isRun = !runIdOf(meta).isEmpty();
  if (!isRun && !isExperiment(meta)) return claim;
  claim.taken.insert(metaName.mid(1));
  claim.closed = QSet<QString>(folder.folders.begin(), folder.folders.end());
  if (isRun) {
    addRun(claim, folder.path);
  } else if (!isDeleted(meta)) {
    for (const QString& name : folder.folders) addRun(claim, folder.filePath(name));
  }
  return claim;
}

Result<std::unique_ptr<RunSource>> openMlflowFiles(const FoundRun& run, const QByteArray& resume) {
  if (auto readable = checkReadable(run.path + metaName); !readable) return tl::make_unexpected(readable.error());
  return std::make_unique<MlflowFilesSource>(run.path, resume);
}

}  // namespace trainyard
