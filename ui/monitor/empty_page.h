// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/theme/theme.h"

namespace trainyard {

/// What the window shows before the first job: what the program is for, and the two ways to begin.
class EmptyPage final : public QWidget {
  Q_OBJECT
 public:
  explicit EmptyPage(Theme& theme, QWidget* parent = nullptr);

 Q_SIGNALS:
  void newJobRequested();
  void demoRequested();
};

}  // namespace trainyard
