// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/message_guard.h"
#include "tests/support/tsan_qt.h"

int main(int argc, char** argv) {
  const trainyard::test::Application application(argc, argv);
  return trainyard::test::runTests(argc, argv);
}
