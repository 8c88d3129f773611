// SPDX-License-Identifier: GPL-3.0-or-later
// The command line of Trainyard without its window, so that a build with sanitizers need not compile what no request reaches.
#include <QCoreApplication>

#include "app/cli/command_line.h"

int main(int argc, char** argv) {
  QCoreApplication::setApplicationName(QStringLiteral("trainyard"));
  return trainyard::cli::run(argc, argv, trainyard::cli::parse(argc, argv));
}
