// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>

#include "app/cli/command_line.h"
#include "app/composition.h"
#include "app/message_log.h"

namespace {

using namespace trainyard;

int runWindow(int argc, char** argv, const QString& wantedDir) {
  QApplication application(argc, argv);
  QApplication::setFont(fontFor(TextRole::Body));
  QApplication::setApplicationDisplayName(QStringLiteral("Trainyard"));
  QApplication::setWindowIcon(QIcon(QStringLiteral(":/trainyard/icon.svg")));
  QApplication::setDesktopFileName(QStringLiteral("trainyard"));
  const auto dataDir = prepareDataDir(wantedDir);
  if (!dataDir) return cli::tell(dataDir.error());
  installMessageLog(*dataDir);
  Instance instance(*dataDir);
  if (const auto owned = instance.acquire(); !owned) {
    if (owned.error().code != ErrorCode::InUse) return cli::tell(owned.error());
    const auto answered = instance.ask({{QStringLiteral("do"), QStringLiteral("activate")}});
    return answered ? 0 : cli::tell(answered.error());
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
