// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>

#include "core/base/settings.h"
#include "core/runners/importer.h"
#include "ui/overlays/card_overlay.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace trainyard {

class HintButton;

/// Ctrl+O: a file or a folder, what runs are in it, and "Import". Shows what was found, by format, before anything is taken, and what
/// could not be read. Below it the folders that are watched.
/// objectNames: importPath, importFolder, importFiles, importFound, importTree, importWatch, importWatched, importAccept.
class ImportCard final : public CardOverlay {
  Q_OBJECT
 public:
  ImportCard(Theme& theme, Importer& importer, Settings& settings, QWidget* window);

  /// With nothing chosen yet.
  void openFresh();
  /// Looks for runs there at once.
  void openFor(const QStringList& paths);

 protected:
  [[nodiscard]] QWidget* firstFocus() const override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void makeWatchedPart();
  [[nodiscard]] QLayout* makePathRow();
  [[nodiscard]] QLayout* makeButtons(Theme& theme);
  void browse(bool folder);
  /// The path in the field, absolute; empty where none is typed.
  [[nodiscard]] QString typedPath() const;
  void lookWhileTyping();
  void look();
  /// Below the path; what is wrong is red, and so is the path's edge.
  void say(const QString& text, bool isWrong = false);
  void takeFound(quint64 search, const FoundRuns& found);
  void updateAccept();
  void listRuns();
  void listProblems(QTreeWidgetItem& parent);
  void listWatched();
  void unwatchCurrent();
  void accept();

  Importer& m_importer;
  Settings& m_settings;
  QStringList m_paths;
  FoundRuns m_found;
  std::vector<FoundRun> m_wanted;  ///< of those, what is new or has grown
  quint64 m_search = 0;             ///< 0 = none is going on
  bool m_isTyping = false;          ///< it was not asked for: the path may be half of one
  QTimer m_typed;
  QLineEdit* m_path = nullptr;
  QLabel* m_summary = nullptr;
  QTreeWidget* m_tree = nullptr;
  QCheckBox* m_watch = nullptr;
  QLabel* m_watchedTitle = nullptr;
  QListWidget* m_watched = nullptr;
  HintButton* m_accept = nullptr;
};

/// "3 runs imported": the toast of an import.
[[nodiscard]] QString importTitle(const ImportSum& sum);
/// "12,345 values · 2 known already · 1 could not be read · 80 × histogram passed over"
[[nodiscard]] QString importDetail(const ImportSum& sum);

}  // namespace trainyard
