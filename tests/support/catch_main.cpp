// SPDX-License-Identifier: GPL-3.0-or-later
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>

#include <map>
#include <mutex>

#include "tests/support/message_guard.h"

namespace trainyard::test {
namespace {

struct Expected {
  QRegularExpression pattern;
  bool seen = false;
};

std::mutex guard;
QStringList unexpected;
std::map<int, Expected> expectations;
int nextExpectation = 0;

void handle(QtMsgType type, const QMessageLogContext&, const QString& text) {
  if (type == QtDebugMsg || type == QtInfoMsg) return;
  // The offscreen platform says this of every window with a least size; it says nothing about the program.
  if (text == u"This plugin does not support propagateSizeHints()") return;
  const std::lock_guard lock(guard);
  for (auto& [id, expected] : expectations) {
    if (expected.pattern.match(text).hasMatch()) {
      expected.seen = true;
      return;
    }
  }
  unexpected << text;
  if (type == QtFatalMsg) fprintf(stderr, "fatal: %s\n", qPrintable(text));
}

int casesWithMessages = 0;

struct Listener : Catch::TestEventListenerBase {
  using TestEventListenerBase::TestEventListenerBase;
  void testCaseEnded(const Catch::TestCaseStats& stats) override {
    const QStringList messages = takeUnexpectedMessages();
    if (messages.isEmpty()) return;
    ++casesWithMessages;
    for (const QString& text : messages)
      fprintf(stderr, "FAILED: \"%s\" printed a warning: %s\n", stats.testInfo.name.c_str(), qPrintable(text));
  }
};
CATCH_REGISTER_LISTENER(Listener)

}  // namespace

void installMessageGuard() { qInstallMessageHandler(handle); }

QStringList takeUnexpectedMessages() {
  const std::lock_guard lock(guard);
  return std::exchange(unexpected, {});
}

int runTests(int argc, char** argv) {
  installMessageGuard();
  const int failed = Catch::Session().run(argc, argv);
  return failed != 0 ? failed : (casesWithMessages != 0 ? 1 : 0);
}

ExpectMessage::ExpectMessage(const QString& pattern) {
  const std::lock_guard lock(guard);
  m_id = nextExpectation++;
  expectations[m_id] = {QRegularExpression(pattern), false};
}

ExpectMessage::~ExpectMessage() {
  const std::lock_guard lock(guard);
  expectations.erase(m_id);
}

bool ExpectMessage::seen() const {
  const std::lock_guard lock(guard);
  return expectations[m_id].seen;
}

}  // namespace trainyard::test
