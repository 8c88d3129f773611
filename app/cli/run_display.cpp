// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run_display.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

#include "app/cli/command_line.h"

namespace trainyard::cli {
namespace {

constexpr int barWidth = 24;

int terminalWidth() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

QString stepText(const Progress& progress) {
  return progress.totalSteps > 0 ? QStringLiteral("%1/%2").arg(progress.step).arg(progress.totalSteps)
                                 : QStringLiteral("step %1").arg(progress.step);
}

QString bar(double share) {
  const int full = int(share * barWidth);
  return u'[' + QString(full, u'#') + QString(barWidth - full, u'.') + u']';
}

}  // namespace

RunDisplay::RunDisplay() : m_terminal(isatty(STDOUT_FILENO) != 0) {}

void RunDisplay::progress(JobId id, const QString& name, const Progress& progress) {
  Line& line = m_lines[id];
  if (line.ended) return;
  line.name = name;
  const int tenth = progress.totalSteps > 0 ? int(progress.fraction() * 10.0) : 0;
  if (m_terminal) {
    line.text = QStringLiteral("%1 %2").arg(bar(progress.fraction()), stepText(progress));
    return redraw();
  }
  if (tenth == line.tenth) return;
  line.tenth = tenth;
  plain(QStringLiteral("%1 %2: %3").arg(id.value).arg(name, stepText(progress)));
}

void RunDisplay::ended(JobId id, const QString& name, JobStatus status, const Progress& progress, const QString& reason) {
  Line& line = m_lines[id];
  line.name = name;
  line.ended = true;
  const QString why = reason.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(reason);
  line.text = QStringLiteral("%1%2 at %3").arg(toKey(status), why, stepText(progress));
  m_terminal ? redraw() : plain(QStringLiteral("%1 %2: %3").arg(id.value).arg(name, line.text));
}

void RunDisplay::plain(const QString& line) {
  print(line + u'\n');
  fflush(stdout);
}

void RunDisplay::redraw() {
  QString screen;
  if (m_drawn > 0) screen += QStringLiteral("\x1b[%1A").arg(m_drawn);
  const int width = terminalWidth() - 1;
  for (const auto& [id, line] : m_lines)
    screen += QStringLiteral("\r\x1b[K%1\n").arg(QStringLiteral("%1 %2  %3").arg(id.value).arg(line.text, line.name).left(width));
  m_drawn = int(m_lines.size());
  print(screen);
  fflush(stdout);
}

}  // namespace trainyard::cli
