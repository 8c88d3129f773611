// SPDX-License-Identifier: GPL-3.0-or-later
// trainyard import: by itself, or through the window that owns the data directory.
#include <unistd.h>

#include <QCoreApplication>
#include <QDir>
#include <QEventLoop>
#include <QJsonArray>
#include <QJsonDocument>

#include "app/cli/run_verb.h"
#include "app/cli/verbs.h"
#include "app/instance.h"
#include "app/requests.h"
#include "core/base/format.h"

namespace trainyard::cli {
namespace {

constexpr int forever = -1;
constexpr int mostTold = 20;  ///< problems; --json has all of them

QString text(const char* source) { return QCoreApplication::translate("CommandLine", source); }

/// Absolute, for the window may be in another folder.
Result<QStringList> pathsOf(const CommandLine& line) {
  QStringList paths;
  for (const QString& word : line.positional) {
    const QFileInfo info(word);
    if (!info.exists()) return fail(ErrorCode::NotFound, text("There is nothing at %1.").arg(word));
    paths << QDir::cleanPath(info.absoluteFilePath());
  }
  return paths;
}

/// Whether it was worth the call: a path without a run is a mistake, but for a folder that is watched; so is one whose runs cannot be read.
int codeFor(const CommandLine& line, const QJsonObject& sum) {
  if (sum[QLatin1String("cancelled")].toBool()) return exitRefused;
  if (line.has(QStringLiteral("--watch"))) return exitDone;
  const bool isNothing = sum[QLatin1String("known")].toInt() == 0 && sum[QLatin1String("points")].toInteger() == 0;
  const bool isBroken = isNothing && !sum[QLatin1String("problems")].toArray().isEmpty();
  return isBroken || sum[QLatin1String("jobs")].toArray().isEmpty() ? exitRefused : exitDone;
}

int printSum(const CommandLine& line, const QJsonObject& sum) {
  if (line.has(QStringLiteral("--json"))) return print(QJsonDocument(sum).toJson()) ? codeFor(line, sum) : exitRefused;
  const auto count = [&sum](const char* key) { return sum[QLatin1String(key)].toInteger(); };
  QString told = text("runs: %1 new, %2 grown, %3 known already; %4 values\n")
                     .arg(count("added"))
                     .arg(count("grown")).arg(count("known")).arg(countText(count("points")));
  const QJsonObject skipped = sum[QLatin1String("skipped")].toObject();
  for (auto it = skipped.begin(); it != skipped.end(); ++it) told += text("passed over: %1 × %2\n").arg(countText(it->toInteger()), it.key());
  if (!print(told)) return exitRefused;
  const QJsonArray problems = sum[QLatin1String("problems")].toArray();
  if (sum[QLatin1String("cancelled")].toBool()) fprintf(stderr, "%s\n", qUtf8Printable(text("The import was cancelled; what was read is kept.")));
  else if (problems.isEmpty() && codeFor(line, sum) != exitDone) fprintf(stderr, "%s\n", qUtf8Printable(text("No runs were found there.")));
  for (qsizetype i = 0; i < std::min<qsizetype>(problems.size(), mostTold); ++i) {
    const QJsonObject problem = problems[i].toObject();
    const qint64 offset = problem[QLatin1String("offset")].toInteger();
    const QString where = problem[QLatin1String("file")].toString() + (offset >= 0 ? text(", byte %1").arg(offset) : QString());
    fprintf(stderr, "%s: %s\n", qUtf8Printable(where), qUtf8Printable(problem[QLatin1String("why")].toString()));
  }
  if (problems.size() > mostTold) fprintf(stderr, "%s\n", qUtf8Printable(text("... and %1 more; --json has all of them.").arg(problems.size() - mostTold)));
  return codeFor(line, sum);
}

int importThroughWindow(const Instance& instance, const CommandLine& line, const QStringList& paths) {
  const auto reply = instance.ask({{QStringLiteral("do"), QStringLiteral("import")},
                                   {QStringLiteral("paths"), QJsonArray::fromStringList(paths)},
                                   {QStringLiteral("watch"), line.has(QStringLiteral("--watch"))}}, forever);
  if (!reply) return tell(reply.error());
  if (!(*reply)[QLatin1String("ok")].toBool()) return tell(errorIn(*reply));
  return printSum(line, (*reply)[QLatin1String("sum")].toObject());
}

void showProgress(const ImportProgress& progress) {
  if (progress.runs == 0) return;
  const QString left = progress.leftMs >= 0 ? text(" · %1 left").arg(durationText(progress.leftMs)) : QString();
  const QString told = text("%1 of %2 runs · %3 %%4").arg(progress.done).arg(progress.runs).arg(int(progress.fraction() * 100)).arg(left);
  fprintf(stderr, "\r\033[K%s", qUtf8Printable(told));
}

/// Finds, imports, and with --watch goes on until it is interrupted.
class ForegroundImport final : public QObject {
 public:
  ForegroundImport(Yard& yard, const CommandLine& line, QStringList paths) : m_yard(yard), m_line(line), m_paths(std::move(paths)) {
    Importer& importer = m_yard.importer();
    connect(&importer, &Importer::found, this, [&importer](quint64, const FoundRuns& runs) { importer.take(runs.runs, runs.problems); });
    connect(&importer, &Importer::finished, this, [this](quint64, const ImportSum& sum, bool asked) { finished(sum, asked); });
    if (isatty(STDERR_FILENO) != 0) connect(&importer, &Importer::progressed, this, showProgress);
    connect(&m_interrupt, &InterruptWatch::interrupted, this, [this] {
      if (m_yard.importer().isImporting()) m_code = exitRefused;  // a watch ends so as a rule
      m_yard.importer().cancel();
      m_loop.quit();
    });
    connect(&m_yard.storage(), &JobStore::troubled, this, [](const Error& error) { tell(error); });  // it is tried again
    connect(&m_yard.storage(), &JobStore::recovered, this, [] { fprintf(stderr, "%s\n", qUtf8Printable(text("Writing works again; the import goes on."))); });
  }

