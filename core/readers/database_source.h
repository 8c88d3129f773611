// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/readers/basic_source.h"
#include "core/readers/sqlite_file.h"

namespace trainyard {

/// A run in a database whose rows have growing numbers: at each read only what is new.
class DatabaseSource : public BasicSource {
 public:
  DatabaseSource(const FoundRun& run, const QByteArray& resume);
  Part read(qint64 nowMs) final;
  RunFacts facts() const final { return m_facts; }
  QStringList watched() const final { return {m_path, m_path + QStringLiteral("-wal")}; }

 protected:
  static constexpr int rowsAtOnce = 50'000;

  struct Place {
    qint64 row = 0;  ///< the number of the last one that was taken; 0 = none
    QString mark;    ///< what it said, to know it again
  };
  /// What a row of that number says now; empty when it is gone.
  [[nodiscard]] virtual Result<QString> markOf(const SqliteFile& file, qint64 row) = 0;
  /// Takes rows after `place` and moves it. True when there are more.
  [[nodiscard]] virtual Result<bool> takeRows(const SqliteFile& file, Place& place, qint64 nowMs) = 0;
  [[nodiscard]] virtual Result<RunFacts> readFacts(const SqliteFile& file) = 0;
  [[nodiscard]] const QString& path() const { return m_path; }
  [[nodiscard]] const QString& run() const { return m_run; }

 private:
  [[nodiscard]] Result<bool> readOn(qint64 nowMs);

  RunFormat m_format;
  QString m_path;
  QString m_run;
  SqliteStamp m_stamp;
  Place m_place;
  RunFacts m_facts;
  QString m_told;  ///< the error that was told last
};

}  // namespace trainyard
