// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <functional>

namespace trainyard {

/// The records of a .wandb file: a header of 7 bytes, then LevelDB's log format (github.com/google/leveldb, doc/log_format.md) in blocks that are
/// counted from the file's begin, with the CRC-32 of zlib over type and data (wandb/sdk/internal/datastore.py). Takes pieces of the file
/// wherever they are cut; holds at most a block and one record.
class WandbStream {
 public:
  static constexpr qint64 headerBytes = 7;
  static constexpr qsizetype longestRecord = 64 << 20;
  enum class Trouble {
    Header,    ///< this is no .wandb file; nothing of it is read
    Checksum,  ///< a chunk is damaged; reading goes on with the next
    Chunk,     ///< there is no chunk where one should be; reading goes on with the next block
    Order,     ///< a record without begin or end
    TooLong
  };
  using Take = std::function<void(QByteArrayView record, qint64 offset)>;
  using Complain = std::function<void(Trouble trouble, qint64 offset)>;

  /// `offset`: 0 or what offset() of another one was.
  explicit WandbStream(qint64 offset = 0) : m_at(offset), m_recordAt(offset) {}
  void feed(const QByteArray& bytes, const Take& take, const Complain& complain);
  /// Where the first record begins that was not taken.
  [[nodiscard]] qint64 offset() const { return m_recordAt; }
  /// Bytes of that record so far.
  [[nodiscard]] qint64 begun() const { return m_at + m_rest.size() - m_recordAt; }
  [[nodiscard]] bool isOver() const { return m_over; }

  /// Whether a file begins so, as far as it is given.
  [[nodiscard]] static bool isHeader(QByteArrayView head);

 private:
  [[nodiscard]] qint64 step(QByteArrayView rest, const Take& take, const Complain& complain);
  [[nodiscard]] qint64 takeChunk(QByteArrayView rest, qint64 left, const Take& take, const Complain& complain);
  void takeFragment(int type, QByteArrayView data, const Take& take, const Complain& complain);
  void lose();

  qint64 m_at;         ///< the offset of m_rest
  qint64 m_recordAt;
  qint64 m_skipTo = 0; ///< the rest of a block that holds nothing
  QByteArray m_rest;   ///< less than a chunk
  QByteArray m_record; ///< its fragments so far
  bool m_open = false;
  bool m_lost = false;    ///< fragments of a record whose begin is lost follow
  bool m_damaged = false; ///< the last chunk was
  bool m_over = false;
};

}  // namespace trainyard
