// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QMainWindow>
#include <functional>

#include "core/base/clock.h"
#include "core/base/settings.h"
#include "core/jobs/job_service.h"
#include "core/metrics/metric_reader.h"
#include "core/runners/dispatcher.h"
#include "core/runners/importer.h"
#include "core/runners/trouble_responder.h"
#include "ui/actions.h"
#include "ui/theme/theme.h"

class QLabel;
class QSplitter;
class QStackedWidget;

namespace trainyard {

class ApiCard;
class ApiSwitch;
class CardOverlay;
class ChartSaver;
class CommandPalette;
class ComparePage;
class DesktopNotifier;
class EmptyPage;
class ImportCard;
class ProblemsCard;
class InputCard;
class JobCommands;
class JobListPanel;
class JobPage;
class JobPicker;
class NewJobDialog;
class ShortcutSheet;
class StatusLine;
class ToastStack;

struct MainWindowDependencies {
  Theme& theme;
  Actions& actions;
  JobService& jobs;
  Dispatcher& queue;
  TroubleResponder& troubles;
  Importer& importer;
  ApiSwitch& api;
  JobStore& store;
  MetricReader& history;
  const Clock& clock;
  Settings& settings;
  QString dataDir;
  std::function<qint64()> databaseBytes;
};

/// Puts the list, the page, the overlays and the toasts together and gives each action its meaning. What it means for
/// jobs is in JobCommands.
class MainWindow final : public QMainWindow {
  Q_OBJECT
 public:
  static constexpr int narrowBelow = 900;  ///< the page takes the whole window then

  explicit MainWindow(const MainWindowDependencies& dependencies);
  ~MainWindow() override;

  void bringToFront();
  /// Switches the local API on; a toast tells when that fails, or when the port is another one.
  void serve(quint16 port);
  [[nodiscard]] ToastStack& toasts() { return *m_toasts; }
  [[nodiscard]] JobPage& page();

 protected:
  void closeEvent(QCloseEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;

 private:
  [[nodiscard]] NewJobDialog& newJobDialog();
  [[nodiscard]] CommandPalette& commandPalette();
  [[nodiscard]] ShortcutSheet& shortcutSheet();
  [[nodiscard]] InputCard& inputCard();
  [[nodiscard]] JobPicker& jobPicker();
  [[nodiscard]] ComparePage& comparePage();
  [[nodiscard]] QWidget& emptyPage();
  [[nodiscard]] ChartSaver& chartSaver();
  [[nodiscard]] ImportCard& importCard();
  [[nodiscard]] ApiCard& apiCard();
  void buildCentre();
  void buildMenus();
  void connectList();
  void connectPage();
  void connectJobs();
  void bindJobActions();
  void bindViewActions();
  void bindQueueActions();
  void bindSettingActions();
  void bindImports();
  void bindApi();
  void setServing(bool on, quint16 port);
  [[nodiscard]] bool importIsOffered() const;
  void tellImported(const ImportSum& sum, bool asked);
  ProblemsCard& problemsCard();
  void restore();
  void remember();

  void trigger(ActionId id);
  void showNewJob();
  void showJob(JobId id);
  void view(JobId id);
  void goBack();
  void followSelection();
  void compareSelected();
  void chooseComparison();
  void saveChart();
  void tellTooMany();
  void followComparison();
  void stopComparing();
  [[nodiscard]] QWidget* rightPage();
  void showChartOptions();
  void tellHistoryFailed(const Error& error);
  void showRightPage();
  void arrangeForWidth();
  void suspendWhileOpen(CardOverlay& overlay);
  void showJobMenu(const QPoint& globalPosition);
  void askName();
  void askGrace();
  void showAbout();

  MainWindowDependencies m_deps;
  QHash<ActionId, std::function<void()>> m_handlers;
  QSplitter* m_splitter = nullptr;
  JobListPanel* m_list = nullptr;
  QStackedWidget* m_pages = nullptr;
  QWidget* m_blank = nullptr;
  ToastStack* m_toasts = nullptr;
  DesktopNotifier* m_notifier = nullptr;
  JobCommands* m_commands = nullptr;
  StatusLine* m_status = nullptr;

  // Made when they are first wanted: ask for them by the functions above.
  EmptyPage* m_empty = nullptr;
  JobPage* m_page = nullptr;
  ComparePage* m_compare = nullptr;
  NewJobDialog* m_newJob = nullptr;
  CommandPalette* m_palette = nullptr;
  ShortcutSheet* m_shortcuts = nullptr;
  InputCard* m_input = nullptr;
  JobPicker* m_picker = nullptr;
  ChartSaver* m_saver = nullptr;
  ImportCard* m_import = nullptr;
  ProblemsCard* m_problems = nullptr;
  int m_openCards = 0;
  ApiCard* m_api = nullptr;

  JobId m_awaited;   ///< the job that was looked at last, in the session before
  JobId m_fallback;  ///< what is shown while its portion of the jobs has not come
  bool m_comparing = false;
  bool m_choosingPage = false;
  bool m_pageIsStale = false;  ///< what is to be shown has changed while a page was being chosen
  bool m_pageInFront = false;  ///< of the list, while the window is narrow
};

}  // namespace trainyard
