// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/draft_checks.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSet>
#include <QStandardPaths>
#include <cmath>

#include "core/base/format.h"

namespace trainyard {
namespace {

constexpr int longestText = 200;
constexpr int longestCommand = 32'768;
constexpr int longestPattern = 1'000;

Error invalid(const QString& message) { return {ErrorCode::InvalidInput, message, {}}; }

/// What a text that is no whole number comes to, for telling which bound it is beyond: "2^40", "1e12"; NaN for other text.
double roughValue(const QString& text) {
  static const QRegularExpression power(QStringLiteral("^(\\d+)\\^(\\d+)$"));
  if (const auto match = power.match(text); match.hasMatch())
    return std::pow(match.captured(1).toDouble(), match.captured(2).toDouble());
  bool ok = false;
  const double value = text.toDouble(&ok);
  return ok || std::isinf(value) ? value : std::nan("");
}

/// True for a number that is written well and that a double cannot hold: "1e400", "1e-400".
bool isOutsideDouble(const QString& text) {
  static const QRegularExpression number(QStringLiteral("^[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?$"));
  return number.match(text).hasMatch();
}

/// Where the shell that runs the command will look for programs.
QStringList searchPath(const CommandSettings& command) {
  QString path = qEnvironmentVariable("PATH");
  for (const KeyValue& variable : command.environment)
    if (variable.key == u"PATH") path = variable.value;
  QStringList folders;
  for (const QString& folder : path.split(u':')) folders << QDir(command.workingDirectory).absoluteFilePath(folder);
  return folders;
}

/// Programs that only a shell has.
bool isShellWord(const QString& word) {
  static const QSet<QString> words{
      QStringLiteral("cd"),    QStringLiteral("exec"),   QStringLiteral("exit"), QStringLiteral("export"),
      QStringLiteral("set"),   QStringLiteral("unset"),  QStringLiteral("eval"), QStringLiteral("trap"),
      QStringLiteral("ulimit"), QStringLiteral("umask"), QStringLiteral("wait"), QStringLiteral("if"),
      QStringLiteral("for"),   QStringLiteral("while"),  QStringLiteral("until"), QStringLiteral("case"),
      QStringLiteral("."),     QStringLiteral("source"), QStringLiteral(":"),    QStringLiteral("command")};
  return words.contains(word);
}

}  // namespace

Result<TroubleResponse> checkTroubleResponse(const QString& text) {
  if (text.trimmed().isEmpty()) return TroubleResponse::Tell;
  const auto response = troubleResponseFromKey(text.trimmed());
  if (!response) return tl::make_unexpected(invalid(draftText("Must be tell, stop or retry")));
  return *response;
}

Result<int> checkPriority(const QString& text) {
  if (text.trimmed().isEmpty()) return 0;
  for (int priority = -1; priority <= 1; ++priority)
    if (text.trimmed() == priorityKey(priority)) return priority;
  return tl::make_unexpected(invalid(draftText("Must be low, normal or high")));
}

QString priorityKey(int priority) {
  return priority < 0 ? QStringLiteral("low") : priority > 0 ? QStringLiteral("high") : QStringLiteral("normal");
}

QString draftText(const char* source) { return QCoreApplication::translate("JobDraft", source); }

bool hasControl(const QString& text, bool linesAllowed) {
  return std::any_of(text.begin(), text.end(), [linesAllowed](QChar c) {
    if (linesAllowed && (c == u'\n' || c == u'\t' || c == u'\r')) return false;
    return c.category() == QChar::Other_Control;
  });
}

Result<qint64> checkWhole(const QString& text, const WholeRange& range) {
  const QString trimmed = text.trimmed();
  if (trimmed.isEmpty() && range.optional) return range.whenEmpty;
  bool isWhole = false;
  const qint64 value = trimmed.toLongLong(&isWhole);
  const double size = isWhole ? double(value) : roughValue(trimmed);
  const bool tooSmall = isWhole ? value < range.least : size < double(range.least);
  const bool tooLarge = isWhole ? value > range.most : size > double(range.most);
  if (tooSmall) return tl::make_unexpected(invalid(draftText("Must be at least %1").arg(countText(range.least))));
  if (tooLarge) return tl::make_unexpected(invalid(draftText("At most %1").arg(countText(range.most))));
  if (!isWhole) return tl::make_unexpected(invalid(draftText("Must be a whole number")));
  return value;
}

Result<double> checkLearningRate(const QString& text, bool optional) {
  const QString trimmed = text.trimmed();
  if (trimmed.isEmpty() && optional) return 0.0;
  bool ok = false;
  const double value = trimmed.toDouble(&ok);
  if (std::isnan(value) || (!ok && !isOutsideDouble(trimmed)))
    return tl::make_unexpected(invalid(draftText("Must be a number such as 3e-4 or 0.1")));
  if (!(value > 0.0)) return tl::make_unexpected(invalid(draftText("Must be greater than 0")));
  constexpr double most = 1e6;
  if (value > most) return tl::make_unexpected(invalid(draftText("At most 1,000,000")));
  return value;
}

Result<QString> checkText(const QString& text, bool required) {
  const QString trimmed = text.trimmed();
  if (required && trimmed.isEmpty()) return tl::make_unexpected(invalid(draftText("Must not be empty")));
  if (trimmed.size() > longestText) return tl::make_unexpected(invalid(draftText("At most 200 characters")));
  if (hasControl(trimmed)) return tl::make_unexpected(invalid(draftText("Must not hold control characters")));
  return trimmed;
}

Result<QString> checkName(const QString& name) {
  if (name.trimmed().isEmpty()) return tl::make_unexpected(invalid(draftText("Give the job a name")));
  return checkText(name, true);
}

Result<QString> checkCommandLine(const QString& text) {
  const QString trimmed = text.trimmed();
  if (trimmed.isEmpty()) return tl::make_unexpected(invalid(draftText("Give the command to run, such as python train.py")));
  if (trimmed.size() > longestCommand) return tl::make_unexpected(invalid(draftText("At most 32,768 characters")));
  if (hasControl(trimmed, true)) return tl::make_unexpected(invalid(draftText("Must not hold control characters")));
  return trimmed;
}

Result<QList<KeyValue>> checkEnvironment(const QString& text) {
  static const QRegularExpression name(QStringLiteral("^[A-Za-z_][A-Za-z0-9_]*$"));
  auto pairs = parsePairs(text);
  if (!pairs) return pairs;
  for (const KeyValue& pair : *pairs)
    if (!name.match(pair.key).hasMatch())
      return tl::make_unexpected(invalid(draftText("“%1” is not a variable's name").arg(pair.key)));
  return pairs;
}

Result<QString> checkPattern(const QString& text) {
  if (text.isEmpty()) return text;
  const auto refuse = [](const QString& message) { return fail(ErrorCode::InvalidPattern, message); };
  if (text.size() > longestPattern) return refuse(draftText("At most 1,000 characters"));
  const QRegularExpression pattern(text);
  if (!pattern.isValid())
    return refuse(draftText("Not a regular expression: %1 at character %2")
                      .arg(pattern.errorString())
                      .arg(pattern.patternErrorOffset() + 1));
  static const QSet<QString> noMetrics{QStringLiteral("step"), QStringLiteral("epoch"), QStringLiteral("total"),
                                       QStringLiteral("epochs"), QStringLiteral("name")};
  QStringList names = pattern.namedCaptureGroups();
  names.removeAll(QString());
  if (names.contains(QStringLiteral("name")) && names.contains(QStringLiteral("value"))) return text;
  if (std::all_of(names.begin(), names.end(), [](const QString& one) { return noMetrics.contains(one); }))
    return refuse(draftText("Needs a named group for a metric, such as (?<loss>[0-9.]+)"));
  return text;
}

QString expandedDirectory(const QString& text) {
  const QString trimmed = text.trimmed();
  if (trimmed.isEmpty()) return QDir::homePath();
  if (trimmed == u"~") return QDir::homePath();
  if (trimmed.startsWith(QLatin1String("~/"))) return QDir::cleanPath(QDir::homePath() + trimmed.mid(1));
  return QDir::cleanPath(QDir::current().absoluteFilePath(trimmed));
}

Result<void> checkWorkingDirectory(const QString& directory) {
  const QFileInfo info(directory);
  if (directory.contains(QChar(u'\0')) || !info.exists()) return fail(ErrorCode::WorkdirMissing, draftText("This folder does not exist"), directory);
  if (!info.isDir()) return fail(ErrorCode::WorkdirMissing, draftText("This is not a folder"), directory);
  if (!info.isExecutable()) return fail(ErrorCode::WorkdirMissing, draftText("This folder cannot be entered"), directory);
  return {};
}

Result<void> checkCommand(const CommandSettings& command) {
  if (const auto found = checkWorkingDirectory(command.workingDirectory); !found)
    return fail(ErrorCode::WorkdirMissing,
                draftText("The working directory %1 does not exist or cannot be entered.").arg(command.workingDirectory));
  static const QRegularExpression plainWord(QStringLiteral("^[A-Za-z0-9_@%+,./-]+$"));
  const QString first = command.line.trimmed().section(QRegularExpression(QStringLiteral("\\s")), 0, 0);
  if (!plainWord.match(first).hasMatch() || isShellWord(first)) return {};  // shell syntax is the shell's to judge
  const auto missing = [&first] {
    return fail(ErrorCode::CommandMissing,
                draftText("Cannot find the program “%1”; check its spelling or give its path").arg(first));
  };
  if (!first.contains(u'/')) {
    if (QStandardPaths::findExecutable(first, searchPath(command)).isEmpty()) return missing();
    return {};
  }
  const QFileInfo file(QDir(command.workingDirectory).absoluteFilePath(first));
  if (!file.isFile()) return missing();
  if (!file.isExecutable())
    return fail(ErrorCode::CommandMissing, draftText("“%1” is not executable; put its interpreter before it").arg(first));
  return {};
}

}  // namespace trainyard
