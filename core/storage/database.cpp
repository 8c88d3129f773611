// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/database.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSqlError>
#include <QUrl>
#include <QVariant>
#include <QtEndian>

// Outside of any namespace, as Qt asks: resources of a static library are registered by hand.
static void registerSchema() { Q_INIT_RESOURCE(schema); }

namespace trainyard {
namespace {

constexpr char sqliteMagic[] = "SQLite format 3";

// SQLite's result codes that are told apart; the low byte is the primary one.
constexpr int sqliteBusy = 5;
constexpr int sqliteCorrupt = 11;
constexpr int sqliteFull = 13;
constexpr int sqliteNotADatabase = 26;
constexpr int sqliteNoRoomForIndex = 4874;  // IOERR_SHMSIZE: the file beside the WAL could not grow

int resultCode(const QSqlError& error) { return error.nativeErrorCode().toInt(); }

tl::unexpected<Error> notOurs(const QString& path, const QString& detail) {
  return fail(ErrorCode::StorageNotADatabase,
              Storage::tr("%1 is not a Trainyard database; move it away or choose another data directory.").arg(path),
              detail);
}

QString fullDisk() { return Storage::tr("The disk is full: free some space, then try again."); }

bool isFull(const QSqlError& error) {
  const int code = resultCode(error);
  return (code & 0xff) == sqliteFull || code == sqliteNoRoomForIndex;
}

/// Why a file could not be opened, or not be read while it was looked at. `isOurs`: its header says that it is.
tl::unexpected<Error> openingError(const QString& path, bool isOurs, const QSqlError& error) {
  const QString detail = QStringLiteral("%1 (%2)").arg(error.text().trimmed(), error.nativeErrorCode());
  const int code = resultCode(error) & 0xff;
  if (isFull(error)) return fail(ErrorCode::StorageFull, fullDisk(), detail);
  const bool isBroken = code == sqliteNotADatabase || code == sqliteCorrupt;
  if (isBroken && isOurs)
    return fail(ErrorCode::StorageDamaged,
                Storage::tr("The database %1 is damaged or was cut short; put a copy of it in its place, or move it away to begin anew.").arg(path), detail);
  if (isBroken) return notOurs(path, detail);
  if (code == sqliteBusy)
    return fail(ErrorCode::StorageOpen,
                Storage::tr("The database %1 is locked by another program; close that program, then try again.").arg(path),
                detail);
  return fail(ErrorCode::StorageOpen,
              Storage::tr("The database %1 cannot be opened; check the rights of the file and of its folder.").arg(path),
              detail);
}

/// Looks at the file's first bytes, so that a file that is not ours is not even opened by SQLite: whether its header has our number.
Result<bool> inspectFile(const QString& path) {
  const QFileInfo info(path);
  if (!info.exists() || (info.isFile() && info.size() == 0)) return false;
  if (!info.isFile())
    return fail(ErrorCode::StorageOpen, Storage::tr("%1 is not a file; choose another data directory.").arg(path));
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly))
    return fail(ErrorCode::StorageOpen, Storage::tr("%1 cannot be read; check its rights.").arg(path),
                file.errorString());
  constexpr qsizetype numberAt = 68;  // of the application: https://www.sqlite.org/fileformat.html#the_database_header
  const QByteArray header = file.read(numberAt + qsizetype(sizeof applicationId));
  if (header.startsWith(QByteArray(sqliteMagic, sizeof sqliteMagic)))
    return header.size() == numberAt + qsizetype(sizeof applicationId) && qFromBigEndian<qint32>(header.constData() + numberAt) == applicationId;
  return notOurs(path, QStringLiteral("no SQLite header"));
}

/// The statements of a script; ours hold no ";" inside a statement but in a trigger's body, and comments are whole lines.
QStringList statementsOf(const QString& script) {
  QStringList lines;
  for (const QString& line : script.split(u'\n'))
    if (!line.trimmed().startsWith(QLatin1String("--"))) lines << line;
  QStringList statements;
  QString statement;
  for (const QString& part : lines.join(u'\n').split(u';')) {
    statement += part;
    const QString whole = statement.trimmed();
    if (whole.startsWith(QLatin1String("CREATE TRIGGER")) && !whole.endsWith(QLatin1String("END"))) {
      statement += u';';
      continue;
    }
    if (!whole.isEmpty()) statements << whole;
    statement.clear();
  }
  return statements;
}

}  // namespace

