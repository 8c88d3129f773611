// SPDX-License-Identifier: GPL-3.0-or-later
// A database that another program wrote, and may be writing: opened for reading only, for as long as a question takes.
#pragma once

#include <QSqlQuery>
#include <QStringList>
#include <initializer_list>

#include "core/base/error.h"

namespace trainyard {

/// A connection of its own to a foreign SQLite file, kept by name only; used in the thread that opened it. Its views, triggers and virtual
/// tables are never asked: what a schema defines may run for ever. While it is open nobody may open and close the file by other means in
/// this process, for that would drop SQLite's locks on it (POSIX).
class SqliteFile {
 public:
  SqliteFile() = default;
  ~SqliteFile();
  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  /// Waits up to two seconds for a program that has it locked. NotFound, StorageNotADatabase, StorageDamaged, StorageRead
  /// (locked), StorageOpen.
  [[nodiscard]] Result<void> open(const QString& path);
  /// The columns of a plain table; empty when there is none of that name.
  [[nodiscard]] QStringList columnsOf(const QString& table) const;
  /// Runs one statement that reads; the result is valid while this is open. StorageRead.
  [[nodiscard]] Result<QSqlQuery> ask(const QString& sql, std::initializer_list<QVariant> values = {}) const;
  /// Whether rows came to their end, which next() does not tell from a page that cannot be read. StorageDamaged, StorageRead.
  [[nodiscard]] Result<void> ended(const QSqlQuery& rows) const;

 private:
  [[nodiscard]] Result<void> connectTo(const QString& name, const QString& options);
  void close();
  QString m_path;
  QString m_name;  ///< of the connection; empty = it is closed
};

/// When a database or its WAL changed last, in ms since 1970 UTC; 0 where there is none.
[[nodiscard]] qint64 databaseChangedMs(const QString& path);

/// Tells whether a database may have changed since a time before; looks at its file and its WAL.
class SqliteStamp {
 public:
  explicit SqliteStamp(QString path) : m_path(std::move(path)) {}
  /// True at first, and when it changed since the last settle().
  [[nodiscard]] bool mayHaveChanged() const { return m_settled.isEmpty() || m_settled != now(); }
  /// To be taken before reading, and told when all was read. A change of the last two seconds may have others behind it of the same time.
  [[nodiscard]] QString now() const;
  void settle(const QString& before, qint64 nowMs);

 private:
  QString m_path;
  QString m_settled;
};

}  // namespace trainyard
