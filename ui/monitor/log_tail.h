// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QObject>
#include <QTimer>

#include "core/readers/follow.h"

namespace trainyard {

/// Follows one growing text file; lives in a thread of its own. Lines that a program overwrites with carriage returns are
/// folded into what a terminal would show at the end of the line.
class LogTail final : public QObject {
  Q_OBJECT
 public:
  static constexpr qint64 firstBytes = 1 << 20;  ///< how much of a long log is shown when it is opened

  LogTail();
  /// Follows another file from its last part on; an empty path stops.
  void follow(const QString& path);
  void setActive(bool active);

 Q_SIGNALS:
  /// Whole lines. `anew`: they replace what was shown before.
  void read(const QString& path, const QString& text, bool anew);

 private:
  void poll();
  QString m_path;
  Follower m_file{{}};
  bool m_anew = true;    ///< what comes next replaces what was shown
  QByteArray m_partial;  ///< a line that has not ended
  QTimer* m_timer;
};

/// What a terminal shows of output in which carriage returns go back to the line's begin; escape sequences are dropped.
[[nodiscard]] QByteArray foldedOutput(const QByteArray& output);

}  // namespace trainyard
