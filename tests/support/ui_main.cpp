// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>

#include "tests/support/message_guard.h"

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  const QApplication application(argc, argv);
  return trainyard::test::runTests(argc, argv);
}
