// SPDX-License-Identifier: GPL-3.0-or-later
#include <QHash>

#include "ui/theme/theme.h"

namespace trainyard {
namespace {

// @name is a colour of the theme. Painted widgets (cards, badges, charts, toasts) take their colours from Tokens.
constexpr char sheet[] = R"(
* { outline: none; }
QWidget { color: @text; }
QMainWindow, QWidget#page, QStackedWidget#pages { background: @background; }
QLabel { background: transparent; }
QLabel[role="muted"] { color: @muted; }
QLabel[role="error"] { color: @red; font-size: 12px; }
QLabel[role="hint"] { color: @muted; font-size: 12px; }
QLabel:disabled { color: @faint; }
QFrame[role="card"] { background: @surface; border: 1px solid @line; border-radius: 12px; }
QFrame[role="panel"] { background: @surface; border: 1px solid @line; border-radius: 10px; }
QWidget#jobListPanel { background: @surface; }
QWidget#queueBar { background: @surface; border-top: 1px solid @line; }
QLabel#queueState { color: @muted; font-size: 12px; }

QMenuBar { background: @surface; border-bottom: 1px solid @line; padding: 2px 6px; }
QMenuBar::item { background: transparent; color: @muted; padding: 5px 9px; border-radius: 6px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: @greyGround; color: @text; }
QMenuBar::item:disabled { color: @faint; }
QLabel#brand { font-weight: 600; padding: 5px 2px 5px 5px; }
QToolButton#sortButton { padding: 4px 11px; font-size: 12px; }
QMenu { background: @raised; border: 1px solid @line; border-radius: 10px; padding: 6px; }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: 6px; background: transparent; }
QMenu::item:selected { background: @accentSoft; }
QMenu::item:disabled { color: @faint; }
QMenu::separator { height: 1px; background: @line; margin: 5px 6px; }
QMenu::icon { padding-left: 10px; }
QMenu::indicator { width: 14px; height: 14px; left: 8px; }

QPushButton, QToolButton { background: @surface; border: 1px solid @line; border-radius: 7px; padding: 6px 12px;
  min-height: 16px; color: @text; font-weight: 500; }
QPushButton:hover, QToolButton:hover { background: @background; }
QPushButton:pressed, QToolButton:pressed { background: @greyGround; }
QPushButton:focus, QToolButton:focus { border: 1px solid @accent; }
QPushButton:disabled, QToolButton:disabled { color: @faint; }
QToolButton:checked { background: @accentSoft; color: @accent; border-color: @accentSoft; }
QToolButton:checked:focus { border-color: @accent; }
QToolButton::menu-indicator { image: none; width: 0px; }
QPushButton[kind="primary"] { background: @accent; border-color: @accent; color: @accentText; }
QPushButton[kind="primary"]:hover { background: @accentHover; }
QPushButton[kind="primary"]:focus { border: 2px solid @accentRing; padding: 5px 11px; }
QPushButton[kind="primary"]:disabled { background: @accentDim; border-color: @accentDim; }
QPushButton[kind="danger"] { color: @red; }
QPushButton[kind="segment"] { border-radius: 0; color: @muted; min-height: 20px; padding: 7px; }
QPushButton[kind="segment"]#sourceSimulated { border-top-left-radius: 8px; border-bottom-left-radius: 8px; }
QPushButton[kind="segment"]#sourceCommand { border-top-right-radius: 8px; border-bottom-right-radius: 8px; border-left: none; }
QPushButton[kind="segment"]:checked { background: @accentSoft; color: @accent; font-weight: 600; }
QPushButton[kind="segment"]:focus { border: 1px solid @accent; }
QPushButton[kind="link"] { background: transparent; border: none; color: @accent; padding: 2px 4px; }
QPushButton[kind="sign"] { background: transparent; border: none; color: @green; font-size: 12px; padding: 3px 8px; }
QPushButton[kind="sign"]:hover { color: @text; }
QLabel[role="code"] { background: @field; border: 1px solid @line; border-radius: 7px; padding: 8px 10px; }
QPushButton[kind="error"], QPushButton[kind="warning"] { border: 1px solid transparent; text-align: left; padding: 4px 12px; margin-top: 4px; font-weight: 400; }
QPushButton[kind="error"] { background: @redGround; color: @red; }
QPushButton[kind="error"]:focus { border-color: @red; }
QPushButton[kind="warning"] { background: @amberGround; color: @amber; }
QPushButton[kind="warning"]:focus { border-color: @amber; }
QPushButton[kind="link"]:focus { border: 1px solid @accent; }
QToolButton[kind="flat"] { background: transparent; border: 1px solid transparent; padding: 4px; }
QToolButton[kind="flat"]:hover { background: @greyGround; }
QToolButton[kind="flat"]:focus { border-color: @accent; }

QAbstractScrollArea { border: none; }
QLineEdit, QPlainTextEdit, QComboBox, QSpinBox { background: @field; border: 1px solid @line; border-radius: 7px;
  padding: 6px 10px; selection-background-color: @accent; selection-color: @accentText; }
QLineEdit, QComboBox, QSpinBox { min-height: 18px; }
QLineEdit > QToolButton { background: transparent; border: none; padding: 0; min-height: 0; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QSpinBox:focus { border: 1px solid @accent; background: @surface; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QComboBox[invalid="true"] { border: 1px solid @red; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView, QListView#completions { background: @raised; border: 1px solid @line; padding: 4px;
  selection-background-color: @accentSoft; selection-color: @text; }
QListView#completions { padding: 0; }
QListView#completions::item { padding: 4px 8px; }
QListView#completions::item:selected { background: @accentSoft; color: @text; }
QAbstractScrollArea#log { background: @surface; border: 1px solid @line; border-radius: 10px; padding: 4px; }
QAbstractScrollArea#log:focus { border-color: @accent; }

QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: @muted; padding: 7px 1px 8px 1px; margin-right: 20px; border: none;
  border-bottom: 2px solid transparent; font-weight: 500; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; }
QTabBar::tab:focus { color: @accent; }
QProgressBar { background: @greyGround; border: none; border-radius: 3px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @line; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: @accent; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -4px 0; border-radius: 6px; background: @accent; }
QSlider:focus { border: 1px solid @accent; border-radius: 6px; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @scroll; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @faint; }
QScrollBar[idle="true"]::handle { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }

QTableView { background: @surface; border: 1px solid @line; border-radius: 10px; selection-background-color: @accentSoft;
  selection-color: @text; }
QTableView:focus { border-color: @accent; }
QTableView::item { padding: 0 12px; border-bottom: 1px solid @grid; }
QTreeView { background: @surface; border: 1px solid @line; border-radius: 10px; outline: none; selection-background-color: @accentSoft; selection-color: @text; }
QTreeView::item { padding: 4px 2px; }
QHeaderView { background: transparent; }
QHeaderView::section { background: @surface; color: @muted; padding: 8px 12px; border: none; border-bottom: 1px solid @line; }
QTreeView QHeaderView::section { padding: 8px 3px; }
QTreeView QHeaderView::section:first { padding-left: 12px; border-top-left-radius: 9px; }
QTreeView QHeaderView::section:last { border-top-right-radius: 9px; }
QListWidget { background: transparent; border: none; }
QStatusBar { background: @surface; border-top: 1px solid @line; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @muted; font-size: 12px; padding: 3px 8px; }
QSplitter::handle { background: @line; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 5px 8px; }
QMessageBox, QFileDialog { background: @surface; }
QFileDialog QToolButton { padding: 4px; }
)";

QString mixed(const QColor& one, const QColor& other, double share) {
  const auto channel = [share](int a, int b) { return int(a * (1.0 - share) + b * share); };
  return QColor(channel(one.red(), other.red()), channel(one.green(), other.green()), channel(one.blue(), other.blue())).name();
}

}  // namespace

