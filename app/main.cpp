// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QMessageBox>

#include "app/cli/command_line.h"
#include "app/composition.h"
#include "app/message_log.h"

namespace {

using namespace trainyard;

/// Somebody who started the program by a double click sees no terminal.
int tellInWindow(const Error& error) {
  const int code = cli::tell(error);
  QMessageBox::critical(nullptr, QStringLiteral("Trainyard"), error.message);
  return code;
}

int runWindow(int argc, char** argv, const QString& wantedDir) {
  QApplication application(argc, argv);
  QApplication::setFont(fontFor(TextRole::Body));
  QApplication::setApplicationDisplayName(QStringLiteral("Trainyard"));
  QApplication::setDesktopFileName(QStringLiteral("trainyard"));
  const auto dataDir = prepareDataDir(wantedDir);
  if (!dataDir) return tellInWindow(dataDir.error());
  installMessageLog(*dataDir);
  Instance instance(*dataDir);
  if (const auto owned = instance.acquire(); !owned) {
    if (owned.error().code != ErrorCode::InUse) return tellInWindow(owned.error());
    const auto answered = instance.ask({{QStringLiteral("do"), QStringLiteral("activate")}});
    if (!answered) return tellInWindow(answered.error());
    return (*answered)[QLatin1String("ok")].toBool() ? 0 : tellInWindow(errorIn(*answered));
  }
  Composition composition(application, *dataDir, instance);
  composition.start();
  return QApplication::exec();
}

}  // namespace

int main(int argc, char** argv) {
  QCoreApplication::setApplicationName(QStringLiteral("trainyard"));
  QCoreApplication::setApplicationVersion(QStringLiteral(TRAINYARD_VERSION));
  const cli::CommandLine line = cli::parse(argc, argv);
  if (line.window) return runWindow(argc, argv, line.dataDir);
  return cli::run(argc, argv, line);
}
