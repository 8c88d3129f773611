// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/imports/import_card.h"

#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QShortcut>
#include <QStyle>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <map>

#include "core/base/format.h"
#include "ui/theme/hint_button.h"

namespace trainyard {
namespace {

constexpr int cardWidth = 680;
constexpr int typedMs = 350;     ///< after the last key
constexpr int mostListed = 500;  ///< runs of one format, and problems; the counts are of all

QString kindText(FoundKind kind) {
  switch (kind) {
    case FoundKind::New: return ImportCard::tr("new");
    case FoundKind::Grown: return ImportCard::tr("may have grown");
    case FoundKind::Known: return ImportCard::tr("imported already");
  }
  return {};
}

QString runsText(qint64 count) { return count == 1 ? ImportCard::tr("1 run") : ImportCard::tr("%1 runs").arg(countText(count)); }

QString filesText(qint64 count) { return count == 1 ? ImportCard::tr("1 file") : ImportCard::tr("%1 files").arg(countText(count)); }

/// Of a column that all of the texts fit into.
int widthOf(const QStringList& texts) {
  const QFontMetrics metrics(fontFor(TextRole::Body));
  int widest = 0;
  for (const QString& text : texts) widest = std::max(widest, metrics.horizontalAdvance(text));
  return widest + 24;
}

}  // namespace

ImportCard::ImportCard(Theme& theme, Importer& importer, Settings& settings, QWidget* window)
    : CardOverlay(theme, window, cardWidth), m_importer(importer), m_settings(settings) {
  setObjectName(QStringLiteral("importCard"));
  setAccessibleName(tr("Import runs"));
  auto* title = new QLabel(tr("Import runs"), card());
  title->setFont(fontFor(TextRole::Title));
  m_summary = new QLabel(card());
  m_summary->setObjectName(QStringLiteral("importFound"));
  m_summary->setWordWrap(true);
  m_summary->setProperty("role", "muted");
  m_tree = new QTreeWidget(card());
  m_tree->setObjectName(QStringLiteral("importTree"));
  m_tree->setAccessibleName(tr("What was found"));
  m_tree->setHeaderLabels({tr("Run"), tr("Size"), tr("State")});
  m_tree->header()->setSectionResizeMode(0, QHeaderView::Stretch);
  m_tree->header()->setStretchLastSection(false);
  m_tree->header()->resizeSection(1, widthOf({QStringLiteral("1,023 MB")}));
  m_tree->header()->resizeSection(2, widthOf({kindText(FoundKind::New), kindText(FoundKind::Grown), kindText(FoundKind::Known)}));
  m_tree->setUniformRowHeights(true);
  m_tree->setFixedHeight(240);
  makeWatchedPart();
  auto* layout = new QVBoxLayout(card());
  layout->setContentsMargins(23, 20, 23, 20);
  layout->setSpacing(12);
  layout->addWidget(title);
  layout->addLayout(makePathRow());
  for (QWidget* part : std::initializer_list<QWidget*>{m_summary, m_tree, m_watch, m_watchedTitle, m_watched}) layout->addWidget(part);
  layout->addLayout(makeButtons(theme));
  connect(&m_importer, &Importer::found, this, &ImportCard::takeFound);
  connect(&m_importer, &Importer::finding, this, [this](quint64 search, qint64 files) {
    if (search == m_search) m_summary->setText(tr("Looking… %1 files").arg(countText(files)));
  });
  connect(this, &CardOverlay::closed, this, [this] {
    m_importer.stopFinding(std::exchange(m_search, 0));
  });
}

void ImportCard::makeWatchedPart() {
  m_watch = new QCheckBox(tr("Keep watching: import what appears there later"), card());
  m_watch->setObjectName(QStringLiteral("importWatch"));
  connect(m_watch, &QCheckBox::toggled, this, &ImportCard::updateAccept);
  m_watchedTitle = new QLabel(tr("Watched folders (Delete stops watching)"), card());
  m_watchedTitle->setProperty("role", "hint");
  m_watched = new QListWidget(card());
  m_watched->setObjectName(QStringLiteral("importWatched"));
  m_watched->setAccessibleName(tr("Watched folders"));
  m_watched->setFixedHeight(58);
  connect(new QShortcut(QKeySequence::Delete, m_watched, nullptr, nullptr, Qt::WidgetShortcut), &QShortcut::activated, this, &ImportCard::unwatchCurrent);
}

QLayout* ImportCard::makePathRow() {
  m_path = new QLineEdit(card());
  m_path->setObjectName(QStringLiteral("importPath"));
  m_path->setAccessibleName(tr("File or folder"));
  m_path->setPlaceholderText(tr("A folder or a file of any tracker: type its path, or drop it on the window"));
  m_typed.setSingleShot(true);
  m_typed.setInterval(typedMs);
  connect(m_path, &QLineEdit::textEdited, &m_typed, qOverload<>(&QTimer::start));
  connect(&m_typed, &QTimer::timeout, this, &ImportCard::lookWhileTyping);
  connect(m_path, &QLineEdit::returnPressed, this, [this] {
    const QString path = typedPath();
    if (path.isEmpty()) return;
    m_typed.stop();
    if (m_paths == QStringList{path} && m_search == 0 && m_accept->isEnabled()) return accept();
    m_isTyping = false;
    m_paths = {path};
    look();
  });
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addWidget(m_path, 1);
  for (const bool folder : {true, false}) {
    auto* button = new QToolButton(card());
    button->setText(folder ? tr("Folder…") : tr("Files…"));
    button->setObjectName(folder ? QStringLiteral("importFolder") : QStringLiteral("importFiles"));
    button->setFocusPolicy(Qt::StrongFocus);
    connect(button, &QToolButton::clicked, this, [this, folder] { browse(folder); });
    row->addWidget(button);
  }
  return row;
}

QLayout* ImportCard::makeButtons(Theme& theme) {
  auto* cancel = new HintButton(theme, tr("Cancel"), card());
  cancel->setKind("secondary");
  m_accept = new HintButton(theme, tr("Import"), card());
  m_accept->setObjectName(QStringLiteral("importAccept"));
  m_accept->setKind("primary");
  connect(cancel, &QPushButton::clicked, this, &CardOverlay::close);
  connect(m_accept, &QPushButton::clicked, this, &ImportCard::accept);
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addStretch(1);
  row->addWidget(cancel);
  row->addWidget(m_accept);
  return row;
}

/// Enter imports wherever the focus is, but in the field, where it looks.
void ImportCard::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) return accept();
  CardOverlay::keyPressEvent(event);
}

