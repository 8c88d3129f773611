// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>
#include <optional>

#include "core/readers/log_pages.h"
#include "core/readers/log_search.h"
#include "core/readers/traceback.h"

namespace trainyard {

/// Lines around a place in the log.
struct LogPage {
  std::vector<LogRow> rows;
  qint64 requested = -1; ///< the byte that was asked for
  qint64 anchor = 0;     ///< begin of its line
  bool isTail = false;   ///< the last lines were asked for
  qint64 fileSize = 0;
};

/// A place in the text of a log.
struct LogPlace {
  qint64 row = 0;        ///< offset of the line
  qsizetype column = 0;  ///< characters of the line, as it is shown
  friend auto operator<=>(const LogPlace&, const LogPlace&) = default;
};

/// Lines that are copied, the last and the first cut at the columns.
[[nodiscard]] QString cutOut(QStringList lines, qsizetype firstColumn, qsizetype lastColumn);

/// Reads the log for the Log tab, in a thread of its own. Nothing that it does takes longer than reading a few megabytes: looking
/// for a word, or for the first error, goes on in steps.
class LogWorker final : public QObject {
  Q_OBJECT
 public:
  static constexpr int followMs = 200;
  static constexpr int idleMs = 2'000;

  LogWorker();

  /// Another file; an empty path: none. `run` comes back with every answer, so that late ones are known.
  void open(quint64 run, const QString& path);
  /// Growth is told often while somebody looks, and now and then otherwise: an error is found all the same.
  void setActive(bool active);
  /// The lines around the one that holds the byte.
  void readAround(qint64 offset, int before, int after);
  void readTail(int count);
  /// Where the log was at that time (ms since 1970), by the supervisor's measurements in `systemPath`.
  void findTime(const QString& systemPath, qint64 wallMs);
  void search(const LogQuery& query, qint64 from, bool forward);
  void cancelSearch() { m_search.reset(); }
  /// The text between two places, without colours; at most `mostCopied` bytes of it.
  void copy(const LogPlace& from, const LogPlace& to);
  static constexpr qint64 mostCopied = 16 << 20;

 Q_SIGNALS:
  void pageRead(quint64 run, const trainyard::LogPage& page);
  /// Its size now; `anew`: it became shorter or is another file.
  void changed(quint64 run, qint64 size, bool anew);
  void searched(quint64 run, double progress);
  void timeFound(quint64 run, qint64 offset);
  /// -1: nowhere
  void found(quint64 run, qint64 offset);
  void copied(quint64 run, const QString& text);
  void firstErrorFound(quint64 run, const QString& line, qint64 offset);

 private:
  void poll();
  void searchStep();
  void lookForError();
  [[nodiscard]] bool ensureOpen();
  void startAnew();

  quint64 m_run = 0;
  QString m_path;
  LogPages m_pages;
  QTimer* m_timer;
  QTimer* m_errorTimer;
  std::optional<LogSearch> m_search;
  qint64 m_size = -1;
  qint64 m_errorSearched = 0;  ///< up to here there is no error
  bool m_errorFound = false;
};

}  // namespace trainyard

Q_DECLARE_METATYPE(trainyard::LogPage)
