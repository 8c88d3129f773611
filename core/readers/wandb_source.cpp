// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/wandb_source.h"

#include <QCoreApplication>
#include <QFileInfo>

#include "core/readers/basic_source.h"
#include "core/readers/json_scanner.h"
#include "core/readers/known_facts.h"
#include "core/readers/wandb_records.h"
#include "core/readers/wandb_stream.h"

namespace trainyard {
namespace {

using Trouble = WandbStream::Trouble;

QString text(const char* words) { return QCoreApplication::translate("Readers", words); }

QString whyOf(Trouble trouble) {
  switch (trouble) {
    case Trouble::Header: return text("This is no W&B file, or one of a newer version; nothing of it can be read.");
    case Trouble::Checksum: return text("A part is damaged (its checksum is wrong); the record that it belongs to was passed over.");
    case Trouble::Chunk: return text("There is no record where one should begin; the rest of this block of 32 KB was passed over.");
    case Trouble::Order: return text("A record has no end or no begin; it was passed over.");
    case Trouble::TooLong: return text("A record is longer than 64 MB; it was passed over.");
  }
  return {};
}

/// What both kinds of file share: one file that is followed, whose rows come in order.
class WandbSource : public BasicSource {
 public:
  WandbSource(const QString& path, const QByteArray& resume) : m_file(path), m_records(m_series) {
    const QJsonObject place = resumed(resume, RunFormat::Wandb);
    m_file.resumeAt(place);
    m_records.restore(place[QLatin1String("records")].toObject());
  }

  Part read(qint64 nowMs) final {
    qint64 left = mostAtOnce;
    while (left > 0) {
      const QByteArray bytes = m_file.read();
      noteRead(bytes);
      if (m_file.takeRestarted()) {
        beginAnew();
        tellAnew(m_file.path());
      }
      tellTrouble(m_file);
      if (bytes.isEmpty()) break;
      left -= bytes.size();
      feed(bytes, nowMs);
    }
    return part(left <= 0);
  }

  RunFacts facts() const final { return m_records.facts(); }
  SkippedCounts skipped() const final { return m_records.skipped(); }
  QStringList watched() const final { return {m_file.path()}; }

 protected:
  virtual void feed(const QByteArray& bytes, qint64 nowMs) = 0;
  virtual void beginAnew() = 0;
  [[nodiscard]] virtual qint64 recordAt() const = 0;

  [[nodiscard]] Part part(bool more) {
    complainOfSeries(m_file.path());
    QJsonObject place = m_file.placeAt(recordAt());
    place[QStringLiteral("records")] = m_records.state();
    return partOf(place, RunFormat::Wandb, more);
  }

  FollowedFile m_file;
  WandbRecords m_records;
};

class WandbFile final : public WandbSource {
 public:
  WandbFile(const QString& path, const QByteArray& resume) : WandbSource(path, resume), m_stream(m_file.base()) {}

  JobPoints finish(qint64) override {
    if (m_stream.isOver()) return {};
    if (m_file.offset() == 0) complain(m_file.path(), 0, text("The file is empty."));
    if (m_stream.begun() > 0) complain(m_file.path(), m_stream.offset(), text("The file ends within a record; %L1 bytes were left out.").arg(m_stream.begun()));
    return {};
  }

 private:
  void feed(const QByteArray& bytes, qint64 nowMs) override {
    const auto take = [&](QByteArrayView record, qint64 offset) {
      if (!m_records.take(record, nowMs)) complain(m_file.path(), offset, text("A record is whole, but none of W&B's; it was passed over."));
    };
    m_stream.feed(bytes, take, [&](Trouble trouble, qint64 offset) { complain(m_file.path(), offset, whyOf(trouble)); });
  }
  void beginAnew() override { m_stream = WandbStream(); }
  qint64 recordAt() const override { return m_stream.offset(); }

  WandbStream m_stream;
};

/// wandb-history.jsonl: a line is a row.
class WandbHistory final : public WandbSource {
 public:
  WandbHistory(const QString& path, const QByteArray& resume) : WandbSource(path, resume), m_lineAt(m_file.base()) {}

  JobPoints finish(qint64 nowMs) override {
    if (m_line.isEmpty() && !m_skipping) return {};
    endLine(0, nowMs);
    return part(false).points;
  }

 private:
  static constexpr qsizetype longestLine = 16 << 20;

