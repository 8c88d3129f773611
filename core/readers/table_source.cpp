// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/table_source.h"

#include <QCoreApplication>

#include "core/readers/basic_source.h"
#include "core/readers/known_facts.h"
#include "core/readers/table_rows.h"

namespace trainyard {
namespace {

using Row = DelimitedReader::Row;

QString textOf(DelimitedReader::Trouble trouble) {
  switch (trouble) {
    case DelimitedReader::Trouble::None: break;
    case DelimitedReader::Trouble::OpenQuote:
      return QCoreApplication::translate("Readers", "A quote begins here that does not end; its row is left out.");
    case DelimitedReader::Trouble::LongRow: return QCoreApplication::translate("Readers", "A row is longer than 16 MB; its rest is left out.");
    case DelimitedReader::Trouble::ManyCells:
      return QCoreApplication::translate("Readers", "A row has more than %L1 columns; those beyond are left out.").arg(DelimitedReader::mostCells);
  }
  return {};
}

class TableSource final : public BasicSource {
 public:
  TableSource(RunFormat format, const QString& file, const QString& parameters, const QByteArray& resume)
      : m_format(format), m_file(file), m_parameters(parameters), m_reader(separator()) {
    const QJsonObject place = resumed(resume, format);
    if (place.isEmpty()) return;
    m_headerOffset = place[QLatin1String("header")].toInteger(-1);
    if (m_headerOffset < 0 || !readHeader()) return;
    m_row = place[QLatin1String("rows")].toInteger();
    m_rows.count().restore(place[QLatin1String("counted")].toInt());
    m_file.resumeAt(place[QLatin1String("file")].toObject());
  }

  Part read(qint64 nowMs) override {
    const QByteArray bytes = m_file.read();
    noteRead(bytes);
    if (m_file.takeRestarted()) restart();
    tellTrouble(m_file);
    if (bytes.isEmpty()) return partOf(place(), m_format, false);
    const qint64 timeMs = m_file.timeMs(nowMs);
    m_reader.feed(bytes, [this, timeMs](const Row& row) { takeRow(row, timeMs); });
    complainOfSeries(m_file.path());
    return partOf(place(), m_format, bytes.size() == Follower::mostAtOnce);
  }

  JobPoints finish(qint64 nowMs) override {
    const qint64 timeMs = m_file.timeMs(nowMs);
    m_reader.finish([this, timeMs](const Row& row) { takeRow(row, timeMs); });
    return partOf(place(), m_format, false).points;
  }

  RunFacts facts() const override {
    RunFacts facts;
    addParameters(facts, m_parameters.values());
    return facts;
  }

  SkippedCounts skipped() const override {
    if (m_rows.words() == 0) return {};
    return {{QStringLiteral("text"), m_rows.words()}};
  }

  QStringList watched() const override { return {m_file.path()}; }

 private:
  char separator() const {
    const auto head = tableHead(m_file.path());
    return head ? head->separator : ',';
  }

  void restart() {
    tellAnew(m_file.path());
    m_reader = DelimitedReader(separator());
    m_rows = TableRows();
    m_row = 0;
    m_headerOffset = -1;
  }

  /// The header of the rows that were read before the program ended; a file that changed meanwhile is noticed when it is followed.
  bool readHeader() {
    FollowedFile file(m_file.path());
    file.resumeAt(file.placeAt(m_headerOffset));
    DelimitedReader reader(separator());
    for (QByteArray bytes = file.read(); !bytes.isEmpty() && !m_rows.hasHeader(); bytes = file.read())
      reader.feed(bytes, [this](const Row& row) { if (!m_rows.hasHeader()) m_rows.setHeader(row); });
    return m_rows.hasHeader();
  }

  void takeRow(const Row& row, qint64 timeMs) {
    const qint64 begin = m_file.base() + row.offset;
    if (row.trouble != DelimitedReader::Trouble::None) {
      complain(m_file.path(), m_file.base() + row.troubleOffset, textOf(row.trouble));
      if (row.trouble == DelimitedReader::Trouble::OpenQuote) return;
    }
    if (!m_rows.hasHeader() || m_rows.isHeader(row)) {
      m_rows.setHeader(row);
      m_headerOffset = begin;
      return;
    }
    m_rows.take(row, m_row++, timeMs, m_series);
  }

  QJsonObject place() const {
    return {{QStringLiteral("file"), m_file.placeAt(m_file.base() + m_reader.consumed())},
            {QStringLiteral("header"), m_headerOffset},
            {QStringLiteral("rows"), m_row},
            {QStringLiteral("counted"), m_rows.count().state()}};
  }

  RunFormat m_format;
  FollowedFile m_file;
  ParameterFile m_parameters;
  DelimitedReader m_reader;
  TableRows m_rows;
  qint64 m_row = 0;  ///< the number of the next one, without headers
  qint64 m_headerOffset = -1;
};

}  // namespace

Result<std::unique_ptr<RunSource>> openTable(const FoundRun& run, const QByteArray& resume) {
  QString file = run.path;
  QString parameters;
  if (run.format == RunFormat::LightningCsv) {
    file = run.path + QStringLiteral("/metrics.csv");
    parameters = run.path + QStringLiteral("/hparams.yaml");
  } else if (run.format == RunFormat::UltralyticsCsv) {
    file = run.path + QStringLiteral("/results.csv");
    parameters = run.path + QStringLiteral("/args.yaml");
  }
  if (auto readable = checkReadable(file); !readable) return tl::make_unexpected(readable.error());
  return std::make_unique<TableSource>(run.format, file, parameters, resume);
}

}  // namespace trainyard
