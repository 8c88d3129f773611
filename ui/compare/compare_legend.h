// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListWidget>
#include <QSet>

#include "ui/compare/compare_charts.h"
#include "ui/theme/theme.h"

namespace trainyard {

/// The curves' names with a sample of each. A click or Space shows or hides one; a double-click or Shift+Space shows one alone,
/// and all again when it is alone already.
class CompareLegend final : public QListWidget {
  Q_OBJECT
 public:
  explicit CompareLegend(Theme& theme, QWidget* parent = nullptr);
  /// Those that were hidden stay so.
  void setLines(const QList<CompareLine>& lines);
  [[nodiscard]] QSet<QString> hiddenKeys() const;

 Q_SIGNALS:
  void hiddenChanged(const QSet<QString>& keys);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;

 private:
  void toggle(QListWidgetItem* item);
  void solo(const QListWidgetItem* item);
  void show(QListWidgetItem* item, bool shown);
  bool m_soloBeforeClick = false;  ///< whether what a double-click began on was alone then
};

}  // namespace trainyard
