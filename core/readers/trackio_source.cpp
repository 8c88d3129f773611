// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/trackio_source.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFileInfo>
#include <QVariant>

#include "core/readers/cell.h"
#include "core/readers/database_source.h"
#include "core/readers/json_scanner.h"
#include "core/readers/known_facts.h"

namespace trainyard {
namespace {

using Token = JsonScanner::Token;

constexpr int mostRuns = 100'000;
constexpr int longestRow = 16 << 20;

/// The column that tells runs apart: two may have one name. Older databases have names only.
QString keyOf(const SqliteFile& file, const QString& table) {
  const QString id = QStringLiteral("run_id");
  return file.columnsOf(table).contains(id) ? id : QStringLiteral("run_name");
}

qint64 timeOf(const QString& iso) {
  const QDateTime time = QDateTime::fromString(iso, Qt::ISODateWithMs);
  return time.isValid() ? std::max<qint64>(0, time.toMSecsSinceEpoch()) : 0;
}

class TrackioSource final : public DatabaseSource {
 public:
  using DatabaseSource::DatabaseSource;
  SkippedCounts skipped() const override {
    if (m_words == 0) return {};
    return {{QStringLiteral("text"), m_words}};
  }

 private:
  Result<QString> markOf(const SqliteFile& file, qint64 row) override {
    auto found = file.ask(QStringLiteral("SELECT run_name || ' ' || timestamp || ' ' || coalesce(step, '') FROM metrics WHERE id = ?"), {row});
    if (!found) return tl::make_unexpected(found.error());
    return found->next() ? found->value(0).toString().left(400) : QString();
  }

  Result<bool> takeRows(const SqliteFile& file, Place& place, qint64 nowMs) override {
    // "+id" keeps SQLite from walking over the rows of all runs; there is an index of each run's.
    const QString sql = QStringLiteral("SELECT id, substr(timestamp, 1, 64), step, CAST(substr(metrics, 1, %1) AS BLOB) FROM metrics WHERE id IN "
                                       "(SELECT id FROM metrics WHERE %2 = ? AND +id > ? ORDER BY +id LIMIT %3) ORDER BY id");
    auto rows = file.ask(sql.arg(longestRow).arg(keyOf(file, QStringLiteral("metrics"))).arg(rowsAtOnce), {run(), place.row});
    if (!rows) return tl::make_unexpected(rows.error());
    qint64 last = place.row;
    qsizetype bytes = 0;
    bool more = false;
    for (int count = 1; !more && rows->next(); ++count) {
      last = rows->value(0).toLongLong();
      const QByteArray json = rows->value(3).toByteArray();
      const QVariant step = rows->value(2);
      const qint64 told = timeOf(rows->value(1).toString());
      takeRow(json, step.isNull() ? m_series.lastStep() + 1 : std::max<qint64>(0, step.toLongLong()), told > 0 ? told : nowMs, last);
      bytes += json.size();
      more = bytes >= mostAtOnce || count == rowsAtOnce;
    }
    if (const auto all = file.ended(*rows); !all) return tl::make_unexpected(all.error());
    if (last == place.row) return false;
    const Result<QString> mark = markOf(file, last);
    if (!mark) return tl::make_unexpected(mark.error());
    place = {last, *mark};
    return more;
  }

  /// NaN and the infinities are text in it; so a text that is a number is one.
  void takeRow(const QByteArray& json, qint64 step, qint64 timeMs, qint64 id) {
    std::vector<std::pair<int, double>> values;
    JsonScanner scanner(json);
    const bool whole = scanner.next() == Token::ObjectBegin && readLeaves(scanner, [&](const JsonLeaf& leaf) {
                         const auto value = leaf.kind == Token::Number ? std::optional(leaf.number)
                                            : leaf.kind == Token::Text ? numberIn(trimmed(leaf.text))
                                                                       : std::nullopt;
                         if (value)
                           values.emplace_back(m_series.indexOf(leaf.path), *value);
                         else
                           m_words += leaf.kind == Token::Text;
                       });
    if (!whole) return complain(path(), -1, QCoreApplication::translate("Readers", "Row %1 is no whole JSON object.").arg(id));
    for (const auto& [series, value] : values) m_series.add(series, {step, timeMs, value});
  }

