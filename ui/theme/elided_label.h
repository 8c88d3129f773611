// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace trainyard {

/// One line that ends in "…" where there is no room, or is cut as a job's name (elidedName); the whole text is its tooltip then.
class ElidedLabel final : public QLabel {
  Q_OBJECT
 public:
  explicit ElidedLabel(QWidget* parent = nullptr);
  void setIsName(bool isName) { m_isName = isName; }
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  bool m_isName = false;
};

}  // namespace trainyard
