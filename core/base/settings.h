// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QSettings>

#include "core/jobs/job_draft.h"

namespace trainyard {

/// What the user has set, kept in `dataDir`/settings.ini. Values out of range are brought into it.
class Settings final : public QObject {
  Q_OBJECT
 public:
  explicit Settings(const QString& dataDir, QObject* parent = nullptr);

  [[nodiscard]] double stepsPerSecond() const;  ///< 0.1..1e9 (fastest); 10 unless set
  void setStepsPerSecond(double value);
  [[nodiscard]] int stopGraceMs() const;  ///< 0..600,000; 5,000 unless set
  void setStopGraceMs(int ms);
  [[nodiscard]] bool queueOn() const;  ///< whether queued jobs start by themselves; off at first
  void setQueueOn(bool on);
  static constexpr int mostQueueSlots = 64;
  [[nodiscard]] int queueSlots() const;  ///< 1..mostQueueSlots command jobs at a time; 1 unless set
  void setQueueSlots(int count);
  [[nodiscard]] QStringList watchedFolders() const;  ///< absolute; runs that appear in them are imported
  void setWatchedFolders(const QStringList& folders);
  [[nodiscard]] bool apiOn() const;  ///< whether the local API begins with the window; off at first
  void setApiOn(bool on);
  static constexpr quint16 usualApiPort = 5151;
  [[nodiscard]] quint16 apiPort() const;  ///< that it asks for, 1024..65,535; usualApiPort unless set
  void setApiPort(quint16 port);
  [[nodiscard]] quint16 apiLastPort() const;  ///< that it had last; 0 = never
  void setApiLastPort(quint16 port);
  [[nodiscard]] QString theme() const;  ///< "system", "light", "dark"
  void setTheme(const QString& key);
  [[nodiscard]] QByteArray bytes(const QString& key) const;  ///< geometry, splitter
  void setBytes(const QString& key, const QByteArray& value);
  [[nodiscard]] QVariant value(const QString& key, const QVariant& fallback = {}) const;
  void setValue(const QString& key, const QVariant& value);
  [[nodiscard]] JobDraft lastDraft(JobSource source) const;  ///< the last values of the dialog; sensible ones at first
  /// Keeps the fields that check() finds nothing wrong with, but for the name; the others stay as they were.
  void setLastDraft(const JobDraft& draft);

 Q_SIGNALS:
  void changed();

 private:
  QSettings m_file;
};

/// The default data directory: TRAINYARD_DATA_DIR, else $XDG_DATA_HOME/trainyard, else ~/.local/share/trainyard.
[[nodiscard]] QString defaultDataDir();
/// `dir` exists or was made and can be written; its absolute path, or StorageOpen.
[[nodiscard]] Result<QString> prepareDataDir(const QString& dir);

}  // namespace trainyard
