// SPDX-License-Identifier: GPL-3.0-or-later
// .wandb files: the framing over pieces of any size, and what is in a record whose checksum the input need not know.
#include <cstdint>

#include "core/readers/wandb_records.h"
#include "core/readers/wandb_stream.h"

using namespace trainyard;

namespace {

/// The same bytes in one piece and in many give the same records.
qint64 recordsOf(const QByteArray& bytes, qsizetype piece, WandbRecords& records) {
  WandbStream stream;
  qint64 count = 0;
  for (qsizetype at = 0; at < bytes.size(); at += piece)
    stream.feed(bytes.mid(at, piece), [&](QByteArrayView record, qint64) { ++count, (void)records.take(record, 1); }, [&](WandbStream::Trouble, qint64) { ++count; });
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const QByteArray bytes(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size));
  SeriesSet series;
  WandbRecords records(series);
  if (recordsOf(bytes, std::max<qsizetype>(bytes.size(), 1), records) != recordsOf(bytes, 7, records)) __builtin_trap();
  (void)records.take(bytes, 1);
  records.takeRow({{QByteArray("row"), bytes}}, std::nullopt, 1);
  WandbRecords again(series);
  again.restore(records.state());
  if (again.skipped() != records.skipped()) __builtin_trap();
  (void)series.take();
  return 0;
}
