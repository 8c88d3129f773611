// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/log_canvas.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollBar>
#include <algorithm>

namespace trainyard {
namespace {

constexpr int barSteps = 1'000'000;   ///< of the scroll bar over the whole file
constexpr int keptLines = 300;        ///< read before and behind what is seen
constexpr int refillBelow = 60;       ///< more are asked for when fewer than these are left on a side
constexpr int wheelLines = 3;
constexpr int wheelStep = 120;        ///< of QWheelEvent for one notch

}  // namespace

LogCanvas::LogCanvas(Theme& theme, QWidget* parent) : QAbstractScrollArea(parent), m_theme(theme) {
  setObjectName(QStringLiteral("log"));
  setAccessibleName(tr("Log"));
  setProperty("role", "log");
  setFocusPolicy(Qt::StrongFocus);
  setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
  viewport()->setCursor(Qt::IBeamCursor);
  viewport()->setFont(fontFor(TextRole::Mono));
  viewport()->setAutoFillBackground(false);
  verticalScrollBar()->setRange(0, 0);
  connect(&theme, &Theme::changed, viewport(), qOverload<>(&QWidget::update));
}

void LogCanvas::clear() {
  m_rows.clear();
  m_top = 0;
  m_size = 0;
  m_asked = false;
  m_fromFile = true;
  m_goal.reset();
  m_marked = -1;
  m_anchor = m_cursor = {};
  setFollowing(true);
  placeScrollBars();
  viewport()->update();
}

void LogCanvas::setText(const QString& text) {
  m_rows.clear();
  qint64 offset = 0;
  for (const QString& line : text.split(u'\n')) {
    m_rows.push_back({offset, offset + line.size() + 1, {line, {}}});
    offset += line.size() + 1;
  }
  m_size = offset;
  m_top = 0;
  m_fromFile = false;
  placeScrollBars();
  viewport()->update();
}

int LogCanvas::lineHeight() const { return viewport()->fontMetrics().height() + 2; }

int LogCanvas::linesShown() const { return std::max(1, (viewport()->height() - margin) / lineHeight()); }

int LogCanvas::mostTop() const { return std::max(0, int(m_rows.size()) - linesShown()); }

void LogCanvas::noteSize(qint64 size, bool anew) {
  if (anew) clear();
  m_size = size;
  if (m_following || m_rows.empty())
    Q_EMIT tailWanted(linesShown() + keptLines);
  else if (!m_asked && int(m_rows.size()) - m_top < linesShown() + refillBelow)
    ask();
  placeScrollBars();
}

/// The lines around those that are seen come anew; what is seen stays in its place.
void LogCanvas::showPage(const LogPage& page) {
  if (m_goal && page.requested != *m_goal) return;  // asked for before somebody wished to go elsewhere
  m_asked = false;
  if (page.isTail && !m_following && !m_rows.empty()) return;  // somebody has scrolled away meanwhile
  const qint64 top = firstShown();
  m_rows = page.rows;
  m_size = page.fileSize;
  const qint64 wanted = m_goal ? page.anchor : page.isTail ? -1 : top;
  const auto at = std::find_if(m_rows.begin(), m_rows.end(), [wanted](const LogRow& row) { return row.offset >= wanted; });
  const int index = int(at - m_rows.begin());
  if (m_goal) {
    m_goal.reset();
    m_top = std::clamp(index - linesShown() / 3, 0, mostTop());
  } else {
    m_top = page.isTail ? mostTop() : std::clamp(index, 0, mostTop());
  }
  placeScrollBars();
  viewport()->update();
}

qint64 LogCanvas::firstShown() const { return m_rows.empty() ? 0 : m_rows[size_t(std::min(m_top, int(m_rows.size()) - 1))].offset; }

void LogCanvas::ask() {
  if (!m_fromFile) return;
  m_asked = true;
  Q_EMIT aroundWanted(firstShown(), keptLines, linesShown() + keptLines);
}

void LogCanvas::goTo(qint64 offset) {
  setFollowing(false);
  m_marked = offset;
  m_goal = offset;
  m_asked = true;
  Q_EMIT aroundWanted(offset, keptLines, linesShown() + keptLines);
}

void LogCanvas::goToEnd() {
  m_goal.reset();
  setFollowing(true);
  if (m_fromFile)
    Q_EMIT tailWanted(linesShown() + keptLines);
  else
    setTop(mostTop());
}

void LogCanvas::setFollowing(bool following) {
  if (m_following == following) return;
  m_following = following;
  Q_EMIT followingChanged(following);
}

void LogCanvas::setTop(int top) {
  m_top = std::clamp(top, 0, mostTop());
  const bool atEnd = m_top == mostTop() && (m_rows.empty() || m_rows.back().next >= m_size);
  setFollowing(atEnd);
  const bool lacksBefore = m_top < refillBelow && !m_rows.empty() && m_rows.front().offset > 0;
  const bool lacksBehind = mostTop() - m_top < refillBelow && !m_rows.empty() && m_rows.back().next < m_size;
  if (!m_asked && (lacksBefore || lacksBehind)) ask();
  placeScrollBars();
  viewport()->update();
}

void LogCanvas::scrollLines(int lines) { setTop(m_top + lines); }

/// The bar's place is the share of the file that is above. Where all lines are at hand, it counts lines.
void LogCanvas::placeScrollBars() {
  m_placing = true;
  QScrollBar* bar = verticalScrollBar();
  const bool allAtHand = !m_rows.empty() && m_rows.front().offset == 0 && m_rows.back().next >= m_size;
  if (allAtHand || m_rows.empty()) {
    bar->setRange(0, mostTop());
    bar->setPageStep(linesShown());
    bar->setValue(m_top);
  } else {
    const qint64 shown = m_rows[size_t(std::min<int>(int(m_rows.size()), m_top + linesShown())) - 1].next - firstShown();
    bar->setRange(0, barSteps);
    bar->setPageStep(std::max(1, int(double(barSteps) * double(shown) / double(std::max<qint64>(1, m_size)))));
    const qint64 most = std::max<qint64>(1, m_size - shown);
    bar->setValue(m_following ? barSteps : int(double(barSteps) * std::min(1.0, double(firstShown()) / double(most))));
  }
  int widest = 0;
  for (int i = m_top; i < std::min(int(m_rows.size()), m_top + linesShown() + 1); ++i)
    widest = std::max(widest, viewport()->fontMetrics().horizontalAdvance(m_rows[size_t(i)].line.text));
  horizontalScrollBar()->setRange(0, std::max(0, widest + 2 * margin - viewport()->width()));
  horizontalScrollBar()->setPageStep(viewport()->width());
  m_placing = false;
}

void LogCanvas::scrollContentsBy(int, int dy) {
  viewport()->update();
  if (m_placing || dy == 0) return;
  const QScrollBar* bar = verticalScrollBar();
  if (bar->maximum() < barSteps) return setTop(bar->value());
  if (bar->value() >= bar->maximum()) return goToEnd();
  setFollowing(false);
  m_goal = qint64(double(m_size) * double(bar->value()) / double(barSteps));
  m_asked = true;
  Q_EMIT aroundWanted(*m_goal, keptLines, linesShown() + keptLines);
}

void LogCanvas::resizeEvent(QResizeEvent* event) {
  QAbstractScrollArea::resizeEvent(event);
  m_top = m_following ? mostTop() : std::min(m_top, mostTop());
  placeScrollBars();
}

void LogCanvas::wheelEvent(QWheelEvent* event) {
  if (event->angleDelta().y() == 0) return QAbstractScrollArea::wheelEvent(event);
  m_wheel += event->angleDelta().y() * wheelLines;
  scrollLines(-m_wheel / wheelStep);
  m_wheel %= wheelStep;  // a touchpad turns by less than a line at a time
  event->accept();
}

void LogCanvas::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Copy)) return copySelection();
  if (event->matches(QKeySequence::SelectAll)) return selectAll();
  switch (event->key()) {
    case Qt::Key_Up: return scrollLines(-1);
    case Qt::Key_Down: return scrollLines(1);
    case Qt::Key_PageUp: return scrollLines(-linesShown() + 1);
    case Qt::Key_PageDown:
    case Qt::Key_Space: return scrollLines(linesShown() - 1);
    case Qt::Key_Home:
      if (!m_fromFile) return setTop(0);
      goTo(0);
      m_marked = -1;
      return;
    case Qt::Key_End: return goToEnd();
    case Qt::Key_Left: return horizontalScrollBar()->triggerAction(QAbstractSlider::SliderSingleStepSub);
    case Qt::Key_Right: return horizontalScrollBar()->triggerAction(QAbstractSlider::SliderSingleStepAdd);
    case Qt::Key_Slash: Q_EMIT searchWanted(); return;
    default: QAbstractScrollArea::keyPressEvent(event);
  }
}

