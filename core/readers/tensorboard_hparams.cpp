// SPDX-License-Identifier: GPL-3.0-or-later
// What TensorBoard's hparams plugin tells of a run (tensorboard/plugins/hparams/plugin_data.proto), and the memory of all facts.
#include <QCoreApplication>

#include "core/readers/facts_state.h"
#include "core/readers/known_facts.h"
#include "core/readers/protobuf_wire.h"
#include "core/readers/tensorboard_events.h"

namespace trainyard {
namespace {

using Type = WireReader::Type;

qint64 msOf(double seconds) {
  constexpr double latest = 253'402'300'800.0;
  return seconds > 0.0 && seconds < latest ? static_cast<qint64>(seconds * 1'000.0) : 0;
}

/// A google.protobuf.Value that is no list and no struct, as people write it.
QString textOf(QByteArrayView value) {
  WireReader reader(value);
  QString text;
  while (reader.next()) {
    if (reader.is(2, Type::Fixed64)) text = QString::number(reader.fixedDouble(), 'g', QLocale::FloatingPointShortest);
    if (reader.is(3, Type::Bytes)) text = QString::fromUtf8(reader.bytes());
    if (reader.is(4, Type::Varint)) text = reader.number() != 0 ? QStringLiteral("true") : QStringLiteral("false");
  }
  return text;
}

KeyValue entryOf(QByteArrayView entry) {
  WireReader reader(entry);
  KeyValue pair;
  while (reader.next()) {
    if (reader.is(1, Type::Bytes)) pair.key = QString::fromUtf8(reader.bytes());
    if (reader.is(2, Type::Bytes)) pair.value = textOf(reader.bytes());
  }
  return pair;
}

}  // namespace

/// A HParamsPluginData.
void TensorBoardEvents::takeHparams(QByteArrayView content) {
  WireReader reader(content);
  while (reader.next()) {
    if (reader.is(3, Type::Bytes)) takeSessionStart(reader.bytes());
    if (reader.is(4, Type::Bytes)) takeSessionEnd(reader.bytes());
  }
}

void TensorBoardEvents::takeSessionStart(QByteArrayView start) {
  WireReader reader(start);
  QList<KeyValue> parameters;
  while (reader.next()) {
    if (reader.is(1, Type::Bytes) && parameters.size() < RunFacts::mostParameters) parameters << entryOf(reader.bytes());
    if (reader.is(5, Type::Fixed64) && m_facts.startedMs == 0) m_facts.startedMs = msOf(reader.fixedDouble());
  }
  // A map has no order of its own, and each program writes another one.
  std::sort(parameters.begin(), parameters.end(), [](const KeyValue& one, const KeyValue& other) { return one.key < other.key; });
  m_parameters += parameters;
  if (m_parameters.size() >= RunFacts::mostParameters) settle();
  m_facts.ending.reset();
  m_facts.endedMs = 0;
}

void TensorBoardEvents::takeSessionEnd(QByteArrayView end) {
  enum Status { Success = 1, Failure = 2 };
  WireReader reader(end);
  quint64 status = 0;
  qint64 endedMs = 0;
  while (reader.next()) {
    if (reader.is(1, Type::Varint)) status = reader.number();
    if (reader.is(2, Type::Fixed64)) endedMs = msOf(reader.fixedDouble());
  }
  if (status != Success && status != Failure) return;
  m_facts.endedMs = endedMs;
  m_facts.ending = status == Success ? Ending{EndKind::Completed, 0, {}, endedMs}
                                     : Ending{EndKind::ExitCode, 1, QCoreApplication::translate("Readers", "its program told that it failed"), endedMs};
}

/// All at once, for each time they are looked for among all.
void TensorBoardEvents::settle() const {
  if (!m_parameters.isEmpty()) addParameters(m_facts, std::exchange(m_parameters, {}));
}

RunFacts TensorBoardEvents::facts() const {
  settle();
  return m_facts;
}

QJsonObject TensorBoardEvents::state() const {
  settle();
  return factsState(m_facts, m_skipped);
}

void TensorBoardEvents::restore(const QJsonObject& state) { restoreFacts(state, m_facts, m_skipped); }

}  // namespace trainyard
