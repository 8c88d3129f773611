// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/base/settings.h"
#include "ui/charts/metric_chart.h"

class QSlider;
class QLabel;
class QToolButton;

namespace trainyard {

/// Right of the tabs: smoothing slider with its value, x axis menu (step, epoch, time), log y, follow live.
class ChartToolbar final : public QWidget {
  Q_OBJECT
 public:
  explicit ChartToolbar(Theme& theme, QWidget* parent = nullptr);
  void setOptions(const ChartOptions& options);
  [[nodiscard]] ChartOptions options() const { return m_options; }
  /// Shows what was set last on a page, the group of settings `page`, and keeps there what is set from now on.
  void keepIn(Settings& settings, const QString& page);
  void setLogY(bool on);
  void setFollowLive(bool follow);
  /// Takes the switch of "follow live" away, where nothing follows.
  void hideFollow();
  /// Less words, for a narrow window.
  void setCompact(bool compact);

 Q_SIGNALS:
  void optionsChanged(const trainyard::ChartOptions& options);
  void followLiveChanged(bool follow);

 private:
  void makeButtons();
  void emitChanged();
  void showOptions();

  ChartOptions m_options;
  QLabel* m_label = nullptr;
  QSlider* m_smoothing = nullptr;
  QLabel* m_value = nullptr;
  QToolButton* m_xAxis = nullptr;
  QToolButton* m_logY = nullptr;
  QToolButton* m_follow = nullptr;
};

}  // namespace trainyard
