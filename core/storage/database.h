// SPDX-License-Identifier: GPL-3.0-or-later
// One SQLite connection: opening, migrating, and SQL errors as data. A connection belongs to the thread that opened it.
#pragma once

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>

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

  /// Opens `path`; with ReadWrite creates and migrates it. StorageOpen, StorageNotADatabase, StorageTooNew; the file is left
  /// untouched when it is refused.
  [[nodiscard]] Result<void> open(const QString& path, OpenMode mode);
  void close();
  [[nodiscard]] bool isOpen() const { return m_open; }

  /// A query of this connection. Valid while it is open.
  [[nodiscard]] QSqlQuery query() const;
  /// Prepares and keeps nothing: for statements that are used once.
  [[nodiscard]] Result<void> run(const QString& sql) const;
  [[nodiscard]] Result<qint64> number(const QString& sql) const;

  [[nodiscard]] Result<void> begin() const { return run(QStringLiteral("BEGIN IMMEDIATE")); }
  [[nodiscard]] Result<void> commit() const { return run(QStringLiteral("COMMIT")); }
  /// Gives up the open transaction, if SQLite has not done so itself (as it does on a full disk).
  void rollBack() const;

 private:
  [[nodiscard]] Result<void> configure(OpenMode mode) const;
  [[nodiscard]] Result<void> inspect() const;
  [[nodiscard]] Result<void> migrate() const;
  [[nodiscard]] Result<void> applyMigration(int version, const QString& script) const;

  QString m_name;
  QString m_path;
  bool m_open = false;
};

/// The last error of a query: StorageFull when the disk is full, else `code`.
[[nodiscard]] Error errorOf(const QSqlQuery& query, ErrorCode code);
/// Runs a prepared query.
[[nodiscard]] Result<void> execute(QSqlQuery& query, ErrorCode code = ErrorCode::StorageWrite);

/// Formats that this program can read: 1..newestFormat, SQLite's user_version.
inline constexpr int newestFormat = 1;
/// SQLite's application_id of our files: "Trnd".
inline constexpr int applicationId = 0x54726e64;

}  // namespace trainyard
