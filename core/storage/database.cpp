// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/database.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlError>

// Outside of any namespace, as Qt asks: resources of a static library are registered by hand.
static void registerSchema() { Q_INIT_RESOURCE(schema); }

namespace trainyard {
namespace {

constexpr char sqliteMagic[] = "SQLite format 3";

/// Looks at the file's first bytes, so that a file that is not ours is not even opened by SQLite.
Result<void> inspectFile(const QString& path) {
  const QFileInfo info(path);
  if (!info.exists() || (info.isFile() && info.size() == 0)) return {};
  if (!info.isFile())
    return fail(ErrorCode::StorageOpen, Storage::tr("%1 is not a file; choose another data directory.").arg(path));
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly))
    return fail(ErrorCode::StorageOpen, Storage::tr("%1 cannot be read; check its rights.").arg(path), file.errorString());
  if (file.read(sizeof sqliteMagic) == QByteArray(sqliteMagic, sizeof sqliteMagic)) return {};
  return fail(ErrorCode::StorageNotADatabase,
              Storage::tr("%1 is not a Trainyard database; move it away or choose another data directory.").arg(path));
}

/// The statements of a script; ours hold no ";" inside a statement, and comments are whole lines.
QStringList statementsOf(const QString& script) {
  QStringList lines;
  for (const QString& line : script.split(u'\n'))
    if (!line.trimmed().startsWith(QLatin1String("--"))) lines << line;
  QStringList statements;
  for (const QString& statement : lines.join(u'\n').split(u';'))
    if (!statement.trimmed().isEmpty()) statements << statement.trimmed();
  return statements;
}

}  // namespace

Error errorOf(const QSqlQuery& query, ErrorCode code) {
  const QSqlError error = query.lastError();
  const QString native = error.nativeErrorCode();
  constexpr int sqliteFull = 13;
  if ((native.toInt() & 0xff) == sqliteFull)
    return {ErrorCode::StorageFull, Storage::tr("The disk is full: free some space, then try again."), error.text()};
  const QString message = code == ErrorCode::StorageRead ? Storage::tr("The database could not be read.")
                                                         : Storage::tr("The database could not be written.");
  return {code, message, QStringLiteral("%1 (%2) in %3").arg(error.text().trimmed(), native, query.lastQuery().left(80))};
}

Result<void> execute(QSqlQuery& query, ErrorCode code) {
  if (query.exec()) return {};
  return tl::make_unexpected(errorOf(query, code));
}

Database::Database(QString connectionName) : m_name(std::move(connectionName)) {}

Database::~Database() { close(); }

Result<void> Database::open(const QString& path, OpenMode mode) {
  if (const auto fit = inspectFile(path); !fit) return fit;
  m_path = path;
  QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
  database.setDatabaseName(path);
  database.setConnectOptions(mode == OpenMode::ReadOnly ? QStringLiteral("QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=5000")
                                                        : QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000"));
  if (!database.open()) {
    const QString detail = database.lastError().text();
    database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
    return fail(ErrorCode::StorageOpen, Storage::tr("The database %1 cannot be opened; check the rights of its folder.").arg(path),
                detail);
  }
  m_open = true;
  const auto usable = inspect().and_then([&] { return configure(mode); }).and_then([&] {
    return mode == OpenMode::ReadWrite ? migrate() : Result<void>();
  });
  if (!usable) {
    database = QSqlDatabase();
    close();
  }
  return usable;
}

void Database::close() {
  if (!std::exchange(m_open, false)) return;
  QSqlDatabase::database(m_name, false).close();
  QSqlDatabase::removeDatabase(m_name);
}

QSqlQuery Database::query() const { return QSqlQuery(QSqlDatabase::database(m_name, false)); }

Result<void> Database::run(const QString& sql) const {
  QSqlQuery statement = query();
  if (statement.exec(sql)) return {};
  return tl::make_unexpected(errorOf(statement, ErrorCode::StorageWrite));
}

Result<qint64> Database::number(const QString& sql) const {
  QSqlQuery statement = query();
  if (!statement.exec(sql) || !statement.next()) return tl::make_unexpected(errorOf(statement, ErrorCode::StorageRead));
  return statement.value(0).toLongLong();
}

void Database::rollBack() const {
  // Fails when SQLite has rolled back already; either way no transaction is open afterwards.
  query().exec(QStringLiteral("ROLLBACK"));
}

Result<void> Database::inspect() const {
  const auto notOurs = [this](const QString& detail) {
    return fail(ErrorCode::StorageNotADatabase,
                Storage::tr("%1 is not a Trainyard database; move it away or choose another data directory.").arg(m_path), detail);
  };
  const auto tables = number(QStringLiteral("SELECT count(*) FROM sqlite_master"));
  if (!tables) return notOurs(tables.error().detail);
  const auto format = number(QStringLiteral("PRAGMA user_version"));
  const auto application = number(QStringLiteral("PRAGMA application_id"));
  if (!format || !application) return notOurs({});
  if (*tables > 0 && *application != applicationId) return notOurs(QStringLiteral("application_id"));
  if (*format > newestFormat)
    return fail(ErrorCode::StorageTooNew,
                Storage::tr("%1 was written by a newer Trainyard (format %2, this program knows %3): update Trainyard or choose "
                            "another data directory.").arg(m_path).arg(*format).arg(newestFormat));
  return {};
}

Result<void> Database::configure(OpenMode mode) const {
  QStringList pragmas{QStringLiteral("PRAGMA foreign_keys = ON"), QStringLiteral("PRAGMA temp_store = MEMORY")};
  if (mode == OpenMode::ReadWrite)
    pragmas = QStringList{QStringLiteral("PRAGMA journal_mode = WAL"), QStringLiteral("PRAGMA synchronous = NORMAL")} + pragmas;
  for (const QString& pragma : pragmas) {
    if (const auto set = run(pragma); !set)
      return fail(set.error().code == ErrorCode::StorageFull ? ErrorCode::StorageFull : ErrorCode::StorageOpen,
                  set.error().code == ErrorCode::StorageFull
                      ? set.error().message
                      : Storage::tr("The database %1 cannot be written; check its rights and the free space of the disk.").arg(m_path),
                  set.error().detail);
  }
  return {};
}

Result<void> Database::migrate() const {
  registerSchema();
  const auto format = number(QStringLiteral("PRAGMA user_version"));
  if (!format) return tl::make_unexpected(format.error());
  const QDir scripts(QStringLiteral(":/trainyard/schema"));
  for (const QString& name : scripts.entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name)) {
    const int version = name.section(u'_', 0, 0).toInt();
    if (version <= *format) continue;
    QFile script(scripts.filePath(name));
    if (!script.open(QIODevice::ReadOnly)) return fail(ErrorCode::Internal, Storage::tr("A part of the program is missing."), name);
    if (const auto applied = applyMigration(version, QString::fromUtf8(script.readAll())); !applied) return applied;
  }
  return {};
}

Result<void> Database::applyMigration(int version, const QString& script) const {
  if (const auto begun = begin(); !begun) return begun;
  QStringList statements = statementsOf(script);
  statements << QStringLiteral("PRAGMA application_id = %1").arg(applicationId)
             << QStringLiteral("PRAGMA user_version = %1").arg(version);
  for (const QString& statement : statements) {
    if (const auto done = run(statement); !done) {
      rollBack();
      return done;
    }
  }
  return commit();
}

}  // namespace trainyard