Error errorOf(const QSqlQuery& query, ErrorCode code) {
  const QSqlError error = query.lastError();
  const QString detail =
      QStringLiteral("%1 (%2) in %3").arg(error.text().trimmed(), error.nativeErrorCode(), query.lastQuery().left(80));
  if (isFull(error)) return {ErrorCode::StorageFull, fullDisk(), detail};
  const QString message = code == ErrorCode::StorageRead ? Storage::tr("The database could not be read.")
                                                         : Storage::tr("The database could not be written.");
  return {code, message, detail};
}

Result<void> execute(QSqlQuery& query, ErrorCode code) {
  if (query.exec()) return {};
  return tl::make_unexpected(errorOf(query, code));
}

Result<QSqlQuery*> Statement::run(std::initializer_list<QVariant> values, ErrorCode code) {
  if (!m_query) {
    m_query.emplace(m_database.query());
    m_query->setForwardOnly(true);
    m_query->prepare(m_sql);  // what is wrong with it is told by the first exec()
  }
  int place = 0;
  for (const QVariant& value : values) m_query->bindValue(place++, value);
  if (m_query->exec()) return &*m_query;
  const Error error = errorOf(*m_query, code);
  m_query.reset();  // it may not even have been prepared
  return tl::make_unexpected(error);
}

Database::Database(QString connectionName) : m_name(std::move(connectionName)) {}

Database::~Database() { close(); }

Result<void> Database::open(const QString& path, OpenMode mode) {
  m_path = path;
  const auto fit = inspectFile(path).and_then([this](bool isOurs) {
    m_isOurs = isOurs;
    return lookFirst();
  });
  if (!fit) return fit;
  const bool writing = mode == OpenMode::ReadWrite;
  auto usable = connectTo(writing ? Access::ReadWrite : Access::ReadOnly).and_then([this] { return inspect(); });
  if (usable && writing) usable = configure().and_then([this] { return migrate(); });
  if (!writing) return orFrozen(usable);
  if (!usable) close();
  return usable;
}

Result<void> Database::openBeside(const QString& path) {
  m_path = path;
  return orFrozen(connectTo(Access::ReadOnly).and_then([this] { return inspect(); }));
}

/// What a reader can do when it could not open the file as it is.
Result<void> Database::orFrozen(Result<void> usable) {
  if (usable) return usable;
  close();
  // In a folder that cannot be written SQLite cannot make the files beside a WAL database, which a reader needs as
  // well.
  if (usable.error().code == ErrorCode::StorageOpen && !hasFile("-wal") && !hasFile("-journal"))
    return connectTo(Access::Frozen).and_then([this] { return inspect(); });
  return usable;
}

/// Opening a database for writing, or even its last closing, may write to it. So a file that exists is first looked at
/// by a connection that cannot; only a WAL left by a crash needs one that reads it too, and that one does not write to
/// the file.
Result<void> Database::lookFirst() {
  if (QFileInfo(m_path).size() == 0) return {};
  const Access harmless = hasFile("-wal") ? Access::ReadOnly : Access::Frozen;
  const auto fit = connectTo(harmless).and_then([this] { return inspect(); });
  close();
  return fit;
}

bool Database::hasFile(const char* suffix) const { return QFileInfo(m_path + QLatin1String(suffix)).size() > 0; }

Result<void> Database::connectTo(Access access) {
  QString options = QStringLiteral("QSQLITE_BUSY_TIMEOUT=5000");
  QString name = m_path;
  if (access != Access::ReadWrite) options += QStringLiteral(";QSQLITE_OPEN_READONLY");
  if (access == Access::Frozen) {
    options += QStringLiteral(";QSQLITE_OPEN_URI");
    const QByteArray url = QUrl::fromLocalFile(m_path).toEncoded(QUrl::FullyEncoded);
    name = QString::fromLatin1(url) + QStringLiteral("?immutable=1");
  }
  QSqlError error;
  {
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name);
    database.setDatabaseName(name);
    database.setConnectOptions(options);
    m_open = database.open();
    error = database.lastError();
  }
  if (m_open) return run(QStringLiteral("PRAGMA foreign_keys = ON"));
  QSqlDatabase::removeDatabase(m_name);
  return openingError(m_path, m_isOurs, error);
}

void Database::close() {
  if (!std::exchange(m_open, false)) return;
  QSqlDatabase::database(m_name, false).close();
  QSqlDatabase::removeDatabase(m_name);
}

QSqlQuery Database::query() const { return QSqlQuery(QSqlDatabase::database(m_name, false)); }

Result<void> Database::run(const QString& sql, ErrorCode code) const {
  QSqlQuery statement = query();
  if (statement.exec(sql)) return {};
  return tl::make_unexpected(errorOf(statement, code));
}

