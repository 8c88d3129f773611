// SPDX-License-Identifier: GPL-3.0-or-later
// The walk over folders of findRuns().
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <cerrno>
#include <deque>

#include "core/readers/run_formats.h"

namespace trainyard {
namespace {

constexpr int deepest = 64;          ///< folders below the one that was asked for
constexpr int entriesPerQuestion = 256;

QString text(const char* words) { return QCoreApplication::translate("RunSource", words); }

/// Folders in which nobody keeps runs and many files are. Hidden ones are such, but for those in which programs do keep runs.
bool isPassedOver(const QString& name) {
  static const QSet<QString> never{QStringLiteral("node_modules"), QStringLiteral("__pycache__"), QStringLiteral("site-packages"),
                                   QStringLiteral("lost+found")};
  static const QSet<QString> hiddenRuns{QStringLiteral(".wandb"), QStringLiteral(".guild")};
  return name.startsWith(u'.') ? !hiddenRuns.contains(name) : never.contains(name);
}

class RunFinder {
 public:
  RunFinder(QString root, const std::function<bool(qint64)>& keepOn) : m_root(std::move(root)), m_keepOn(keepOn) {}

  FoundRuns findInFile(const QString& name) {
    take({m_root, {name}, {}});
    m_found.files = 1;
    if (m_found.runs.empty() && m_found.problems.empty())
      problem(m_root + u'/' + name, text("It holds no run that can be read: it is of no known format, or no column or key of it tells steps."));
    return finished();
  }

  /// Real folders first: a link to one of them (W&B's latest-run) gives its runs no second name.
  FoundRuns findBelow() {
    m_places.push_back({m_root, 0});
    while (m_found.whole && !(m_places.empty() && m_links.empty())) {
      std::deque<Place>& next = m_places.empty() ? m_links : m_places;
      const Place place = next.front();
      next.pop_front();
      visit(place);
    }
    return finished();
  }

 private:
  struct Place {
    QString path;
    int depth = 0;
  };
  using FileNumber = std::pair<quint64, quint64>;  ///< device, inode

  void visit(const Place& place) {
    DIR* handle = opendir(QFile::encodeName(place.path).constData());
    if (handle == nullptr) return problem(place.path, text("This folder cannot be read: %1.").arg(qt_error_string(errno)));
    if (isNew(place, handle)) {
      if (m_found.folders.size() < FoundRuns::mostFolders) m_found.folders << place.path;
      const size_t linksBefore = m_links.size();
      const Folder folder = list(place, handle);
      const bool isPythons = place.depth > 0 && folder.files.contains(QStringLiteral("pyvenv.cfg"));
      if (isPythons) m_links.resize(linksBefore);
      if (m_found.whole && !isPythons) enterFolders(place, folder, take(folder), linksBefore);
    }
    closedir(handle);
    ask();
  }

  bool isNew(const Place& place, DIR* handle) {
    struct stat info = {};
    if (fstat(dirfd(handle), &info) != 0) return false;
    const auto [known, isNew] = m_seen.try_emplace({info.st_dev, info.st_ino}, place.path);
    if (!isNew && place.path.startsWith(known->second == u"/" ? known->second : known->second + u'/'))
      problem(place.path, text("This link leads back to a folder above it; it was not followed."));
    return isNew;
  }

  Folder list(const Place& place, DIR* handle) {
    Folder folder{place.path, {}, {}};
    int entries = 0;
    while (const dirent* entry = readdir(handle)) {
      if (++entries % entriesPerQuestion == 0 && !ask()) break;
      sort(place, handle, *entry, folder);
    }
    folder.files.sort();
    folder.folders.sort();
    return folder;
  }

  /// Only regular files count: opening a pipe waits for its other end. Links into folders wait until all real folders were seen.
  void sort(const Place& place, DIR* handle, const dirent& entry, Folder& folder) {
    const QByteArray raw = entry.d_name;
    if (raw == "." || raw == "..") return;
    const QString name = QFile::decodeName(raw);
    bool isLink = entry.d_type == DT_LNK;
    bool isFolder = entry.d_type == DT_DIR;
    bool isFile = entry.d_type == DT_REG;
    if (isLink || entry.d_type == DT_UNKNOWN) {
      struct stat info = {};
      if (fstatat(dirfd(handle), entry.d_name, &info, AT_SYMLINK_NOFOLLOW) == 0) isLink = S_ISLNK(info.st_mode);
      if (fstatat(dirfd(handle), entry.d_name, &info, 0) != 0) {
        if (errno == ELOOP) problem(folder.filePath(name), text("This link leads in a circle; it was not followed."));
        return;
      }
      isFolder = S_ISDIR(info.st_mode);
      isFile = S_ISREG(info.st_mode);
    }
    if (!isFolder && !isFile) return;
    if (QFile::encodeName(name) != raw) return problem(folder.filePath(name), text("This name is no text in UTF-8; it was passed over."));
    if (isFile) {
      ++m_found.files;
      folder.files << name;
    } else if (isLink && !isPassedOver(name)) {
      m_links.push_back({folder.filePath(name), place.depth + 1});
    } else if (!isLink) {
      folder.folders << name;
    }
  }

