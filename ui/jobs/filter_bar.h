// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QWidget>
#include <array>

#include "ui/theme/theme.h"

namespace trainyard {

/// "Running 2": a checkable pill, painted.
class FilterPill final : public QAbstractButton {
  Q_OBJECT
 public:
  enum class Form { Roomy, Tight, Short };  ///< as in the picture; with less room around the text; and with "12k" for 12,345

  FilterPill(Theme& theme, const QString& text, QWidget* parent = nullptr);
  void setCount(int count);
  void setForm(Form form);
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  [[nodiscard]] QString count() const;
  Theme& m_theme;
  int m_count = 0;
  Form m_form = Form::Roomy;
};

/// All, Running, Queued, Complete, Failed with their counts; one is chosen.
class FilterBar final : public QWidget {
  Q_OBJECT
 public:
  static constexpr int filters = 5;
  explicit FilterBar(Theme& theme, QWidget* parent = nullptr);
  void setCounts(const std::array<int, filters>& counts);
  void choose(int index);
  [[nodiscard]] int chosen() const { return m_chosen; }
  [[nodiscard]] QSize minimumSizeHint() const override { return {100, 26}; }

 Q_SIGNALS:
  void chosenChanged(int index);

 protected:
  void resizeEvent(QResizeEvent* event) override;

 private:
  void arrange();
  std::array<FilterPill*, filters> m_pills{};
  int m_chosen = 0;
};

}  // namespace trainyard