Result<qint64> Database::number(const QString& sql) const {
  QSqlQuery statement = query();
  if (!statement.exec(sql) || !statement.next()) return tl::make_unexpected(errorOf(statement, ErrorCode::StorageRead));
  return statement.value(0).toLongLong();
}

Result<qint64> Database::vacuum(int pages) const {
  auto left = begin().and_then([this] { return number(QStringLiteral("PRAGMA freelist_count")); });
  QSqlQuery statement = query();
  statement.prepare(QStringLiteral("PRAGMA incremental_vacuum(1)"));
  const qint64 most = left ? std::min<qint64>(pages, *left) : 0;
  // QtSql takes one step of a statement without columns, and a step frees one page.
  for (qint64 i = 0; i < most && left; ++i)
    if (!statement.exec()) left = tl::make_unexpected(errorOf(statement, ErrorCode::StorageWrite));
  statement.finish();
  if (left) left = number(QStringLiteral("PRAGMA freelist_count"));
  const auto done = left ? commit() : tl::make_unexpected(left.error());
  if (done) return left;
  rollBack();
  return tl::make_unexpected(done.error());
}

void Database::rollBack() const {
  // Fails when SQLite has rolled back already; either way no transaction is open afterwards.
  query().exec(QStringLiteral("ROLLBACK"));
}

Result<qint64> Database::look(const QString& sql) const {
  QSqlQuery statement = query();
  if (!statement.exec(sql) || !statement.next()) return openingError(m_path, m_isOurs, statement.lastError());
  return statement.value(0).toLongLong();
}

Result<void> Database::inspect() {
  const auto tables = look(QStringLiteral("SELECT count(*) FROM sqlite_master"));
  if (!tables) return tl::make_unexpected(tables.error());
  const auto format = look(QStringLiteral("PRAGMA user_version"));
  if (!format) return tl::make_unexpected(format.error());
  const auto application = look(QStringLiteral("PRAGMA application_id"));
  if (!application) return tl::make_unexpected(application.error());
  if (*tables > 0 && *application != applicationId)
    return notOurs(m_path, QStringLiteral("application_id %1").arg(*application));
  if (*format > newestFormat)
    return fail(ErrorCode::StorageTooNew,
                Storage::tr("%1 was written by a newer Trainyard (format %2; this program knows %3). Update Trainyard or "
                            "choose another data directory.").arg(m_path).arg(*format).arg(newestFormat));
  m_format = int(*format);
  return {};
}

Result<void> Database::configure() const {
  // Space that a deleted job leaves can be given back only by a file that was made so.
  const QString makeShrinkable = QStringLiteral("PRAGMA auto_vacuum = INCREMENTAL");
  if (m_format == 0)
    if (const auto done = run(makeShrinkable); !done) return done;
  // SQLite opens a file that cannot be written, and even begins a transaction on it, without a word. A write that is
  // rolled back tells.
  const QString touch = QStringLiteral("PRAGMA user_version = %1").arg(m_format);
  for (const QString& sql : {QStringLiteral("PRAGMA journal_mode = WAL"), QStringLiteral("PRAGMA synchronous = NORMAL"),
                             QStringLiteral("BEGIN IMMEDIATE"), touch, QStringLiteral("ROLLBACK")}) {
    QSqlQuery statement = query();
    if (!statement.exec(sql)) return openingError(m_path, m_isOurs, statement.lastError());
  }
  return {};
}

Result<void> Database::migrate() {
  registerSchema();
  const QDir scripts(QStringLiteral(":/trainyard/schema"));
  for (const QString& name : scripts.entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name)) {
    QFile script(scripts.filePath(name));
    if (!script.open(QIODevice::ReadOnly))
      return fail(ErrorCode::Internal, Storage::tr("A part of the program is missing."), name);
    const int version = name.section(u'_', 0, 0).toInt();
    if (version <= m_format) continue;
    if (const auto applied = applyMigration(version, QString::fromUtf8(script.readAll())); !applied) return applied;
  }
  return {};
}

Result<void> Database::applyMigration(int version, const QString& script) {
  if (const auto begun = begin(); !begun) return begun;
  // Read again inside the transaction: another program may have been faster.
  auto format = number(QStringLiteral("PRAGMA user_version"));
  QStringList statements;
  if (format && *format < version) {
    statements = statementsOf(script);
    statements << QStringLiteral("PRAGMA application_id = %1").arg(applicationId)
               << QStringLiteral("PRAGMA user_version = %1").arg(version);
    format = version;
  }
  auto done = format.map([](qint64) {});
  for (const QString& statement : statements)
    if (done) done = run(statement);
  if (done) done = commit();
  if (done)
    m_format = int(*format);
  else
    rollBack();
  return done;
}

}  // namespace trainyard
