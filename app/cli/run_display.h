// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <QString>

#include "core/jobs/job.h"

namespace trainyard::cli {

/// How far runs are: a line a job that is redrawn on a terminal, plain lines at each tenth elsewhere.
class RunDisplay {
 public:
  RunDisplay();
  void progress(JobId id, const QString& name, const Progress& progress);
  void ended(JobId id, const QString& name, JobStatus status, const Progress& progress, const QString& reason);

 private:
  void redraw();
  void plain(const QString& line);
  struct Line {
    QString name;
    QString text;
    int tenth = -1;
    bool ended = false;
  };
  std::map<JobId, Line> m_lines;
  bool m_terminal;
  int m_drawn = 0;  ///< lines on the terminal that are ours
};

}  // namespace trainyard::cli