  int run() {
    const bool watches = m_line.has(QStringLiteral("--watch"));
    m_yard.importRunner().setFollowing(watches);
    m_yard.importer().find(m_paths);
    m_loop.exec();
    return m_code;
  }

 private:
  void finished(const ImportSum& sum, bool asked) {
    if (isatty(STDERR_FILENO) != 0) fprintf(stderr, "\r\033[K");
    if (!asked) return;
    const int printed = printSum(m_line, toJson(sum));
    if (m_code == exitDone) m_code = printed;
    if (!m_line.has(QStringLiteral("--watch"))) return m_loop.quit();
    fflush(stdout);
    m_yard.importer().setWatched(m_paths);
  }

  Yard& m_yard;
  const CommandLine& m_line;
  QStringList m_paths;
  InterruptWatch m_interrupt;
  QEventLoop m_loop;
  int m_code = exitDone;
};

}  // namespace

int importVerb(const CommandLine& line) {
  if (line.positional.isEmpty()) return tellUsage(text("“import” needs a file or a folder."));
  const auto paths = pathsOf(line);
  if (!paths) return tell(paths.error());
  const auto dir = prepareDataDir(line.dataDir);
  if (!dir) return tell(dir.error());
  Instance instance(*dir);
  const auto owned = instance.acquireOrAsk();
  if (!owned) return tell(owned.error());
  if (!*owned) return importThroughWindow(instance, line, *paths);
  Yard yard(*dir, OpenMode::ReadWrite);
  if (const auto opened = openAndWait(yard); !opened) return tell(opened.error());
  const int code = ForegroundImport(yard, line, *paths).run();
  const auto closed = yard.close();
  return closed ? code : tell(closed.error());
}

}  // namespace trainyard::cli
