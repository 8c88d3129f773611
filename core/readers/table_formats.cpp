// SPDX-License-Identifier: GPL-3.0-or-later
// Which tables are runs.
#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include "core/readers/cell.h"
#include "core/readers/delimited.h"
#include "core/readers/known_facts.h"
#include "core/readers/table_source.h"

namespace trainyard {
namespace {

using Row = DelimitedReader::Row;

constexpr qsizetype headBytes = 64 << 10;
constexpr size_t headRows = 50;

/// Looks at the first rows.
class HeadReader {
 public:
  void take(const Row& row) {
    if (m_rows++ == 0) return takeHeader(row);
    if (m_step < 0 || m_rows > headRows) return;
    for (size_t i = 0; i < std::min(row.size(), size_t(head.names.size())); ++i) {
      const auto value = numberIn(row[i]);
      if (int(i) == m_step) takeStep(row[i], value);
      else m_numbers = m_numbers || value;
    }
  }

  [[nodiscard]] bool isEnough() const { return m_rows > headRows || (m_rows > 0 && m_step < 0); }
  [[nodiscard]] bool isEmpty() const { return m_rows == 0; }
  [[nodiscard]] bool hasSteps() const { return m_steps > 0 && m_numbers && !m_wrong && 2 * m_falls <= m_steps; }
  TableHead head;

 private:
  void takeHeader(const Row& row) {
    head.isTooWide = row.trouble == DelimitedReader::Trouble::ManyCells;
    head.hasOpenQuote = row.trouble == DelimitedReader::Trouble::OpenQuote;
    head.troubleOffset = row.troubleOffset;
    int best = -1;
    for (size_t i = 0; i < row.size(); ++i) {
      head.names.push_back(row[i].toByteArray());
      const int rank = stepRank(row[i]);
      if (rank < 0 || (m_step >= 0 && rank >= best)) continue;
      m_step = int(i);
      best = rank;
    }
  }

  void takeStep(QByteArrayView cell, std::optional<double> value) {
    const auto step = value ? stepIn(*value) : std::nullopt;
    if (!step) {
      m_wrong = m_wrong || (!isMissing(cell) && cell != head.names[m_step]);
      return;
    }
    m_falls += m_steps > 0 && *step < m_last;
    m_last = *step;
    ++m_steps;
  }

  size_t m_rows = 0;
  int m_step = -1;
  qint64 m_last = 0;
  int m_steps = 0;
  int m_falls = 0;
  bool m_numbers = false;
  bool m_wrong = false;
};

bool hasName(const TableHead& head, const char* name) {
  return std::any_of(head.names.begin(), head.names.end(), [name](const QByteArray& one) { return one.compare(name, Qt::CaseInsensitive) == 0; });
}

bool hasPrefix(const TableHead& head, const char* prefix) {
  return std::any_of(head.names.begin(), head.names.end(), [prefix](const QByteArray& one) { return one.startsWith(prefix); });
}

Claim claimOf(RunFormat format, const QString& path, const Folder& folder, const QString& file, const QStringList& beside = {}) {
  FoundRun run{format, path};
  measure(run, {folder.filePath(file)});
  Claim claim;
  claim.runs.push_back(run);
  claim.taken.insert(file);
  for (const QString& one : beside)
    if (folder.files.contains(one)) claim.taken.insert(one);
  return claim;
}

bool endsWithOneOf(const QString& name, std::initializer_list<const char*> endings) {
  return std::any_of(endings.begin(), endings.end(), [&name](const char* one) { return name.endsWith(QLatin1String(one), Qt::CaseInsensitive); });
}

void addTo(Claim& all, Claim one) {
  all.runs.insert(all.runs.end(), one.runs.begin(), one.runs.end());
  all.taken.unite(one.taken);
}

}  // namespace

std::optional<TableHead> tableHead(const QString& path) {
  QFile file(path);
  if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) return std::nullopt;
  QByteArray bytes = file.read(headBytes);
  if (QByteArrayView(bytes).first(std::min<qsizetype>(bytes.size(), 512)).contains('\0')) return std::nullopt;
  HeadReader head;
  const auto separator = separatorOf(bytes);
  if (!separator) return std::nullopt;
  head.head.separator = *separator;
  DelimitedReader reader(*separator);
  const auto take = [&head](const Row& row) { head.take(row); };
  for (qsizetype read = 0; !bytes.isEmpty() && read <= DelimitedReader::longestRow; bytes = file.read(headBytes)) {
    read += bytes.size();
    reader.feed(bytes, take);
    if (head.isEnough() || (read >= headBytes && !head.isEmpty())) break;
  }
  if (bytes.isEmpty()) reader.finish(take);
  if (head.isEmpty()) return std::nullopt;
  head.head.hasSteps = head.hasSteps();
  return std::move(head.head);
}

Claim findLightning(const Folder& folder) {
  const QString name = QStringLiteral("metrics.csv"), parameters = QStringLiteral("hparams.yaml");
  if (!folder.files.contains(name)) return {};
  const auto head = tableHead(folder.filePath(name));
  if (!head || !hasName(*head, "step")) return {};
  const bool beside = QFileInfo::exists(folder.filePath(parameters)) || QFileInfo(folder.path).fileName().startsWith(QLatin1String("version_"));
  if (!beside && !hasName(*head, "epoch")) return {};
  return claimOf(RunFormat::LightningCsv, folder.path, folder, name, {parameters});
}

Claim findUltralytics(const Folder& folder) {
  const QString name = QStringLiteral("results.csv");
  if (!folder.files.contains(name)) return {};
  const auto head = tableHead(folder.filePath(name));
  if (!head || head->names.first() != "epoch" || !(hasPrefix(*head, "metrics/") || hasPrefix(*head, "train/"))) return {};
  return claimOf(RunFormat::UltralyticsCsv, folder.path, folder, name, {QStringLiteral("args.yaml")});
}

Claim findKeras(const Folder& folder) {
  Claim claim;
  for (const QString& name : folder.files) {
    if (!endsWithOneOf(name, {".csv", ".tsv", ".log", ".txt"})) continue;
    const QString path = folder.filePath(name);
    if (const QByteArray begin = headOf(path, 16); !begin.contains("epoch")) continue;
    const auto head = tableHead(path);
    if (head && head->names.first() == "epoch" && (hasName(*head, "loss") || hasPrefix(*head, "val_")))
      addTo(claim, claimOf(RunFormat::KerasCsv, path, folder, name));
  }
  return claim;
}

Claim findTables(const Folder& folder) {
  Claim claim;
  for (const QString& name : folder.files) {
    if (!endsWithOneOf(name, {".csv", ".tsv"})) continue;
    const QString path = folder.filePath(name);
    const auto head = tableHead(path);
    if (!head) continue;
    if (head->hasSteps) addTo(claim, claimOf(RunFormat::Table, path, folder, name));
    else if (head->hasOpenQuote)
      claim.problems.push_back(
          {path, head->troubleOffset,
           QCoreApplication::translate("Readers", "A quote begins here that does not end, so the table cannot be read.")});
    else if (head->isTooWide)
      claim.problems.push_back(
          {path, -1,
           QCoreApplication::translate("Readers", "It has more than %L1 columns, too many for a run.").arg(DelimitedReader::mostCells)});
  }
  return claim;
}

}  // namespace trainyard
