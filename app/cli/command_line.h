// SPDX-License-Identifier: GPL-3.0-or-later
// The words after the program's name. Exit codes: 0 done, 1 refused, 2 wrong usage.
#pragma once

#include <QHash>
#include <QStringList>
#include <optional>

#include "core/base/error.h"
#include "core/base/ids.h"

namespace trainyard::cli {

inline constexpr int exitDone = 0;
inline constexpr int exitRefused = 1;
inline constexpr int exitUsage = 2;

struct CommandLine {
  bool window = false;          ///< no verb: open the window
  QString dataDir;              ///< as given, or the default
  QString verb;
  QHash<QString, QStringList> options;  ///< "--epochs" -> its values; a flag has one empty value
  QStringList positional;
  QString usageError;           ///< one sentence, when the words make no sense

  [[nodiscard]] bool has(const QString& option) const { return options.contains(option); }
  [[nodiscard]] QString value(const QString& option) const { return options.value(option).value(0); }
};

[[nodiscard]] CommandLine parse(int argc, char** argv);
/// Does what the verb says, without a screen. The exit code.
[[nodiscard]] int run(int argc, char** argv, const CommandLine& line);

/// Tells an error on standard error. exitRefused.
int tell(const Error& error);
int tellUsage(const QString& sentence);
/// Text to standard output as UTF-8; false when nobody reads it any more.
bool print(const QByteArray& utf8);
bool print(const QString& text);
/// The job ids among the positional words, or InvalidInput.
[[nodiscard]] Result<QList<JobId>> idsOf(const CommandLine& line);

}  // namespace trainyard::cli
