// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/tensorboard_events.h"

#include "core/readers/protobuf_wire.h"
#include "core/readers/tensor_value.h"

namespace trainyard {
namespace {

using Type = WireReader::Type;

constexpr qsizetype longestKey = 4 * RunSource::longestTag;
constexpr qsizetype mostPlugins = 100;

/// 0 where there is no time between 1970 and 10000.
qint64 wallMsOf(double seconds) {
  constexpr double latest = 253'402'300'800.0;
  return seconds > 0.0 && seconds < latest ? static_cast<qint64>(seconds * 1'000.0 + 0.5) : 0;
}

/// "histograms" -> "histogram": as the older values of the same kind are called.
QString kindOf(const QString& plugin) {
  return plugin.endsWith(u's') && plugin != u"pr_curves" ? plugin.chopped(1) : plugin;
}

}  // namespace

struct TensorBoardEvents::Value {
  QByteArrayView tag;
  std::optional<float> simple;
  std::optional<QByteArrayView> tensor;
  std::optional<QByteArrayView> metadata;
  const char* other = nullptr;  ///< the kind of one that is no scalar for sure

  explicit Value(QByteArrayView message) {
    WireReader reader(message);
    while (reader.next()) {
      switch (reader.field()) {
        case 1: if (reader.type() == Type::Bytes) tag = reader.bytes(); break;
        case 2: if (reader.type() == Type::Fixed32) simple = reader.fixedFloat(); break;
        case 3: case 5: other = "histogram"; break;
        case 4: other = "image"; break;
        case 6: other = "audio"; break;
        case 8: if (reader.type() == Type::Bytes) tensor = reader.bytes(); break;
        case 9: if (reader.type() == Type::Bytes) metadata = reader.bytes(); break;
        default: break;
      }
    }
  }
};

/// 09 time(8) [10 step(varint)] 2a n: 0a n-2: 0a n-9: tag, 15 value(4). Such lengths below 128 are one byte.
bool TensorBoardEvents::takeScalar(QByteArrayView record) {
  constexpr qint64 timeBytes = 9, headBytes = 6, valueBytes = 5, longest = 127 + 2;
  const auto* at = reinterpret_cast<const quint8*>(record.data());
  const quint8* const end = at + record.size();
  if (end - at < timeBytes + headBytes + valueBytes || at[0] != 0x09) return false;
  const qint64 wallMs = wallMsOf(WireReader::asDouble(qFromLittleEndian<quint64>(at + 1)));
  at += timeBytes;
  quint64 step = 0;
  if (*at == 0x10) {
    quint8 byte = *at++;
    for (int shift = 0; byte >= 0x80 || shift == 0; shift += 7) {
      if (end - at <= headBytes + valueBytes || shift > 7 * 8) return false;
      byte = *at++;
      step |= quint64(byte & 0x7f) << shift;
    }
  }
  const qint64 left = end - at;
  const qint64 tagBytes = left - headBytes - valueBytes;
  if (left > longest || wallMs == 0 || at[0] != 0x2a || at[1] != left - 2 || at[2] != 0x0a || at[3] != left - 4 || at[4] != 0x0a || at[5] != tagBytes) return false;
  const quint8* const value = at + headBytes + tagBytes;
  if (value[0] != 0x15) return false;
  const double number = static_cast<double>(WireReader::asFloat(qFromLittleEndian<quint32>(value + 1)));
  addPoint(tagOf(QByteArrayView(at + headBytes, tagBytes)), static_cast<qint64>(step), wallMs, number);
  return true;
}

bool TensorBoardEvents::take(QByteArrayView record, qint64 nowMs) {
  if (m_facts.startedMs != 0 && takeScalar(record)) return true;
  WireReader event(record);
  qint64 step = 0, wallMs = 0;
  int summaries = 0;
  QByteArrayView summary;
  const char* other = nullptr;
  while (event.next()) {
    switch (event.field()) {
      case 1: if (event.type() == Type::Fixed64) wallMs = wallMsOf(event.fixedDouble()); break;
      case 2: if (event.type() == Type::Varint) step = event.integer(); break;
      case 4: case 9: other = "graph"; break;
      case 5: if (event.type() == Type::Bytes) summary = event.bytes(), ++summaries; break;
      case 6: other = "log message"; break;
      case 8: other = "run metadata"; break;
      default: break;
    }
  }
  if (event.isBroken()) return false;
  if (m_facts.startedMs == 0) m_facts.startedMs = wallMs;
  if (wallMs == 0) wallMs = nowMs;
  if (other != nullptr) skip(QLatin1String(other));
  if (summaries == 1) takeSummary(summary, step, wallMs);
  if (summaries > 1) {  // nobody writes it so, but a reader is to take them together
    WireReader again(record);
    while (again.next())
      if (again.is(5, Type::Bytes)) takeSummary(again.bytes(), step, wallMs);
  }
  return true;
}

void TensorBoardEvents::takeSummary(QByteArrayView summary, qint64 step, qint64 wallMs) {
  WireReader reader(summary);
  while (reader.next())
    if (reader.is(1, Type::Bytes)) takeValue(Value(reader.bytes()), step, wallMs);
}

void TensorBoardEvents::takeValue(const Value& value, qint64 step, qint64 wallMs) {
  Tag& tag = tagOf(value.tag);
  if (value.metadata) takeMetadata(*value.metadata, tag, false);
  if (value.simple) return addPoint(tag, step, wallMs, static_cast<double>(*value.simple));
  if (value.other != nullptr) return skip(QLatin1String(value.other));
  takeTensor(value, tag, step, wallMs);
}

void TensorBoardEvents::takeTensor(const Value& value, Tag& tag, qint64 step, qint64 wallMs) {
  if (tag.plugin == unknownPlugin && m_recall) {
    std::exchange(m_recall, {})();
    return takeTensor(value, tagOf(value.tag), step, wallMs);  // the tags may have moved
  }
  const int plugin = tag.plugin;
  if (plugin == hparams) return;
  const auto scalar = plugin == scalars && value.tensor ? tensorScalar(*value.tensor) : std::nullopt;
  if (scalar) return addPoint(tag, step, wallMs, *scalar);
  skip(plugin == scalars || plugin == unknownPlugin ? QStringLiteral("tensor") : kindOf(m_plugins[plugin]));
}

void TensorBoardEvents::addPoint(Tag& tag, qint64 step, qint64 wallMs, double value) {
  if (step < 0) return skip(QStringLiteral("point at a negative step"));
  if (tag.name.isEmpty()) return skip(QStringLiteral("point without a tag"));
  if (tag.series == noSeries) tag.series = m_series.indexOf(tag.name);
  m_series.add(tag.series, {step, wallMs, value});
}

/// The tags of a program follow each other as they did before, so the hash is seldom asked.
TensorBoardEvents::Tag& TensorBoardEvents::tagOf(QByteArrayView name) {
  name = name.first(std::min(name.size(), longestKey));
  const int guess = m_lastTag >= 0 ? m_tags[static_cast<size_t>(m_lastTag)].next : -1;
  if (guess >= 0) {
    Tag& next = m_tags[static_cast<size_t>(guess)];
    if (std::equal(next.name.cbegin(), next.name.cend(), name.cbegin(), name.cend())) {
      m_lastTag = guess;
      return next;
    }
  }
  int number = m_tagNumbers.value(QByteArray::fromRawData(name.data(), name.size()), -1);
  if (number < 0) {
    if (m_tags.size() >= mostTags) {
      m_tagTooMany = {name.toByteArray(), unknownPlugin, noSeries, -1};
      return m_tagTooMany;
    }
    number = static_cast<int>(m_tags.size());
    m_tags.push_back({name.toByteArray(), unknownPlugin, noSeries, -1});
    m_tagNumbers.insert(m_tags.back().name, number);
  }
  if (m_lastTag >= 0) m_tags[static_cast<size_t>(m_lastTag)].next = number;
  m_lastTag = number;
  return m_tags[static_cast<size_t>(number)];
}

int TensorBoardEvents::pluginOf(QByteArrayView name) {
  const QString text = QString::fromUtf8(name.first(std::min<qsizetype>(name.size(), 100)));
  const qsizetype known = m_plugins.indexOf(text);
  if (known >= 0) return static_cast<int>(known);
  if (m_plugins.size() >= mostPlugins) return static_cast<int>(mostPlugins - 1);
  m_plugins << (m_plugins.size() == mostPlugins - 1 ? QStringLiteral("other") : text);
  return static_cast<int>(m_plugins.size() - 1);
}

void TensorBoardEvents::takeMetadata(QByteArrayView metadata, Tag& tag, bool learnOnly) {
  WireReader reader(metadata);
  QByteArrayView name, content;
  while (reader.next()) {
    if (!reader.is(1, Type::Bytes)) continue;
    WireReader data(reader.bytes());
    while (data.next()) {
      if (data.is(1, Type::Bytes)) name = data.bytes();
      if (data.is(2, Type::Bytes)) content = data.bytes();
    }
  }
  if (tag.plugin == unknownPlugin && !name.isEmpty()) tag.plugin = pluginOf(name);
  if (tag.plugin == hparams && !learnOnly) takeHparams(content);
}

void TensorBoardEvents::learn(QByteArrayView record) {
  WireReader event(record);
  while (event.next()) {
    if (!event.is(5, Type::Bytes)) continue;
    WireReader summary(event.bytes());
    while (summary.next()) {
      if (!summary.is(1, Type::Bytes)) continue;
      const Value value(summary.bytes());
      if (value.metadata) takeMetadata(*value.metadata, tagOf(value.tag), true);
    }
  }
}

void TensorBoardEvents::skip(const QString& kind) { ++m_skipped[kind]; }

}  // namespace trainyard