LogPlace LogCanvas::placeAt(const QPoint& position) const {
  if (m_rows.empty()) return {};
  const int index = std::clamp(m_top + (position.y() - margin / 2) / lineHeight(), 0, int(m_rows.size()) - 1);
  const LogRow& row = m_rows[size_t(index)];
  const double x = position.x() - margin + horizontalScrollBar()->value();
  qsizetype least = 0;
  qsizetype most = row.line.text.size();
  while (least < most) {  // widths grow with the columns
    const qsizetype middle = (least + most + 1) / 2;
    if (xOf(row.line.text, middle) <= x + 3)
      least = middle;
    else
      most = middle - 1;
  }
  return {row.offset, least};
}

void LogCanvas::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  m_cursor = placeAt(event->pos());
  if (!event->modifiers().testFlag(Qt::ShiftModifier)) m_anchor = m_cursor;
  viewport()->update();
}

void LogCanvas::mouseMoveEvent(QMouseEvent* event) {
  if (!event->buttons().testFlag(Qt::LeftButton)) return;
  if (event->pos().y() < 0) scrollLines(-1);
  if (event->pos().y() > viewport()->height()) scrollLines(1);
  m_cursor = placeAt(event->pos());
  viewport()->update();
}

void LogCanvas::contextMenuEvent(QContextMenuEvent* event) {
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->addAction(tr("Copy"), QKeySequence::Copy, this, &LogCanvas::copySelection)->setEnabled(m_anchor != m_cursor);
  menu->addAction(tr("Select all"), QKeySequence::SelectAll, this, &LogCanvas::selectAll);
  menu->addAction(tr("Search…"), this, &LogCanvas::searchWanted);
  menu->popup(event->globalPos());
}

void LogCanvas::selectAll() {
  m_anchor = {};
  m_cursor = {m_size, 0};
  viewport()->update();
}

/// Lines of a file come from it, for they need not be at hand.
void LogCanvas::copySelection() {
  const auto [from, to] = std::minmax(m_anchor, m_cursor);
  if (from == to) return;
  if (m_fromFile) {
    Q_EMIT copyWanted(from, to);
    return;
  }
  QStringList lines;
  for (const LogRow& one : m_rows)
    if (one.offset >= from.row && one.offset <= to.row) lines << one.line.text;
  QGuiApplication::clipboard()->setText(cutOut(std::move(lines), from.column, to.row >= m_size ? std::numeric_limits<qsizetype>::max() : to.column));
}

void LogCanvas::setQuery(const LogQuery& query) {
  m_query = query;
  if (query.term.isEmpty()) m_marked = -1;
  viewport()->update();
}

QString LogCanvas::text() const {
  QStringList lines;
  for (int i = m_top; i < std::min(int(m_rows.size()), m_top + linesShown() + 1); ++i) lines << m_rows[size_t(i)].line.text;
  return lines.join(u'\n');
}

}  // namespace trainyard
