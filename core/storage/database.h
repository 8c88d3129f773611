// SPDX-License-Identifier: GPL-3.0-or-later
// One SQLite connection: opening, migrating, and SQL errors as data. A connection belongs to the thread that opened it.
#pragma once

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariant>
#include <initializer_list>
#include <optional>

#include "core/base/error.h"
#include "core/storage/storage.h"

namespace trainyard {

/// A connection kept by name only, as QtSql wants it; closed and removed with the object.
class Database {
 public:
  explicit Database(QString connectionName);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Opens `path`; with ReadWrite creates and migrates it. StorageOpen, StorageNotADatabase, StorageTooNew,
  /// StorageFull; the file is left untouched, byte for byte, when it is refused.
  [[nodiscard]] Result<void> open(const QString& path, OpenMode mode);
  /// For reading a file that another connection of this process has open already. Only SQLite touches it: a process that closes
  /// any handle of a file loses all its locks on it (POSIX), and another program would take the WAL for forgotten and delete it.
  [[nodiscard]] Result<void> openBeside(const QString& path);
  void close();
  [[nodiscard]] bool isOpen() const { return m_open; }
  /// The format of the open file; 0 = it is empty, which only a ReadOnly connection leaves so.
  [[nodiscard]] int format() const { return m_format; }

  /// A query of this connection. Valid while it is open.
  [[nodiscard]] QSqlQuery query() const;
  /// For statements that are used once.
  [[nodiscard]] Result<void> run(const QString& sql, ErrorCode code = ErrorCode::StorageWrite) const;
  [[nodiscard]] Result<qint64> number(const QString& sql) const;

  /// Cuts free pages off the file, at most `pages`; how many are free afterwards. Outside of transactions.
  [[nodiscard]] Result<qint64> vacuum(int pages) const;

  [[nodiscard]] Result<void> begin() const { return run(QStringLiteral("BEGIN IMMEDIATE")); }
  [[nodiscard]] Result<void> commit() const { return run(QStringLiteral("COMMIT")); }
  /// Gives up the open transaction, if SQLite has not done so itself (as it does on a full disk).
  void rollBack() const;

 private:
  /// How a file is opened; Frozen reads it as if nothing could change it, and neither needs nor makes a file beside it.
  enum class Access { ReadWrite, ReadOnly, Frozen };
  [[nodiscard]] Result<void> connectTo(Access access);
  [[nodiscard]] Result<void> lookFirst();
  [[nodiscard]] Result<void> orFrozen(Result<void> usable);
  [[nodiscard]] Result<void> inspect();
  [[nodiscard]] Result<qint64> look(const QString& sql) const;
  [[nodiscard]] Result<void> configure() const;
  [[nodiscard]] Result<void> migrate();
  [[nodiscard]] Result<void> applyMigration(int version, const QString& script);
  /// Whether SQLite has something in the file beside ours.
  [[nodiscard]] bool hasFile(const char* suffix) const;

  QString m_name;
  QString m_path;
  bool m_open = false;
  bool m_isOurs = false;  ///< by the header of its file
  int m_format = 0;
};

/// A statement that is prepared at its first use and kept for the next ones. To be dropped before its connection
/// closes.
class Statement {
 public:
  Statement(const Database& database, QString sql) : m_database(database), m_sql(std::move(sql)) {}

  /// Runs it with the values bound in order. The query is valid until the next run; finish() one that is not read to
  /// its end.
  [[nodiscard]] Result<QSqlQuery*> run(std::initializer_list<QVariant> values, ErrorCode code = ErrorCode::StorageWrite);

 private:
  const Database& m_database;
  QString m_sql;
  std::optional<QSqlQuery> m_query;
};

/// The last error of a query: StorageFull when the disk is full, else `code`.
[[nodiscard]] Error errorOf(const QSqlQuery& query, ErrorCode code);
/// Runs a prepared query.
[[nodiscard]] Result<void> execute(QSqlQuery& query, ErrorCode code = ErrorCode::StorageWrite);

/// Formats that this program can read: 1..newestFormat, SQLite's user_version.
inline constexpr int newestFormat = 5;
/// SQLite's application_id of our files: "Trnd".
inline constexpr int applicationId = 0x54726e64;

}  // namespace trainyard
