// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

namespace trainyard {

/// A form that is as high as its fields need and scrolls where there is less room. Asks its layout for the form's whole height;
/// keeps what has the focus in sight. The bar has its own column, so that fields do not change their width when it appears.
class FormScroll final : public QScrollArea {
  Q_OBJECT
 public:
  explicit FormScroll(QWidget* parent);

  /// Complete: what is added to it later is not scrolled into sight.
  void setForm(QWidget* form);

  [[nodiscard]] int barWidth() const;
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void showBar(int most);
  void showFocus();
};

}  // namespace trainyard
