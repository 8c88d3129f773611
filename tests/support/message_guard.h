// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRegularExpression>
#include <QString>
#include <QStringList>

namespace trainyard::test {

/// Installs a Qt message handler that records every warning and critical message; the run fails, naming the test case,
/// when one was recorded that no ExpectMessage covers.
void installMessageGuard();

/// Runs all test cases under the message guard; the process's exit code.
int runTests(int argc, char** argv);

/// Warnings seen since the last call; clears them.
QStringList takeUnexpectedMessages();

/// While alive, a warning that matches `pattern` is allowed. `seen()` tells whether it came.
class ExpectMessage {
 public:
  explicit ExpectMessage(const QString& pattern);
  ~ExpectMessage();
  ExpectMessage(const ExpectMessage&) = delete;
  ExpectMessage& operator=(const ExpectMessage&) = delete;
  [[nodiscard]] bool seen() const;

 private:
  int m_id;
};

}  // namespace trainyard::test
