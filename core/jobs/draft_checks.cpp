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
constexpr int mostPairs = 200;
constexpr int longestKey = 100;
constexpr int longestValue = 1'000;

bool hasControl(const QString& text, bool linesAllowed = false) {
  return std::any_of(text.begin(), text.end(), [linesAllowed](QChar c) {
    if (linesAllowed && (c == u'\n' || c == u'\t' || c == u'\r')) return false;
    return c.category() == QChar::Other_Control;
  });
}

Error invalid(const QString& message) { return {ErrorCode::InvalidInput, message, {}}; }


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

QString draftText(const char* source) { return QCoreApplication::translate("JobDraft", source); }

Result<qint64> checkWhole(const QString& text, const WholeRange& range) {
  const QString trimmed = text.trimmed();
  if (trimmed.isEmpty()) {
    if (range.optional) return range.whenEmpty;
    return tl::make_unexpected(invalid(draftText("Must be a whole number")));
  }
  bool ok = false;
  const qint64 value = trimmed.toLongLong(&ok);
  const bool digitsOnly = !trimmed.isEmpty() && std::all_of(trimmed.begin() + (trimmed[0] == u'-' ? 1 : 0), trimmed.end(),
                                                            [](QChar c) { return c >= u'0' && c <= u'9'; });
  if (!ok && !(digitsOnly && trimmed.size() > 1)) return tl::make_unexpected(invalid(draftText("Must be a whole number")));
  const bool negative = trimmed[0] == u'-';
  if ((ok && value < range.least) || (!ok && negative))
    return tl::make_unexpected(invalid(draftText("Must be at least %1").arg(countText(range.least))));
  if (!ok || value > range.most)
    return tl::make_unexpected(invalid(draftText("At most %1").arg(countText(range.most))));
  return value;
}

Result<double> checkLearningRate(const QString& text, bool optional) {
  const QString trimmed = text.trimmed();
  if (trimmed.isEmpty() && optional) return 0.0;
  bool ok = false;
  const double value = QLocale::c().toDouble(trimmed, &ok);
  if (!ok || std::isnan(value)) return tl::make_unexpected(invalid(draftText("Must be a number such as 3e-4 or 0.1")));
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

Result<QList<KeyValue>> parsePairs(const QString& text) {
  static const QRegularExpression separators(QStringLiteral("[\\n;]|\\s{2,}"));
  QList<KeyValue> pairs;
  QSet<QString> keys;
  for (const QString& item : text.split(separators, Qt::SkipEmptyParts)) {
    if (item.trimmed().isEmpty()) continue;
    const qsizetype equals = item.indexOf(u'=');
    const QString key = item.left(std::max<qsizetype>(equals, 0)).trimmed();
    const QString value = item.mid(equals + 1).trimmed();
    if (equals < 0 || key.isEmpty())
      return tl::make_unexpected(invalid(draftText("Write “%1” as key = value").arg(item.trimmed().left(40))));
    if (key.size() > longestKey || value.size() > longestValue || hasControl(key) || hasControl(value))
      return tl::make_unexpected(invalid(draftText("“%1” is too long").arg(key.left(40))));
    if (keys.contains(key)) return tl::make_unexpected(invalid(draftText("“%1” is given twice").arg(key)));
    keys.insert(key);
    pairs << KeyValue{key, value};
  }
  if (pairs.size() > mostPairs) return tl::make_unexpected(invalid(draftText("At most 200 pairs")));
  return pairs;
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
  static const QSet<QString> positions{QStringLiteral("step"), QStringLiteral("epoch"), QStringLiteral("total"),
                                       QStringLiteral("epochs")};
  QStringList names = pattern.namedCaptureGroups();
  names.removeAll(QString());
  if (names.contains(QStringLiteral("name")) && names.contains(QStringLiteral("value"))) return text;
  if (std::all_of(names.begin(), names.end(), [](const QString& one) { return positions.contains(one); }))
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
  if (!info.exists()) return fail(ErrorCode::WorkdirMissing, draftText("This folder does not exist"), directory);
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
  if (!first.contains(u'/')) return QStandardPaths::findExecutable(first).isEmpty() ? Result<void>(missing()) : Result<void>();
  const QFileInfo file(QDir(command.workingDirectory).absoluteFilePath(first));
  if (!file.isFile()) return missing();
  if (!file.isExecutable())
    return fail(ErrorCode::CommandMissing, draftText("“%1” is not executable; put its interpreter before it").arg(first));
  return {};
}

}  // namespace trainyard