  /// Asks each format in turn; what one takes, the later ones do not see.
  QSet<QString> take(Folder folder) {
    QSet<QString> closed;
    for (const FormatReader& format : runFormats()) {
      Claim claim = format.find(folder);
      for (FoundRun& run : claim.runs) {
        if (run.name.isEmpty()) run.name = nameBelowRoot(folder.path);
        m_found.runs.push_back(std::move(run));
      }
      m_found.problems.insert(m_found.problems.end(), claim.problems.begin(), claim.problems.end());
      folder.files.removeIf([&claim](const QString& name) { return claim.taken.contains(name); });
      closed.unite(claim.closed);
    }
    tellUnreadable(folder);
    return closed;
  }

  /// What a file holds cannot be told without the right to read it. `folder`: what no format took of it.
  void tellUnreadable(const Folder& folder) {
    static const QRegularExpression mayHoldRuns(QStringLiteral("tfevents|\\.(csv|tsv|jsonl|ndjson|json|log|txt|db|sqlite3?|wandb)$"), QRegularExpression::CaseInsensitiveOption);
    QString first, why;
    int barred = 0, asked = 0;
    for (const QString& name : folder.files) {
      if (++asked % entriesPerQuestion == 0 && !ask()) return;
      if (!mayHoldRuns.match(name).hasMatch() || access(QFile::encodeName(folder.filePath(name)).constData(), R_OK) == 0) continue;
      if (barred++ > 0) continue;
      why = text("It cannot be read: %1.").arg(qt_error_string(errno));
      first = folder.filePath(name);
    }
    if (barred > 1) why += u' ' + text("Nor can %L1 others in its folder.").arg(barred - 1);
    if (barred > 0) problem(first, why);
  }

  /// `linksBefore`: the links of this folder stand after so many others.
  void enterFolders(const Place& place, const Folder& folder, const QSet<QString>& closed, size_t linksBefore) {
    QString tooDeep;
    for (auto name = folder.folders.crbegin(); name != folder.folders.crend(); ++name) {
      if (isPassedOver(*name) || closed.contains(*name)) continue;
      if (place.depth >= deepest) {
        tooDeep = folder.filePath(*name);
      } else {
        m_places.push_front({folder.filePath(*name), place.depth + 1});
      }
    }
    if (!tooDeep.isEmpty()) problem(tooDeep, text("Folders that lie deeper than %1 others are not looked at.").arg(deepest));
    const auto isClosed = [&](const Place& link) { return link.depth > deepest || closed.contains(link.path.section(u'/', -1)); };
    m_links.erase(std::remove_if(m_links.begin() + static_cast<qptrdiff>(linksBefore), m_links.end(), isClosed), m_links.end());
  }

  bool ask() {
    if (m_found.whole && m_keepOn && !m_keepOn(m_found.files)) m_found.whole = false;
    return m_found.whole;
  }

  void problem(const QString& path, const QString& why) { m_found.problems.push_back({path, -1, why}); }

  [[nodiscard]] QString nameBelowRoot(const QString& path) const {
    const QString below = path.mid(m_root == u"/" ? 1 : m_root.size() + 1);
    if (!below.isEmpty()) return below;
    const QString own = QDir(m_root).dirName();
    return own.isEmpty() ? m_root : own;
  }

  /// Names that occur twice become what tells their runs apart.
  void distinguish() {
    QHash<QString, int> uses;
    for (const FoundRun& run : m_found.runs) ++uses[run.name];
    for (FoundRun& run : m_found.runs) {
      if (uses.value(run.name) < 2) continue;
      const QString below = nameBelowRoot(run.path);
      if (!run.run.isEmpty()) {
        run.name += QStringLiteral(" (%1)").arg(run.run);
      } else if (below != run.name) {
        run.name = below;
      } else {
        run.name += QStringLiteral(" (%1)").arg(toText(run.format));
      }
    }
  }

  FoundRuns finished() {
    const auto order = [](const FoundRun& run) { return std::tie(run.path, run.run, run.format); };
    std::stable_sort(m_found.runs.begin(), m_found.runs.end(), [&](const FoundRun& one, const FoundRun& other) { return order(one) < order(other); });
    distinguish();
    return std::move(m_found);
  }

  QString m_root;
  const std::function<bool(qint64)>& m_keepOn;
  std::deque<Place> m_places;
  std::deque<Place> m_links;
  std::map<FileNumber, QString> m_seen;
  FoundRuns m_found;
};

}  // namespace

Result<FoundRuns> findRuns(const QString& path, const std::function<bool(qint64 files)>& keepOn) {
  const QFileInfo info(path);
  if (!info.exists()) return fail(ErrorCode::NotFound, text("There is nothing at %1.").arg(path));
  const QString clean = QDir::cleanPath(info.absoluteFilePath());
  if (info.isDir()) return RunFinder(clean, keepOn).findBelow();
  if (!info.isFile()) return fail(ErrorCode::InvalidInput, text("%1 is neither a file nor a folder.").arg(path));
  return RunFinder(QFileInfo(clean).path(), keepOn).findInFile(info.fileName());
}

}  // namespace trainyard
