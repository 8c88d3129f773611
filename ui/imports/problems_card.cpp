// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/imports/problems_card.h"

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "core/base/format.h"
#include "ui/theme/hint_button.h"

namespace trainyard {
namespace {

constexpr int cardWidth = 860;
constexpr int fileWidth = 160;
constexpr int byteWidth = 72;
constexpr int indent = 9;  ///< so that the files stand below their heading
constexpr int treeHeight = 280;

}  // namespace

ProblemsCard::ProblemsCard(Theme& theme, QWidget* window) : CardOverlay(theme, window, cardWidth) {
  setObjectName(QStringLiteral("problemsCard"));
  setAccessibleName(tr("What could not be read"));
  setClosesOnOutsideClick(true);
  auto* title = new QLabel(tr("What could not be read"), card());
  title->setFont(fontFor(TextRole::Title));
  m_summary = new QLabel(card());
  m_summary->setObjectName(QStringLiteral("problemsSummary"));
  m_summary->setWordWrap(true);
  m_summary->setProperty("role", "muted");
  m_tree = new QTreeWidget(card());
  m_tree->setObjectName(QStringLiteral("problemsTree"));
  m_tree->setAccessibleName(tr("What could not be read"));
  m_tree->setHeaderLabels({tr("File"), tr("Byte"), tr("Why")});
  m_tree->setIndentation(indent);
  m_tree->setItemsExpandable(false);
  m_tree->header()->resizeSection(0, fileWidth);
  m_tree->header()->resizeSection(1, byteWidth);
  m_tree->setFixedHeight(treeHeight);
  auto* copyAll = new HintButton(theme, tr("Copy"), card());
  copyAll->setObjectName(QStringLiteral("problemsCopy"));
  copyAll->setKind("secondary");
  m_close = new HintButton(theme, tr("Close"), card());
  m_close->setKind("primary");
  connect(copyAll, &QPushButton::clicked, this, &ProblemsCard::copy);
  connect(m_close, &QPushButton::clicked, this, &CardOverlay::close);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(8);
  buttons->addStretch(1);
  buttons->addWidget(copyAll);
  buttons->addWidget(m_close);
  auto* layout = new QVBoxLayout(card());
  layout->setContentsMargins(23, 20, 23, 20);
  layout->setSpacing(12);
  for (QWidget* part : std::initializer_list<QWidget*>{title, m_summary, m_tree}) layout->addWidget(part);
  layout->addLayout(buttons);
}

QWidget* ProblemsCard::firstFocus() const { return m_close; }

void ProblemsCard::keyPressEvent(QKeyEvent* event) {
  if (event->matches(QKeySequence::Copy)) return copy();
  CardOverlay::keyPressEvent(event);
}

void ProblemsCard::openFor(const Unread& unread) {
  m_unread = unread;
  QStringList parts{unread.problemCount() == 1 ? tr("1 thing could not be read.") : unreadText(unread) + u'.'};
  if (!unread.problems.isEmpty() && !unread.skipped.empty()) parts << tr("Passed over, for it is no series: %1.").arg(skippedText(unread.skipped));
  if (unread.furtherProblems > 0) parts << tr("Only the first %1 are listed.").arg(countText(unread.problems.size()));
  m_summary->setText(parts.join(u' '));
  list();
  open();
}

void ProblemsCard::list() {
  m_tree->clear();
  QList<QTreeWidgetItem*> items;
  for (const ReadProblem& problem : m_unread.problems) {
    const QString where = problem.offset >= 0 ? countText(problem.offset) : QString();
    auto* item = new QTreeWidgetItem({QFileInfo(problem.file).fileName(), where, problem.why});
    item->setToolTip(0, problem.file);
    item->setToolTip(2, problem.why);
    items << item;
  }
  m_tree->addTopLevelItems(items);
}

void ProblemsCard::copy() {
  QStringList lines;
  for (const ReadProblem& problem : m_unread.problems) lines << toText(problem);
  if (!m_unread.skipped.empty()) lines << tr("Passed over: %1").arg(skippedText(m_unread.skipped));
  QGuiApplication::clipboard()->setText(lines.join(u'\n'));
}

QString unreadText(const Unread& unread) {
  const qint64 count = unread.problemCount();
  if (count > 1) return ProblemsCard::tr("%1 things could not be read").arg(countText(count));
  if (count == 0) return ProblemsCard::tr("%1 passed over").arg(skippedText(unread.skipped));
  const ReadProblem& only = unread.problems.first();
  QString why = only.why;
  if (why.endsWith(u'.')) why.chop(1);
  return QStringLiteral("%1: %2").arg(QFileInfo(only.file).fileName(), why);
}

QString skippedText(const SkippedCounts& skipped) {
  QStringList parts;
  for (const auto& [what, count] : skipped) parts << QStringLiteral("%1 × %2").arg(countText(count), what);
  return parts.join(QStringLiteral(", "));
}

}  // namespace trainyard
