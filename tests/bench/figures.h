// SPDX-License-Identifier: GPL-3.0-or-later
// What a bench tells: figures, each beside its peer or floor of the same run, as a table and as JSON.
#pragma once

#include <QJsonArray>
#include <QString>
#include <QStringList>
#include <vector>

namespace trainyard {

/// Of the middle; the mean of both middles when their number is even. Empty = 0.
[[nodiscard]] double median(std::vector<double> values);
[[nodiscard]] double share(std::vector<double> values, double part);  ///< the value that `part` of them do not exceed

/// Of the processor, spent by all threads of this process, and by this thread.
[[nodiscard]] double processSeconds();
[[nodiscard]] double threadSeconds();

/// The value after an option in the program's arguments.
[[nodiscard]] QString optionOf(const QStringList& words, const QString& name, const QString& fallback = {});

class Figures {
 public:
  explicit Figures(QString bench) : m_bench(std::move(bench)) {}
  /// Rounds of ours and of the peer, in turns. An empty `peers` with a name = "peer not installed"; no name = no peer.
  void add(const QString& name, const QString& unit, const std::vector<double>& ours, const QString& peerName = {}, const std::vector<double>& peers = {});
  void addNote(const QString& note);
  /// The table to standard output, and all as JSON into `file` unless that is empty; false when it cannot be written.
  [[nodiscard]] bool tell(const QString& file) const;

 private:
  QString m_bench;
  QJsonArray m_figures;
  QStringList m_notes;
};

}  // namespace trainyard
