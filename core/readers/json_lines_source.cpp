// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/json_lines_source.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include "core/readers/basic_source.h"
#include "core/readers/cell.h"
#include "core/readers/json_rows.h"
#include "core/readers/known_facts.h"

namespace trainyard {
namespace {

using Token = JsonScanner::Token;

constexpr qsizetype longestLine = 16 << 20;

class JsonLinesSource final : public BasicSource {
 public:
  JsonLinesSource(const QString& path, const QByteArray& resume) : m_file(path) {
    const QJsonObject place = resumed(resume, RunFormat::JsonLines);
    if (place.isEmpty()) return;
    m_row = place[QLatin1String("rows")].toInteger();
    m_rows.restore(place[QLatin1String("keys")].toObject());
    m_file.resumeAt(place[QLatin1String("file")].toObject());
    m_lineOffset = m_file.base();
    readFirst();
  }

  Part read(qint64 nowMs) override {
    const QByteArray bytes = m_file.read();
    noteRead(bytes);
    if (m_file.takeRestarted()) restart();
    tellTrouble(m_file);
    if (bytes.isEmpty()) return part(false);
    const qint64 timeMs = m_file.timeMs(nowMs);
    QByteArrayView rest(bytes);
    for (qsizetype end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
      takeEnded(rest.first(end), timeMs);
      rest = rest.sliced(end + 1);
      m_lineOffset = m_file.offset() - rest.size();
    }
    keep(rest);
    complainOfSeries(m_file.path());
    return part(bytes.size() == Follower::mostAtOnce);
  }

  JobPoints finish(qint64 nowMs) override {
    if (m_partial.isEmpty() && !m_skipping) return {};
    takeEnded({}, m_file.timeMs(nowMs));
    m_lineOffset = m_file.offset();  // there was no newline
    return part(false).points;
  }

  RunFacts facts() const override { return m_facts; }

  SkippedCounts skipped() const override {
    SkippedCounts counts;
    if (m_rows.words() > 0) counts[QStringLiteral("text")] = m_rows.words();
    if (m_otherLines > 0) counts[QStringLiteral("line")] = m_otherLines;
    return counts;
  }

  QStringList watched() const override { return {m_file.path()}; }

 private:
  Part part(bool more) {
    m_progress.totalSteps = m_rows.totalSteps();
    return partOf({{QStringLiteral("file"), m_file.placeAt(m_lineOffset)}, {QStringLiteral("rows"), m_row}, {QStringLiteral("keys"), m_rows.state()}},
                  RunFormat::JsonLines, more);
  }

  void restart() {
    tellAnew(m_file.path());
    m_partial.clear();
    m_skipping = false;
    m_lineOffset = m_row = 0;
    m_rows = JsonRows();
    m_facts = RunFacts();
  }

  /// The parameters of a first line are not in the resume.
  void readFirst() {
    const QByteArray head = headOf(m_file.path(), 64 << 10);
    const QByteArrayView line = QByteArrayView(head).first(std::max<qsizetype>(0, head.indexOf('\n')));
    JsonScanner scanner(line);
    SeriesSet series;
    if (JsonRows rows; scanner.next() == Token::ObjectBegin && rows.take(scanner, 0, 0, series) && !rows.hadStep())
      addParameters(m_facts, rows.parameters());
  }

  /// A part of a line. It waits for the rest.
  void keep(QByteArrayView bytes) {
    if (!m_skipping) m_partial.append(bytes.first(std::min(bytes.size(), longestLine - m_partial.size())));
    if (m_skipping || m_partial.size() < longestLine) return;
    complain(m_file.path(), m_lineOffset, QCoreApplication::translate("Readers", "A line is longer than 16 MB; it is left out."));
    m_partial = QByteArray();
    m_skipping = true;
  }

  void takeEnded(QByteArrayView end, qint64 timeMs) {
    if (m_partial.isEmpty() && !m_skipping) {
      takeLine(end, timeMs);
    } else {
      keep(end);
      if (!m_skipping) takeLine(m_partial, timeMs);
    }
    m_partial.resize(0);
    m_skipping = false;
  }

