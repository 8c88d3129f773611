// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>

namespace trainyard::test {

#ifdef __SANITIZE_THREAD__
/// The application of the core tests under ThreadSanitizer. Debian's Qt is not instrumented, so that the locks by which it
/// hands an event from one thread to another are not seen; here they are told, each where Qt takes it.
class Application final : public QCoreApplication {
 public:
  Application(int& argc, char** argv);
  bool notify(QObject* receiver, QEvent* event) override;

 protected:
  bool compressEvent(QEvent* event, QObject* receiver, QPostEventList* posted) override;
};
#else
using Application = QCoreApplication;
#endif

}  // namespace trainyard::test
