// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/event_record.h"

#include <QtEndian>

#include "core/readers/crc32c.h"

namespace trainyard {

quint32 maskedCrc(const char* bytes, qint64 size) {
  const quint32 crc = crc32c(bytes, size);
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

EventRecord eventRecordAt(QByteArrayView bytes) {
  using State = EventRecord::State;
  constexpr qint64 header = EventRecord::headerBytes;
  if (bytes.size() < header) return {};
  const auto length = qFromLittleEndian<quint64>(bytes.data());
  if (maskedCrc(bytes.data(), 8) != qFromLittleEndian<quint32>(bytes.data() + 8)) return {State::DamagedLength, {}, 0};
  if (length > static_cast<quint64>(EventRecord::longest)) return {State::TooLong, {}, 0};
  const auto size = static_cast<qint64>(length);
  const qint64 whole = header + size + EventRecord::footerBytes;
  if (bytes.size() < whole) return {State::Partial, {}, whole};
  const QByteArrayView data = bytes.sliced(header, size);
  const bool intact = maskedCrc(data.data(), size) == qFromLittleEndian<quint32>(bytes.data() + header + size);
  return {intact ? State::Whole : State::DamagedData, data, whole};
}

void EventStream::feed(const QByteArray& bytes, const Take& take) {
  QByteArrayView rest(bytes);
  while (!rest.isEmpty() && !m_over) rest = m_begun == 0 ? begin(rest, take) : goOn(rest, take);
}

QByteArrayView EventStream::begin(QByteArrayView bytes, const Take& take) {
  const EventRecord record = eventRecordAt(bytes);
  if (record.state == EventRecord::State::Partial) {
    m_begun = bytes.size();
    wait(record, bytes, take);
    return {};
  }
  deliver(record, take);
  return bytes.sliced(record.bytes);
}

/// Takes of `bytes` only what the begun record lacks, so that all others are read where they are.
QByteArrayView EventStream::goOn(QByteArrayView bytes, const Take& take) {
  const qint64 lacking = std::min<qint64>(m_wanted - m_begun, bytes.size());
  m_begun += lacking;
  if (!m_passing) m_partial += bytes.first(lacking);
  if (m_begun == m_wanted && m_passing) {
    m_offset += std::exchange(m_begun, 0);
    m_passing = false;
  } else if (m_begun == m_wanted) {
    const EventRecord record = eventRecordAt(m_partial);
    if (record.state == EventRecord::State::Partial) {
      wait(record, {}, take);
    } else {
      deliver(record, take);
      m_partial.resize(0);
    }
  }
  return bytes.sliced(lacking);
}

void EventStream::wait(const EventRecord& record, QByteArrayView bytes, const Take& take) {
  m_wanted = record.bytes > 0 ? record.bytes : EventRecord::headerBytes;
  m_passing = m_wanted > longestHeld;
  if (m_passing) {
    take({EventRecord::State::Large, {}, m_wanted}, m_offset);
    m_partial.clear();
  } else {
    m_partial += bytes;
  }
}

void EventStream::deliver(const EventRecord& record, const Take& take) {
  m_begun = 0;
  m_over = record.state == EventRecord::State::DamagedLength || record.state == EventRecord::State::TooLong;
  take(record, m_offset);
  m_offset += record.bytes;
}

}  // namespace trainyard
