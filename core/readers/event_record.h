// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include "core/readers/crc32c.h"

namespace trainyard {

/// One record of a TFRecord file: u64 length, u32 CRC of the length, data, u32 CRC of the data; little endian, the CRCs masked
/// (tensorflow/core/lib/io/record_writer.h).
struct EventRecord {
  static constexpr qint64 headerBytes = 12;
  static constexpr qint64 footerBytes = 4;
  static constexpr qint64 longest = (qint64{1} << 31) - 1;  ///< a message of Protocol Buffers is not longer

  enum class State {
    Whole,
    DamagedData,    ///< its data are not those that were written; the next record is where it says
    Partial,        ///< the rest of it is to come
    DamagedLength,  ///< nothing after it can be found
    TooLong,        ///< its length is as it was written, but no event is that long; nothing after it can be found
    Large           ///< it is passed over, for nobody needs a record of that size; the next one is where it says
  };
  State state = State::Partial;
  QByteArrayView data = {};  ///< of a whole one
  qint64 bytes = 0;     ///< of all of it in the file; 0 while its header is not whole
  qint64 offset = 0;    ///< in the file
};

/// The record at the start of `bytes`.
[[nodiscard]] EventRecord eventRecordAt(QByteArrayView bytes);

/// A CRC as records hold it.
[[nodiscard]] inline quint32 masked(quint32 crc) { return ((crc >> 15) | (crc << 17)) + 0xa282ead8U; }
[[nodiscard]] inline quint32 maskedCrc(const char* bytes, qint64 size) { return masked(crc32c(bytes, size)); }

/// Pieces of a file to its records, wherever the pieces are cut. Holds at most one record, and never one that is larger than `longestHeld`.
class EventStream {
 public:
  static constexpr qint64 longestHeld = 16 << 20;

  explicit EventStream(qint64 offset = 0) : m_offset(offset) {}
  /// Takes the next record off the front of `rest`; its data are valid until the next call. Partial: `rest` was used up before its end.
  [[nodiscard]] EventRecord next(QByteArrayView& rest);
  /// The data of the next record, and it is taken off: where it is whole, intact, short and all of it in `rest`, and the processor checks
  /// it. Most are so, and twice as fast as by next(), which is to be asked where this gives nothing.
  [[nodiscard, gnu::always_inline]] bool nextShort(QByteArrayView& rest, QByteArrayView& data) {
    constexpr qint64 longestShort = 255;
    if (!m_byProcessor || m_begun > 0 || m_over || rest.size() < EventRecord::headerBytes) return false;
    const char* at = rest.data();
    const auto size = qFromLittleEndian<qint64>(at);
    const qint64 whole = EventRecord::headerBytes + size + EventRecord::footerBytes;
    if (size < 0 || size > longestShort || rest.size() < whole) return false;
    const char* content = at + EventRecord::headerBytes;
    if (masked(crc32cByProcessor(at, 8)) != qFromLittleEndian<quint32>(at + 8)) return false;
    if (masked(crc32cByProcessor(content, size)) != qFromLittleEndian<quint32>(content + size)) return false;
    data = {content, size};
    rest = rest.sliced(whole);
    m_offset += whole;
    return true;
  }
  /// Where the first record begins that was not taken.
  [[nodiscard]] qint64 offset() const { return m_offset; }
  /// Bytes of that record so far.
  [[nodiscard]] qint64 begun() const { return m_begun; }
  /// Nothing more can be found in this file.
  [[nodiscard]] bool isOver() const { return m_over; }
  void setOver() { m_over = true; }

 private:
  [[nodiscard]] EventRecord goOn(QByteArrayView& rest);
  [[nodiscard]] EventRecord wait(const EventRecord& record, QByteArrayView begun);
  void deliver(EventRecord& record);

  qint64 m_offset;
  qint64 m_begun = 0;
  qint64 m_wanted = EventRecord::headerBytes;  ///< bytes of the record that must be there to go on
  bool m_passing = false;                      ///< over a large one
  bool m_over = false;
  bool m_byProcessor = hasCrc32c();
  QByteArray m_partial;
};

}  // namespace trainyard
