// SPDX-License-Identifier: GPL-3.0-or-later
#include <QCoreApplication>

#include "tests/support/message_guard.h"

int main(int argc, char** argv) {
  const QCoreApplication application(argc, argv);
  return trainyard::test::runTests(argc, argv);
}