QWidget* ImportCard::firstFocus() const { return m_path; }

void ImportCard::openFresh() {
  m_paths.clear();
  m_found = {};
  m_wanted.clear();
  m_typed.stop();
  m_path->clear();
  m_tree->clear();
  m_watch->setChecked(false);
  m_accept->setEnabled(false);
  m_accept->setText(tr("Import"));
  say(tr("TensorBoard, Weights & Biases, MLflow, Trackio, Hugging Face, Lightning, Keras, Ultralytics, DVCLive, JSON lines, CSV and logs. "
         "Nothing is changed where they are."));
  listWatched();
  open();
}

void ImportCard::openFor(const QStringList& paths) {
  openFresh();
  m_isTyping = false;
  m_paths = paths;
  m_path->setText(paths.size() == 1 ? QDir::toNativeSeparators(paths.first()) : tr("%1 files and folders").arg(paths.size()));
  look();
}

void ImportCard::browse(bool folder) {
  auto* dialog = new QFileDialog(window(), folder ? tr("A folder with runs") : tr("Files of runs"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::ExistingFiles);
  if (folder) dialog->setOption(QFileDialog::ShowDirsOnly);
  connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList& chosen) {
    if (isOpen()) openFor(chosen);
  });
  dialog->open();
}

QString ImportCard::typedPath() const {
  QString path = m_path->text().trimmed();
  if (path == u"~" || path.startsWith(u"~/")) path.replace(0, 1, QDir::homePath());
  return path.isEmpty() ? path : QDir::cleanPath(QFileInfo(path).absoluteFilePath());
}

