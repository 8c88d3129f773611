// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/event_record.h"

#include <QtEndian>

namespace trainyard {

EventRecord eventRecordAt(QByteArrayView bytes) {
  using State = EventRecord::State;
  constexpr qint64 header = EventRecord::headerBytes;
  if (bytes.size() < header) return {};
  const auto length = qFromLittleEndian<quint64>(bytes.data());
  if (maskedCrc(bytes.data(), 8) != qFromLittleEndian<quint32>(bytes.data() + 8)) return {State::DamagedLength};
  if (length > static_cast<quint64>(EventRecord::longest)) return {State::TooLong};
  const auto size = static_cast<qint64>(length);
  const qint64 whole = header + size + EventRecord::footerBytes;
  if (bytes.size() < whole) return {State::Partial, {}, whole};
  const QByteArrayView data = bytes.sliced(header, size);
  const bool intact = maskedCrc(data.data(), size) == qFromLittleEndian<quint32>(bytes.data() + header + size);
  return {intact ? State::Whole : State::DamagedData, data, whole};
}

EventRecord EventStream::next(QByteArrayView& rest) {
  if (m_over) rest = {};
  if (rest.isEmpty()) return {};
  if (m_begun > 0) return goOn(rest);
  EventRecord record = eventRecordAt(rest);
  if (record.state == EventRecord::State::Partial) {
    m_partial.resize(0);
    m_begun = rest.size();
    return wait(record, std::exchange(rest, {}));
  }
  rest = rest.sliced(record.bytes);
  deliver(record);
  return record;
}

/// Takes of `rest` only what the begun record lacks, so that all others are read where they are.
EventRecord EventStream::goOn(QByteArrayView& rest) {
  while (!rest.isEmpty()) {
    const qint64 lacking = std::min<qint64>(m_wanted - m_begun, rest.size());
    m_begun += lacking;
    if (!m_passing) m_partial += rest.first(lacking);
    rest = rest.sliced(lacking);
    if (m_begun < m_wanted) continue;
    if (m_passing) {
      m_passing = false;
      m_offset += std::exchange(m_begun, 0);
      return next(rest);
    }
    EventRecord record = eventRecordAt(m_partial);
    if (record.state != EventRecord::State::Partial) {
      deliver(record);
      return record;
    }
    if (const EventRecord large = wait(record, {}); large.state == EventRecord::State::Large) return large;
  }
  return {};
}

EventRecord EventStream::wait(const EventRecord& record, QByteArrayView begun) {
  m_wanted = record.bytes > 0 ? record.bytes : EventRecord::headerBytes;
  m_passing = m_wanted > longestHeld;
  if (m_passing) return {EventRecord::State::Large, {}, m_wanted, m_offset};
  m_partial += begun;
  return {};
}

void EventStream::deliver(EventRecord& record) {
  m_begun = 0;
  m_over = record.state == EventRecord::State::DamagedLength || record.state == EventRecord::State::TooLong;
  record.offset = m_offset;
  m_offset += record.bytes;
}

}  // namespace trainyard
