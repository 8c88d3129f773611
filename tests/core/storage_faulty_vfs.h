// SPDX-License-Identifier: GPL-3.0-or-later
// A disk that fails to order, below SQLite.
#pragma once

#include <QString>

namespace trainyard::test {

/// While one is alive, SQLite opens its files through it: what it does to files whose name begins with `path` is counted, and
/// fails when it is told so. Nothing reaches the disk's platter, for nobody pulls the plug. One at a time; to be made before the
/// connections and dropped after them.
class FaultyVfs {
 public:
  enum class Kind {
    Io,         ///< EIO
    Full,       ///< ENOSPC, where half of the bytes still find their place
    StaysFull,  ///< the same, and for every write that follows
  };
  explicit FaultyVfs(const QString& path);
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  /// The n-th write, sync, truncate or growth from now on fails, 1 being the next one.
  void failAt(int n, Kind kind);
  void heal();
  [[nodiscard]] bool failed() const;
  /// Since the last failAt() or heal().
  [[nodiscard]] int count() const;
};

}  // namespace trainyard::test
