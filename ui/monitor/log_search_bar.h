// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "core/readers/log_search.h"
#include "ui/theme/theme.h"

class QLabel;
class QToolButton;

namespace trainyard {

class SearchField;

/// What is looked for in the log, and how the search stands. objectNames: logSearch, logFindPrevious, logFindNext, logFound.
class LogSearchBar final : public QWidget {
  Q_OBJECT
 public:
  explicit LogSearchBar(Theme& theme, QWidget* parent = nullptr);

  void focusField();
  [[nodiscard]] LogQuery query() const;
  void showProgress(double share);
  void showFound(bool found);
  void setFollowing(bool following);

 Q_SIGNALS:
  void queryChanged();
  void findRequested(bool forward);
  void followRequested();
  void left();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QToolButton* addButton(const QString& text, const QString& name, const char* objectName);
  SearchField* m_field = nullptr;
  QToolButton* m_previous = nullptr;
  QToolButton* m_next = nullptr;
  QToolButton* m_follow = nullptr;
  QLabel* m_found = nullptr;
};

}  // namespace trainyard
