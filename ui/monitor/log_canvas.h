// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractScrollArea>
#include <optional>

#include "core/readers/log_search.h"
#include "ui/monitor/log_worker.h"
#include "ui/theme/theme.h"

namespace trainyard {

/// Shows a part of a log of any size: it holds some hundred lines around what is seen and asks for others as it is scrolled. The
/// scroll bar is on bytes, not on lines, which nobody has counted. At the end it follows what is written.
class LogCanvas final : public QAbstractScrollArea {
  Q_OBJECT
 public:
  explicit LogCanvas(Theme& theme, QWidget* parent = nullptr);

  void clear();
  /// Lines that come from no file.
  void setText(const QString& text);
  void showPage(const LogPage& page);
  /// The file has this size now.
  void noteSize(qint64 size, bool anew);
  /// Goes to the line that holds the byte and marks it.
  void goTo(qint64 offset);
  void goToEnd();
  /// What is marked wherever it is seen; an empty term marks nothing.
  void setQuery(const LogQuery& query);
  [[nodiscard]] bool isFollowing() const { return m_following; }
  /// The begin of the first line that is seen.
  [[nodiscard]] qint64 firstShown() const;
  [[nodiscard]] qint64 marked() const { return m_marked; }
  /// What is seen, plain.
  [[nodiscard]] QString text() const;
  [[nodiscard]] QSize sizeHint() const override { return {600, 300}; }

 Q_SIGNALS:
  void aroundWanted(qint64 offset, int before, int after);
  void tailWanted(int count);
  void copyWanted(const trainyard::LogPlace& from, const trainyard::LogPlace& to);
  void followingChanged(bool following);
  void searchWanted();

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void scrollContentsBy(int dx, int dy) override;

 private:
  static constexpr int margin = 10;
  [[nodiscard]] int lineHeight() const;
  [[nodiscard]] int linesShown() const;
  [[nodiscard]] int mostTop() const;
  void scrollLines(int lines);
  void setTop(int top);
  void ask();
  void setFollowing(bool following);
  void placeScrollBars();
  [[nodiscard]] LogPlace placeAt(const QPoint& position) const;
  void copySelection();
  void selectAll();
  void paintRow(QPainter& painter, const LogRow& row, int y) const;
  void paintMatches(QPainter& painter, const LogRow& row, int y) const;
  void paintSelection(QPainter& painter, const LogRow& row, int y) const;
  [[nodiscard]] double xOf(const QString& text, qsizetype column) const;
  [[nodiscard]] QColor colorOf(int color) const;

  Theme& m_theme;
  std::vector<LogRow> m_rows;   ///< the lines at hand
  int m_top = 0;                ///< index of the first line that is seen
  qint64 m_size = 0;
  bool m_following = true;
  bool m_asked = false;         ///< lines are on their way
  bool m_fromFile = false;
  bool m_placing = false;       ///< the scroll bar is moved by us
  std::optional<qint64> m_goal; ///< a line that is to be shown in the middle when it comes
  qint64 m_marked = -1;
  LogQuery m_query;
  LogPlace m_anchor;            ///< where the selection began
  LogPlace m_cursor;
  int m_wheel = 0;              ///< turned and not yet scrolled
};

}  // namespace trainyard
