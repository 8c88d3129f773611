// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QThread>
#include <functional>
#include <vector>

#include "core/base/error.h"

namespace trainyard {

/// Writes small files whole and durably (QSaveFile), in a thread of its own. What is given for a path while it is being written is
/// written next, and only the newest of it.
class FileWriter final : public QObject {
  Q_OBJECT
 public:
  using Then = std::function<void(const Result<void>& written)>;
  explicit FileWriter(QObject* parent = nullptr);
  /// Writes what waits before; nobody is told then.
  ~FileWriter() override;

  /// `then` is called when this content, or a newer one of the path, is on the disk, or could not be written. Folders are made.
  void write(const QString& path, const QByteArray& content, Then then);

 private:
  struct Waiting {
    QByteArray content;
    std::vector<Then> then;
    bool isNew = false;  ///< it waits for the one in flight
    std::vector<Then> inFlight;
  };
  void send(const QString& path);
  void written(const QString& path, const Result<void>& result);

  QThread m_thread;
  QObject* m_worker;
  QHash<QString, Waiting> m_waiting;
};

}  // namespace trainyard
