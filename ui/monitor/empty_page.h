// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/theme/theme.h"

namespace trainyard {

/// What the window shows before the first job: what the program is for, and the ways to begin.
/// objectNames: emptyNewJob, emptyImport, demoButton.
class EmptyPage final : public QWidget {
  Q_OBJECT
 public:
  explicit EmptyPage(Theme& theme, QWidget* parent = nullptr);

 Q_SIGNALS:
  void newJobRequested();
  void importRequested();
  void demoRequested();

 private:
  [[nodiscard]] QLayout* makeButtons(Theme& theme);
};

}  // namespace trainyard