QString Theme::styleSheet() const {
  const Tokens& t = tokens();
  // Longer names first, so that @accent does not eat the head of @accentSoft.
  const QList<std::pair<QString, QString>> colors{
      {QStringLiteral("@accentSoft"), t.accentSoft.name()}, {QStringLiteral("@accentText"), t.accentText.name()},
      {QStringLiteral("@accentHover"), mixed(t.accent, t.text, 0.12)},
      {QStringLiteral("@accentRing"), mixed(t.accent, t.text, 0.45)},
      {QStringLiteral("@accentDim"), mixed(t.accent, t.surface, 0.5)}, {QStringLiteral("@accent"), t.accent.name()},
      {QStringLiteral("@greyGround"), t.greyGround.name()}, {QStringLiteral("@grey"), t.grey.name()},
      {QStringLiteral("@background"), t.background.name()}, {QStringLiteral("@surface"), t.surface.name()},
      {QStringLiteral("@scroll"), mixed(t.line, t.faint, 0.3)}, {QStringLiteral("@raised"), t.raised.name()},
      {QStringLiteral("@amberGround"), t.amberGround.name()}, {QStringLiteral("@amber"), t.amber.name()},
      {QStringLiteral("@redGround"), t.redGround.name()}, {QStringLiteral("@red"), t.red.name()},           {QStringLiteral("@line"), t.line.name()},
      {QStringLiteral("@text"), t.text.name()},         {QStringLiteral("@muted"), t.muted.name()},
      {QStringLiteral("@faint"), t.faint.name()},       {QStringLiteral("@field"), t.field.name()},
      {QStringLiteral("@green"), t.green.name()},       {QStringLiteral("@grid"), t.grid.name()}};
  QString result = QString::fromLatin1(sheet);
  for (const auto& [name, color] : colors) result.replace(name, color);
  return result;
}

}  // namespace trainyard