  void takeLine(QByteArrayView line, qint64 timeMs) {
    line = trimmed(line);
    if (line.isEmpty()) return;
    if (line.front() != '{') {
      ++m_otherLines;
      return;
    }
    JsonScanner scanner(line);
    (void)scanner.next();
    const bool whole = m_rows.take(scanner, m_row, timeMs, m_series);
    if (!whole)
      return complain(m_file.path(), m_lineOffset,
                      QCoreApplication::translate("Readers", "A line is no whole JSON object; it is left out."));
    if (m_row++ == 0 && !m_rows.hadStep()) addParameters(m_facts, m_rows.parameters());
  }

  FollowedFile m_file;
  QByteArray m_partial;
  bool m_skipping = false;
  qint64 m_lineOffset = 0;  ///< where the line begins that is being read
  qint64 m_row = 0;
  JsonRows m_rows;
  RunFacts m_facts;
  qint64 m_otherLines = 0;
};

const char* const usualNames[] = {"metrics.json", "scalars.json", "log.txt"};

/// Whether a file's first lines are rows of a run.
bool holdsRows(const QString& path, const QString& name) {
  constexpr qint64 headBytes = 64 << 10, mostBytes = 1 << 20;
  QByteArray head = headOf(path, headBytes);
  if (!trimmed(QByteArrayView(head).first(std::min<qsizetype>(head.size(), 64))).startsWith('{')) return false;
  if (head.size() == headBytes && !head.contains('\n')) head = headOf(path, mostBytes);
  const bool isWhole = head.size() < headBytes;
  const bool isLines = name.endsWith(QLatin1String(".jsonl")) || name.endsWith(QLatin1String(".ndjson"));
  const bool isUsual = std::any_of(std::begin(usualNames), std::end(usualNames), [&name](const char* one) { return name == QLatin1String(one); });
  const int needed = isLines || isUsual ? 1 : 2;
  JsonRows rows;
  SeriesSet series;
  int found = 0;
  qsizetype begin = 0;
  for (qint64 number = 0; number < 20 && begin < head.size() && found < needed; ++number) {
    qsizetype end = head.indexOf('\n', begin);
    if (end < 0 && !isWhole) break;
    if (end < 0) end = head.size();
    JsonScanner scanner(trimmed(QByteArrayView(head).sliced(begin, end - begin)));
    begin = end + 1;
    const bool isObject = scanner.next() == Token::ObjectBegin && rows.take(scanner, number, 0, series);
    if (!isObject && number == 0) return false;
    if (isObject && rows.hadStep() && rows.values() > 1) ++found;
  }
  return found >= needed;
}

}  // namespace

Claim findJsonLines(const Folder& folder) {
  static const QRegularExpression dated(QStringLiteral("^\\d{8}_\\d{6}\\.json$"));
  static const QRegularExpression usable(QStringLiteral("\\.(jsonl|ndjson|json|log|txt)$"), QRegularExpression::CaseInsensitiveOption);
  Claim claim;
  const QString scalars = QStringLiteral("scalars.json");
  const bool isVisData = folder.files.contains(scalars) && holdsRows(folder.filePath(scalars), scalars);
  for (const QString& name : folder.files) {
    if (!usable.match(name).hasMatch()) continue;
    if (isVisData && dated.match(name).hasMatch()) {
      claim.taken.insert(name);
      continue;
    }
    const QString path = folder.filePath(name);
    if (!(isVisData && name == scalars) && !holdsRows(path, name)) continue;
    FoundRun run{RunFormat::JsonLines, path};
    measure(run, {path});
    claim.runs.push_back(run);
    claim.taken.insert(name);
  }
  return claim;
}

Result<std::unique_ptr<RunSource>> openJsonLines(const FoundRun& run, const QByteArray& resume) {
  if (auto readable = checkReadable(run.path); !readable) return tl::make_unexpected(readable.error());
  return std::make_unique<JsonLinesSource>(run.path, resume);
}

}  // namespace trainyard
