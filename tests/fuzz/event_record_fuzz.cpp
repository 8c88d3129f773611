// SPDX-License-Identifier: GPL-3.0-or-later
// TensorBoard's event files: the framing over pieces of any size, and what is in a record whose checksum the input need not know.
#include <cstdint>

#include "core/readers/event_record.h"
#include "core/readers/tensorboard_events.h"

using namespace trainyard;

namespace {

/// The same bytes in one piece and in many give the same records.
qint64 recordsOf(QByteArrayView bytes, qsizetype piece, TensorBoardEvents& events) {
  EventStream stream;
  qint64 records = 0;
  while (!bytes.isEmpty() && !stream.isOver()) {
    QByteArrayView rest = bytes.first(std::min(piece, bytes.size()));
    bytes = bytes.sliced(rest.size());
    for (EventRecord record = stream.next(rest); record.state != EventRecord::State::Partial; record = stream.next(rest)) {
      ++records;
      if (record.state == EventRecord::State::Whole) (void)events.take(record.data, 1);
    }
  }
  return records;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const QByteArrayView bytes(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
  SeriesSet series;
  TensorBoardEvents events(series);
  if (recordsOf(bytes, bytes.size(), events) != recordsOf(bytes, 7, events)) __builtin_trap();
  (void)events.take(bytes, 1);
  events.learn(bytes);
  TensorBoardEvents again(series);
  again.restore(events.state());
  if (!(again.facts() == events.facts()) || again.skipped() != events.skipped()) __builtin_trap();
  (void)series.take();
  return 0;
}
