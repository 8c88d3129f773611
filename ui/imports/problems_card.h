// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/unread.h"
#include "ui/overlays/card_overlay.h"

class QLabel;
class QTreeWidget;

namespace trainyard {

class HintButton;

/// What could not be read of an import or of one run: each thing with its file, the byte and why; and what was passed over.
/// objectNames: problemsSummary, problemsTree, problemsCopy.
class ProblemsCard final : public CardOverlay {
  Q_OBJECT
 public:
  ProblemsCard(Theme& theme, QWidget* window);

  void openFor(const Unread& unread);

 protected:
  [[nodiscard]] QWidget* firstFocus() const override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void list();
  void copy();

  Unread m_unread;
  QLabel* m_summary = nullptr;
  QTreeWidget* m_tree = nullptr;
  HintButton* m_close = nullptr;
};

/// "3 parts of the files could not be read", or why where it is one; "80 × histogram passed over" where all was read.
[[nodiscard]] QString unreadText(const Unread& unread);
/// "80 × histogram, 2 × image"; empty where nothing was passed over.
[[nodiscard]] QString skippedText(const SkippedCounts& skipped);

}  // namespace trainyard