  void feed(const QByteArray& bytes, qint64 nowMs) override {
    QByteArrayView rest(bytes);
    while (!rest.isEmpty()) {
      const qsizetype end = rest.indexOf('\n');
      const QByteArrayView piece = end < 0 ? rest : rest.first(end);
      m_skipping = m_skipping || m_line.size() + piece.size() > longestLine;
      if (m_skipping) m_line.clear();
      else m_line += piece;
      m_length += piece.size();
      if (end < 0) return;
      endLine(1, nowMs);
      rest = rest.sliced(end + 1);
    }
  }

  void endLine(qsizetype newline, qint64 nowMs) {
    if (m_skipping) complain(m_file.path(), m_lineAt, text("A line is longer than 16 MB; it was passed over."));
    else if (!m_line.trimmed().isEmpty() && !takeLine(nowMs)) complain(m_file.path(), m_lineAt, text("This line is no object of JSON; what stands before the fault was taken."));
    m_lineAt += m_length + newline;
    m_length = 0;
    m_skipping = false;
    m_line.resize(0);
  }

  [[nodiscard]] bool takeLine(qint64 nowMs) {
    using Token = JsonScanner::Token;
    JsonScanner scanner(m_line);
    if (scanner.next() != Token::ObjectBegin) return false;
    std::vector<WandbRecords::Item> row;
    Token token = scanner.next();
    for (; token == Token::Key; token = scanner.next()) {
      const QByteArray key = scanner.text().toByteArray();
      const qint64 begin = scanner.offset();
      if (!scanner.skip(scanner.next())) break;
      row.push_back({key, QByteArrayView(m_line).sliced(begin, scanner.offset() - begin).trimmed()});
    }
    m_records.takeRow(row, std::nullopt, nowMs);
    return token == Token::ObjectEnd;
  }

  void beginAnew() override {
    m_line.clear();
    m_lineAt = m_length = 0;
    m_skipping = false;
  }
  qint64 recordAt() const override { return m_lineAt; }

  QByteArray m_line;
  qint64 m_lineAt;
  qint64 m_length = 0;  ///< of the line so far
  bool m_skipping = false;
};

const QString historyName = QStringLiteral("wandb-history.jsonl");

bool isRunFolder(const QString& name) {
  return name.startsWith(QLatin1String("run-")) || name.startsWith(QLatin1String("offline-run-")) || name.startsWith(QLatin1String("dryrun-"));
}

void takeFile(const QString& path, bool isReadable, Claim& claim) {
  if (!isReadable) {
    claim.problems.push_back({path, 0, whyOf(Trouble::Header)});
    return;
  }
  FoundRun run{RunFormat::Wandb, path};
  measure(run, {path});
  claim.runs.push_back(run);
}

}  // namespace

Claim findWandb(const Folder& folder) {
  Claim claim;
  const bool isRun = isRunFolder(QFileInfo(folder.path).fileName());
  const bool holdsRuns = std::any_of(folder.folders.begin(), folder.folders.end(), isRunFolder);
  for (const QString& name : folder.files) {
    const QString path = folder.filePath(name);
    const bool isFile = name.endsWith(QLatin1String(".wandb")), isHistory = isRun && name == historyName;
    if (isFile) takeFile(path, WandbStream::isHeader(headOf(path, WandbStream::headerBytes)), claim);
    if (isHistory) takeFile(path, true, claim);
    if (isFile || isHistory || (holdsRuns && name.startsWith(QLatin1String("debug")))) claim.taken << name;
  }
  if (!isRun || (claim.runs.empty() && claim.problems.empty())) return claim;
  for (const QString& name : folder.files)  // what W&B itself wrote beside it
    if (name.startsWith(QLatin1String("wandb-")) || name.startsWith(QLatin1String("debug")) || name == u"output.log" || name == u"config.yaml") claim.taken << name;
  claim.closed = {QStringLiteral("files"), QStringLiteral("logs"), QStringLiteral("tmp"), QStringLiteral("media")};
  return claim;
}

Result<std::unique_ptr<RunSource>> openWandb(const FoundRun& run, const QByteArray& resume) {
  if (const auto readable = checkReadable(run.path); !readable) return tl::make_unexpected(readable.error());
  if (run.path.endsWith(historyName)) return std::make_unique<WandbHistory>(run.path, resume);
  return std::make_unique<WandbFile>(run.path, resume);
}

}  // namespace trainyard
