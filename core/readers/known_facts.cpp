// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/known_facts.h"

#include <QDateTime>
#include <QFileInfo>
#include <QHash>

#include "core/readers/cell.h"
#include "core/readers/yaml_values.h"

namespace trainyard {
namespace {

constexpr qsizetype longestValue = 6'000;
constexpr qsizetype longestName = 200;

/// The first of `names` that a parameter has, as its whole name or, else, as the last part of it; the names are in order of trust.
QString find(const RunFacts& facts, std::initializer_list<const char*> names) {
  for (const bool whole : {true, false})
    for (const char* name : names)
      for (const KeyValue& one : facts.parameters) {
        const QString key = one.key.toLower();
        const qsizetype part = std::max(key.lastIndexOf(u'/'), key.lastIndexOf(u'.')) + 1;
        const bool usable = !one.value.isEmpty() && one.value != u"null" && one.value != u"None";
        if (usable && QStringView(key).sliced(whole ? 0 : part) == QLatin1String(name)) return one.value;
      }
  return {};
}

double numberOf(const QString& text) {
  const QByteArray bytes = text.left(40).toLatin1();
  return numberIn(trimmed(bytes)).value_or(0.0);
}

qint64 countOf(const QString& text, qint64 most) {
  const qint64 count = stepIn(numberOf(text)).value_or(0);
  return count <= most ? count : 0;
}

/// A list is no name.
QString nameIn(const QString& text) {
  if (text.startsWith(u'[') || text.startsWith(u'{')) return {};
  return text.left(longestName).trimmed();
}

}  // namespace

void addParameters(RunFacts& facts, const QList<KeyValue>& parameters) {
  QHash<QString, qsizetype> known;
  for (qsizetype i = 0; i < facts.parameters.size(); ++i) known.insert(facts.parameters[i].key, i);
  for (const KeyValue& one : parameters) {
    const KeyValue cut{one.key.left(RunSource::longestTag), one.value.left(longestValue)};
    if (const auto place = known.constFind(cut.key); place != known.constEnd()) {
      facts.parameters[*place] = cut;
    } else if (facts.parameters.size() < RunFacts::mostParameters) {
      known.insert(cut.key, facts.parameters.size());
      facts.parameters.push_back(cut);
    }
  }
  constexpr qint64 mostEpochs = 1'000'000, mostBatch = 1 << 20;  // as JobSettings allows
  if (facts.model.isEmpty())
    facts.model = nameIn(find(facts, {"model_name", "model", "model_name_or_path", "_name_or_path", "arch", "architecture", "backbone"}));
  if (facts.dataset.isEmpty()) facts.dataset = nameIn(find(facts, {"dataset", "dataset_name", "data", "dataset_id"}));
  const double rate = numberOf(find(facts, {"learning_rate", "lr", "lr0", "base_lr", "init_lr"}));
  if (!(facts.learningRate > 0.0) && rate > 0.0 && std::isfinite(rate)) facts.learningRate = rate;
  if (facts.batchSize == 0)
    facts.batchSize = countOf(find(facts, {"batch_size", "train_batch_size", "per_device_train_batch_size", "batch", "bs"}), mostBatch);
  if (facts.epochs == 0) facts.epochs = countOf(find(facts, {"epochs", "num_train_epochs", "max_epochs", "num_epochs", "n_epochs"}), mostEpochs);
}

const QList<KeyValue>& ParameterFile::values() const {
  const QFileInfo info(m_path);
  const qint64 changedMs = info.exists() ? info.lastModified().toMSecsSinceEpoch() : 0;
  if (changedMs != m_changedMs || info.size() != m_bytes) m_values = yamlFile(m_path);
  m_changedMs = changedMs;
  m_bytes = info.size();
  return m_values;
}

void measure(FoundRun& run, const QStringList& files) {
  bool areReadable = true;
  for (const QString& file : files) {
    const QFileInfo info(file);
    run.bytes += info.size();
    run.changedMs = std::max(run.changedMs, info.exists() ? info.lastModified().toMSecsSinceEpoch() : 0);
    areReadable = areReadable && (!info.exists() || info.isReadable());
  }
  if (!areReadable) run.changedMs = 0;
}

}  // namespace trainyard
