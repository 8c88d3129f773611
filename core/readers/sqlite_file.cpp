// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/sqlite_file.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFileInfo>
#include <QSqlDatabase>
#include <QSqlError>
#include <QUrl>
#include <QVariant>
#include <atomic>

namespace trainyard {
namespace {

constexpr int sqliteBusy = 5, sqliteCorrupt = 11, sqliteNotADatabase = 26;

tl::unexpected<Error> errorOf(const QString& path, const QSqlError& error) {
  const QString detail = QStringLiteral("%1 (%2)").arg(error.text().trimmed(), error.nativeErrorCode());
  const int code = error.nativeErrorCode().toInt() & 0xff;
  if (code == sqliteBusy)
    return fail(ErrorCode::StorageRead,
                QCoreApplication::translate("Readers", "%1 is locked by another program; it is tried again.").arg(path), detail);
  if (code == sqliteNotADatabase)
    return fail(ErrorCode::StorageNotADatabase, QCoreApplication::translate("Readers", "%1 is no SQLite database.").arg(path), detail);
  if (code == sqliteCorrupt)
    return fail(ErrorCode::StorageDamaged, QCoreApplication::translate("Readers", "%1 is a damaged database.").arg(path), detail);
  return fail(ErrorCode::StorageOpen, QCoreApplication::translate("Readers", "%1 cannot be read as a database; check its rights.").arg(path), detail);
}

}  // namespace

SqliteFile::~SqliteFile() { close(); }

void SqliteFile::close() {
  if (m_name.isEmpty()) return;
  QSqlDatabase::database(m_name, false).close();
  QSqlDatabase::removeDatabase(std::exchange(m_name, QString()));
}

Result<void> SqliteFile::open(const QString& path) {
  m_path = path;
  if (!QFileInfo(path).isFile())
    return fail(ErrorCode::NotFound, QCoreApplication::translate("Readers", "%1 is not there any more.").arg(path));
  auto opened = connectTo(path, {});
  const bool hasWal = QFileInfo(path + QStringLiteral("-wal")).size() > 0;
  if (opened || hasWal || opened.error().code != ErrorCode::StorageOpen || QFileInfo(QFileInfo(path).path()).isWritable()) return opened;
  // In a folder that cannot be written SQLite cannot make the files beside a WAL database. Without a WAL nobody is writing it.
  const QString url = QString::fromLatin1(QUrl::fromLocalFile(path).toEncoded(QUrl::FullyEncoded));
  return connectTo(url + QStringLiteral("?immutable=1"), QStringLiteral(";QSQLITE_OPEN_URI"));
}

Result<void> SqliteFile::connectTo(const QString& name, const QString& options) {
  static std::atomic<quint64> count = 0;
  close();
  m_name = QStringLiteral("foreign-%1").arg(++count);
  QSqlError error;
  {
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
    database.setDatabaseName(name);
    database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=2000;QSQLITE_OPEN_READONLY") + options);
    bool usable = database.open();
    error = database.lastError();
    QSqlQuery query(database);
    for (const char* sql :
         {"PRAGMA trusted_schema = OFF", "PRAGMA cell_size_check = ON", "PRAGMA query_only = ON", "SELECT count(*) FROM sqlite_master"})
      if (usable && !query.exec(QLatin1String(sql))) {
        usable = false;
        error = query.lastError();
      }
    if (usable) return {};
  }
  close();
  return errorOf(m_path, error);
}

QStringList SqliteFile::columnsOf(const QString& table) const {
  auto kind = ask(QStringLiteral("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? AND sql NOT LIKE 'CREATE VIRTUAL%'"), {table});
  if (!kind || !kind->next()) return {};
  auto columns = ask(QStringLiteral("SELECT name FROM pragma_table_info(?) LIMIT 1000"), {table});
  QStringList names;
  while (columns && columns->next()) names << columns->value(0).toString();
  return names;
}

Result<QSqlQuery> SqliteFile::ask(const QString& sql, std::initializer_list<QVariant> values) const {
  QSqlQuery query(QSqlDatabase::database(m_name, false));
  query.setForwardOnly(true);
  if (!query.prepare(sql)) return errorOf(m_path, query.lastError());
  int place = 0;
  for (const QVariant& value : values) query.bindValue(place++, value);
  if (!query.exec()) return errorOf(m_path, query.lastError());
  return query;
}

Result<void> SqliteFile::ended(const QSqlQuery& rows) const {
  if (rows.lastError().isValid()) return errorOf(m_path, rows.lastError());
  return {};
}

qint64 databaseChangedMs(const QString& path) {
  qint64 changedMs = 0;
  for (const QString& file : {path, path + QStringLiteral("-wal")})
    if (const QFileInfo info(file); info.exists()) changedMs = std::max(changedMs, info.lastModified().toMSecsSinceEpoch());
  return changedMs;
}

QString SqliteStamp::now() const {
  QString stamp;
  for (const QString& path : {m_path, m_path + QStringLiteral("-wal")}) {
    const QFileInfo info(path);
    stamp += QStringLiteral("%1 %2 ").arg(info.size()).arg(info.exists() ? info.lastModified().toMSecsSinceEpoch() : 0);
  }
  return stamp;
}

void SqliteStamp::settle(const QString& before, qint64 nowMs) {
  constexpr qint64 freshMs = 2'000;
  m_settled = nowMs - databaseChangedMs(m_path) > freshMs ? before : QString();
}

}  // namespace trainyard
