// SPDX-License-Identifier: GPL-3.0-or-later
// The wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding), as much of it as readers of other programs' files need.
#pragma once

#include <QByteArrayView>
#include <QtEndian>
#include <cstring>

namespace trainyard {

/// The fields of one message, one after the other, in place. A length is believed only as far as the message goes; what is no message
/// ends the reading, and `isBroken()` says so. Messages within it are `bytes()` for another reader; nothing recurses here.
class WireReader {
 public:
  enum class Type { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

  explicit WireReader(QByteArrayView message) : m_at(message.data()), m_end(m_at + message.size()) {}

  /// Goes to the next field; false at the end and where it is broken. Inlined, so that a reader lives in registers: twice as fast.
  [[nodiscard, gnu::always_inline]] bool next() {
    if (m_at == m_end) return false;
    quint64 key = 0;
    if (!varint(key) || key >> 3 == 0 || key >> 32 != 0) return breakOff();
    m_field = static_cast<int>(key >> 3);
    m_type = static_cast<Type>(key & 7);
    switch (m_type) {
      case Type::Varint: return varint(m_number) || breakOff();
      case Type::Fixed64: return fixed<quint64>();
      case Type::Fixed32: return fixed<quint32>();
      case Type::Bytes: return bytesField();
    }
    return breakOff();  // groups, which nobody writes any more
  }

  [[nodiscard]] bool isBroken() const { return m_broken; }
  /// The field's number, and whether it has the type that belongs to it.
  [[nodiscard]] int field() const { return m_field; }
  [[nodiscard]] Type type() const { return m_type; }
  [[nodiscard]] bool is(int field, Type type) const { return m_field == field && m_type == type; }
  /// Of a Varint or a fixed one, as it is written.
  [[nodiscard]] quint64 number() const { return m_number; }
  [[nodiscard]] qint64 integer() const { return static_cast<qint64>(m_number); }
  [[nodiscard]] double fixedDouble() const { return asDouble(m_number); }
  [[nodiscard]] float fixedFloat() const { return asFloat(static_cast<quint32>(m_number)); }
  /// Of a Bytes field: lives as long as the message.
  [[nodiscard]] QByteArrayView bytes() const { return m_bytes; }

  static double asDouble(quint64 bits) {
    double value = 0.0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }
  static float asFloat(quint32 bits) {
    float value = 0.0F;
    std::memcpy(&value, &bits, sizeof value);
    return value;
  }

  /// The next of the varints that follow each other in a packed field; false at the end and where it is broken.
  [[nodiscard]] bool nextPacked(quint64& number) { return m_at != m_end && (varint(number) || breakOff()); }

 private:
  [[nodiscard]] bool varint(quint64& number) {
    quint64 value = 0;
    for (int shift = 0; shift < 64 && m_at != m_end; shift += 7) {
      const auto byte = static_cast<quint8>(*m_at++);
      value |= static_cast<quint64>(byte & 0x7f) << shift;
      if (byte < 0x80) {
        number = value;
        return true;
      }
    }
    return false;
  }

  template <typename Number>
  [[nodiscard]] bool fixed() {
    if (m_end - m_at < static_cast<qptrdiff>(sizeof(Number))) return breakOff();
    m_number = qFromLittleEndian<Number>(m_at);
    m_at += sizeof(Number);
    return true;
  }

  [[nodiscard]] bool bytesField() {
    quint64 size = 0;
    if (!varint(size) || size > static_cast<quint64>(m_end - m_at)) return breakOff();
    m_bytes = QByteArrayView(m_at, static_cast<qsizetype>(size));
    m_at += size;
    return true;
  }

  bool breakOff() {
    m_broken = true;
    m_at = m_end;
    return false;
  }

  const char* m_at;
  const char* m_end;
  int m_field = 0;
  Type m_type = Type::Varint;
  quint64 m_number = 0;
  QByteArrayView m_bytes;
  bool m_broken = false;
};

}  // namespace trainyard