/// What is typed may be the begin of a longer path, so nothing is called wrong, and the root and the home are not looked through.
void ImportCard::lookWhileTyping() {
  const QString path = typedPath();
  if (!isOpen() || path.isEmpty() || path == QDir::rootPath() || path == QDir::homePath() || m_paths == QStringList{path}) return;
  m_isTyping = true;
  m_paths = {path};
  look();
}

void ImportCard::look() {
  for (QString& path : m_paths) path = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
  m_tree->clear();
  m_accept->setEnabled(false);
  m_watch->setEnabled(false);
  say(tr("Looking…"));
  m_importer.stopFinding(m_search);
  m_search = m_importer.find(m_paths);
}

void ImportCard::say(const QString& text, bool isWrong) {
  m_summary->setText(text);
  m_summary->setProperty("role", isWrong ? "error" : "muted");
  m_path->setProperty("invalid", isWrong);
  for (QWidget* widget : std::initializer_list<QWidget*>{m_summary, m_path}) {
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
  }
}

void ImportCard::takeFound(quint64 search, const FoundRuns& found) {
  if (search != m_search) return;
  m_search = 0;
  m_found = found;
  m_wanted.clear();
  for (const FoundRun& run : m_found.runs)
    if (m_importer.kindOf(run) != FoundKind::Known) m_wanted.push_back(run);
  listRuns();
  const auto all = qint64(m_found.runs.size());
  const bool nothingToRead = m_found.files == 0 && !m_found.problems.empty();  // as a path that is mistyped
  QString text = nothingToRead ? m_found.problems.front().why
                 : all == 0    ? tr("No runs were found in %1.").arg(filesText(m_found.files))
                               : tr("%1 found in %2.").arg(runsText(all), filesText(m_found.files));
  if (all > 0 && m_wanted.empty()) text += u' ' + tr("All of them are imported already.");
  if (nothingToRead && m_isTyping) {
    m_tree->clear();
    return say(tr("Nothing is at this path yet."));
  }
  say(text, nothingToRead);
  const bool canWatch = std::all_of(m_paths.begin(), m_paths.end(), [](const QString& path) { return QFileInfo(path).isDir(); });
  m_watch->setEnabled(canWatch);
  m_accept->setText(m_wanted.empty() ? tr("Import") : tr("Import %1").arg(runsText(qint64(m_wanted.size()))));
  updateAccept();
  if (m_accept->isEnabled() && !m_isTyping) m_accept->setFocus(Qt::OtherFocusReason);
}

/// There is something to read, or to watch.
void ImportCard::updateAccept() { m_accept->setEnabled(!m_wanted.empty() || (m_watch->isEnabled() && m_watch->isChecked() && !m_paths.isEmpty())); }

