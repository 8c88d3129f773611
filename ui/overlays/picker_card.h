// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/overlays/card_overlay.h"

class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace trainyard {

/// A search field over a list: type a part of a name, Up and Down choose, Enter takes it.
class PickerCard : public CardOverlay {
  Q_OBJECT
 public:
  PickerCard(Theme& theme, QWidget* window, const QString& placeholder);

 protected:
  static constexpr int keyRole = Qt::UserRole + 1;  ///< qint64 by which an entry is known

  /// With an empty search.
  void openFresh();
  /// The entries that match, by addEntry(); again after each key.
  virtual void list() = 0;
  /// The card is closed before, so that actions are enabled again.
  virtual void choose(qint64 key) = 0;

  QListWidgetItem* addEntry(const QString& text, qint64 key);
  /// All words of the search are in the text, in any order.
  [[nodiscard]] bool matches(const QString& text) const;
  [[nodiscard]] QLineEdit* search() const { return m_search; }
  [[nodiscard]] QListWidget* entries() const { return m_list; }
  [[nodiscard]] QWidget* firstFocus() const override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void refresh();
  void chooseCurrent();
  QLineEdit* m_search = nullptr;
  QListWidget* m_list = nullptr;
};

}  // namespace trainyard
