// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/tensor_value.h"

#include <qfloat16.h>

#include "core/readers/protobuf_wire.h"

namespace trainyard {
namespace {

using Type = WireReader::Type;

enum DataType { Float = 1, Double = 2, Int32 = 3, UInt8 = 4, Int16 = 5, Int8 = 6, Int64 = 9, Bool = 10, BFloat16 = 14, UInt16 = 17, Half = 19, UInt32 = 22, UInt64 = 23 };

double halfOf(quint16 bits) {
  qfloat16 value;
  static_assert(sizeof value == sizeof bits);
  std::memcpy(static_cast<void*>(&value), &bits, sizeof value);
  return static_cast<double>(static_cast<float>(value));
}

double shortFloatOf(quint64 type, quint16 bits) {
  return type == BFloat16 ? static_cast<double>(WireReader::asFloat(static_cast<quint32>(bits) << 16)) : halfOf(bits);
}

template <typename Number>
std::optional<double> firstOf(QByteArrayView content) {
  if (content.size() < static_cast<qsizetype>(sizeof(Number))) return std::nullopt;
  return static_cast<double>(qFromLittleEndian<Number>(content.data()));
}

template <typename Number>
std::optional<double> asFirst(QByteArrayView content, double (*meaning)(Number)) {
  if (content.size() < static_cast<qsizetype>(sizeof(Number))) return std::nullopt;
  return meaning(qFromLittleEndian<Number>(content.data()));
}

std::optional<double> inContent(quint64 type, QByteArrayView content) {
  switch (type) {
    case Float: return asFirst<quint32>(content, [](quint32 bits) { return static_cast<double>(WireReader::asFloat(bits)); });
    case Double: return asFirst<quint64>(content, &WireReader::asDouble);
    case Int32: return firstOf<qint32>(content);
    case UInt8: case Bool: return firstOf<quint8>(content);
    case Int16: return firstOf<qint16>(content);
    case Int8: return firstOf<qint8>(content);
    case Int64: return firstOf<qint64>(content);
    case UInt16: return firstOf<quint16>(content);
    case UInt32: return firstOf<quint32>(content);
    case UInt64: return firstOf<quint64>(content);
    case Half: return asFirst<quint16>(content, &halfOf);
    case BFloat16: return asFirst<quint16>(content, [](quint16 bits) { return shortFloatOf(BFloat16, bits); });
    default: return std::nullopt;
  }
}

bool isNumeric(quint64 type) { return inContent(type, QByteArrayView("\0\0\0\0\0\0\0\0", 8)).has_value(); }

/// Whether all its dimensions are 1; a shape without dimensions is a scalar's.
bool isOne(QByteArrayView shape) {
  WireReader dimensions(shape);
  while (dimensions.next()) {
    if (!dimensions.is(2, Type::Bytes)) continue;
    WireReader dimension(dimensions.bytes());
    quint64 size = 0;
    while (dimension.next())
      if (dimension.is(1, Type::Varint)) size = dimension.number();
    if (size != 1) return false;
  }
  return !dimensions.isBroken();
}

/// The first number of a list of the message, packed or not.
std::optional<double> inList(const WireReader& tensor, quint64 type) {
  quint64 bits = tensor.number();
  if (tensor.type() == Type::Bytes) {
    if (tensor.field() == 5) return inContent(Float, tensor.bytes());
    if (tensor.field() == 6) return inContent(Double, tensor.bytes());
    WireReader list(tensor.bytes());
    if (!list.nextPacked(bits)) return std::nullopt;
  }
  switch (tensor.field()) {
    case 5: return static_cast<double>(WireReader::asFloat(static_cast<quint32>(bits)));
    case 6: return WireReader::asDouble(bits);
    case 7: case 10: return static_cast<double>(static_cast<qint64>(bits));
    case 11: return bits != 0 ? 1.0 : 0.0;
    case 13: return shortFloatOf(type, static_cast<quint16>(bits));
    default: return static_cast<double>(bits);  // 16, 17: unsigned
  }
}

bool isList(int field) { return field == 5 || field == 6 || field == 7 || field == 10 || field == 11 || field == 13 || field == 16 || field == 17; }

}  // namespace

std::optional<double> tensorScalar(QByteArrayView tensor) {
  WireReader reader(tensor);
  quint64 type = 0;
  std::optional<double> value;
  while (reader.next()) {
    if (reader.is(1, Type::Varint)) {
      type = reader.number();
    } else if (reader.is(2, Type::Bytes)) {
      if (!isOne(reader.bytes())) return std::nullopt;
    } else if (reader.is(4, Type::Bytes) && !reader.bytes().isEmpty()) {
      value = inContent(type, reader.bytes());
    } else if (isList(reader.field()) && !value) {
      value = inList(reader, type);
    }
  }
  if (reader.isBroken() || !isNumeric(type)) return std::nullopt;
  return value.value_or(0.0);
}

}  // namespace trainyard