  Result<RunFacts> readFacts(const SqliteFile& file) override {
    RunFacts facts;
    const QString metrics = QStringLiteral("metrics"), configs = QStringLiteral("configs");
    auto first =
        file.ask(QStringLiteral("SELECT substr(run_name, 1, 1000), substr(timestamp, 1, 64) FROM metrics WHERE %1 = ? ORDER BY +id LIMIT 1")
                     .arg(keyOf(file, metrics)),
                 {run()});
    if (!first) return tl::make_unexpected(first.error());
    if (first->next()) {
      facts.name = QFileInfo(path()).completeBaseName() + u'/' + first->value(0).toString();
      facts.startedMs = timeOf(first->value(1).toString());
    }
    if (!file.columnsOf(configs).contains(QLatin1String("config"))) return facts;
    auto config = file.ask(
        QStringLiteral("SELECT CAST(substr(config, 1, 1048576) AS BLOB) FROM configs WHERE %1 = ? LIMIT 1").arg(keyOf(file, configs)),
        {run()});
    if (!config) return tl::make_unexpected(config.error());
    if (config->next()) addParameters(facts, leavesOf(config->value(0).toByteArray()));
    return facts;
  }

  /// Keys that begin with "_" are Trackio's own.
  static QList<KeyValue> leavesOf(const QByteArray& json) {
    QList<KeyValue> values;
    JsonScanner scanner(json);
    if (scanner.next() != Token::ObjectBegin) return values;
    (void)readLeaves(scanner, [&values](const JsonLeaf& leaf) {
      if (leaf.path.startsWith('_') || values.size() >= RunFacts::mostParameters || leaf.kind == Token::Null) return;
      values.push_back({tagOf(leaf.path), wordsOf(leaf)});
    });
    return values;
  }

  qint64 m_words = 0;
};

bool isTrackio(const SqliteFile& file) {
  const QStringList columns = file.columnsOf(QStringLiteral("metrics"));
  for (const char* column : {"id", "run_name", "timestamp", "step", "metrics"})
    if (!columns.contains(QLatin1String(column))) return false;
  return true;
}

Result<bool> addRuns(Claim& claim, const QString& path) {
  SqliteFile file;
  if (auto opened = file.open(path); !opened) return tl::make_unexpected(opened.error());
  if (!isTrackio(file)) return false;
  auto rows = file.ask(QStringLiteral("SELECT %1, substr(max(run_name), 1, 1000), max(timestamp) FROM metrics WHERE length(%1) <= 1000 "
                                      "GROUP BY %1 ORDER BY min(id) LIMIT %2")
                           .arg(keyOf(file, QStringLiteral("metrics")))
                           .arg(mostRuns));
  if (!rows) return tl::make_unexpected(rows.error());
  const QString project = QFileInfo(path).completeBaseName();
  const qint64 changedMs = databaseChangedMs(path);  // the clock of another machine may be ahead
  while (rows->next())
    claim.runs.push_back({RunFormat::Trackio, path, rows->value(0).toString(), project + u'/' + rows->value(1).toString(), 0,
                          std::min(changedMs, timeOf(rows->value(2).toString()))});
  if (const auto all = file.ended(*rows); !all) return tl::make_unexpected(all.error());
  return true;
}

}  // namespace

Claim findTrackio(const Folder& folder) {
  Claim claim;
  for (const QString& name : folder.files) {
    const QString path = folder.filePath(name);
    if (!name.endsWith(QLatin1String(".db"))) continue;
    const Result<bool> found = addRuns(claim, path);
    if (!found && found.error().code == ErrorCode::StorageNotADatabase) continue;
    if (!found) claim.problems.push_back({path, -1, found.error().message});
    if (!found || *found) claim.taken.insert(name);
  }
  return claim;
}

Result<std::unique_ptr<RunSource>> openTrackio(const FoundRun& run, const QByteArray& resume) {
  if (!QFileInfo(run.path).isFile())
    return fail(ErrorCode::NotFound, QCoreApplication::translate("Readers", "%1 is not there any more.").arg(run.path));
  return std::make_unique<TrackioSource>(run, resume);
}

}  // namespace trainyard