void ImportCard::listRuns() {
  m_tree->clear();
  std::map<RunFormat, std::vector<const FoundRun*>> byFormat;
  for (const FoundRun& run : m_found.runs) byFormat[run.format].push_back(&run);
  for (const auto& [format, runs] : byFormat) {
    qint64 bytes = 0;
    qint64 fresh = 0;
    qint64 grown = 0;
    auto* parent = new QTreeWidgetItem(m_tree);
    for (size_t i = 0; i < runs.size(); ++i) {
      const FoundKind kind = m_importer.kindOf(*runs[i]);
      bytes += runs[i]->bytes;
      fresh += kind == FoundKind::New ? 1 : 0;
      grown += kind == FoundKind::Grown ? 1 : 0;
      if (i >= mostListed) continue;
      auto* item = new QTreeWidgetItem(parent, {runs[i]->name, runs[i]->bytes > 0 ? sizeText(runs[i]->bytes) : QString(), kindText(kind)});
      item->setToolTip(0, runs[i]->path);
    }
    parent->setText(0, QStringLiteral("%1 · %2").arg(toText(format), runsText(qint64(runs.size()))));
    parent->setText(1, bytes > 0 ? sizeText(bytes) : QString());
    parent->setText(2, fresh > 0 ? tr("%1 new").arg(countText(fresh)) : kindText(grown > 0 ? FoundKind::Grown : FoundKind::Known));
    if (byFormat.size() == 1) parent->setExpanded(true);
  }
  if (m_found.problems.empty()) return;
  auto* parent = new QTreeWidgetItem(m_tree, {tr("Could not be read · %1").arg(m_found.problems.size())});
  listProblems(*parent);
  parent->setExpanded(m_found.runs.empty());
}

void ImportCard::listProblems(QTreeWidgetItem& parent) {
  for (size_t i = 0; i < std::min<size_t>(m_found.problems.size(), mostListed); ++i) {
    const ReadProblem& problem = m_found.problems[i];
    auto* item = new QTreeWidgetItem(&parent, {QStringLiteral("%1: %2").arg(QFileInfo(problem.file).fileName(), problem.why)});
    item->setToolTip(0, (problem.offset >= 0 ? tr("%1, byte %2").arg(problem.file).arg(problem.offset) : problem.file) + u'\n' + problem.why);
    item->setFirstColumnSpanned(true);
  }
}

void ImportCard::listWatched() {
  m_watched->clear();
  m_watched->addItems(m_settings.watchedFolders());
  m_watched->setVisible(m_watched->count() > 0);
  m_watchedTitle->setVisible(m_watched->count() > 0);
}

void ImportCard::unwatchCurrent() {
  if (m_watched->currentItem() == nullptr) return;
  QStringList folders = m_settings.watchedFolders();
  folders.removeAll(m_watched->currentItem()->text());
  m_settings.setWatchedFolders(folders);
  listWatched();
}

void ImportCard::accept() {
  if (!m_accept->isEnabled()) return;
  if (m_watch->isChecked() && m_watch->isEnabled()) {
    QStringList folders = m_settings.watchedFolders();
    for (const QString& path : m_paths)
      if (!folders.contains(path)) folders << path;
    m_settings.setWatchedFolders(folders);
  }
  m_importer.take(m_wanted, m_found.problems);
  close();
}

QString importTitle(const ImportSum& sum) {
  const int runs = sum.added + sum.grown;
  if (sum.cancelled) return ImportCard::tr("Import stopped: %1 taken").arg(runsText(runs));
  if (runs == 0) return ImportCard::tr("Nothing new to import");
  return ImportCard::tr("%1 imported").arg(runsText(runs));
}

QString importDetail(const ImportSum& sum) {
  QStringList parts;
  if (sum.points > 0) parts << ImportCard::tr("%1 values").arg(countText(sum.points));
  if (sum.known > 0) parts << ImportCard::tr("%1 known already").arg(countText(sum.known));
  if (!sum.problems.isEmpty()) parts << ImportCard::tr("%1 could not be read").arg(countText(sum.problems.size()));
  qint64 skipped = 0;
  for (const auto& [what, count] : sum.skipped) skipped += count;
  if (sum.skipped.size() == 1) parts << ImportCard::tr("%1 × %2 passed over").arg(countText(skipped), sum.skipped.begin()->first);
  if (sum.skipped.size() > 1) parts << ImportCard::tr("%1 entries of %2 other kinds passed over").arg(countText(skipped)).arg(sum.skipped.size());
  return parts.join(QStringLiteral(" · "));
}

}  // namespace trainyard
