// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a TensorBoard event file of scalars as PyTorch's SummaryWriter writes them. Arguments: FILE MEGABYTES TAGS.
// Prints how many points are in it. With FILE alone it reads that, checks its CRCs, and prints how many records are whole.
#include <QByteArray>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "core/readers/event_record.h"

namespace {

void append(QByteArray& out, const void* bytes, size_t count) { out.append(static_cast<const char*>(bytes), qsizetype(count)); }

void appendVarint(QByteArray& out, quint64 value) {
  for (; value >= 128; value >>= 7) out.append(char(value | 128));
  out.append(char(value));
}

void appendRecord(QByteArray& out, const QByteArray& data) {
  const quint64 length = quint64(data.size());
  const quint32 lengthCrc = trainyard::maskedCrc(reinterpret_cast<const char*>(&length), sizeof length);
  const quint32 dataCrc = trainyard::maskedCrc(data.constData(), data.size());
  append(out, &length, sizeof length);
  append(out, &lengthCrc, sizeof lengthCrc);
  out += data;
  append(out, &dataCrc, sizeof dataCrc);
}

QByteArray eventOf(double wall, quint64 step, const QByteArray& tag, float value) {
  QByteArray entry("\x0a");
  appendVarint(entry, quint64(tag.size()));
  entry += tag + '\x15';
  append(entry, &value, sizeof value);
  QByteArray summary("\x0a");
  appendVarint(summary, quint64(entry.size()));
  summary += entry;
  QByteArray event("\x09");
  append(event, &wall, sizeof wall);
  event += '\x10';
  appendVarint(event, step);
  event += '\x2a';
  appendVarint(event, quint64(summary.size()));
  return event + summary;
}

/// The least that a reader must do.
int check(const char* path) {
  FILE* file = fopen(path, "rb");
  if (file == nullptr) return 1;
  trainyard::EventStream stream;
  QByteArray bytes(1 << 20, Qt::Uninitialized);
  qint64 records = 0;
  while (const size_t count = fread(bytes.data(), 1, size_t(bytes.size()), file)) {
    QByteArrayView rest = QByteArrayView(bytes).first(qsizetype(count));
    QByteArrayView data;
    do {
      while (stream.nextShort(rest, data)) ++records;
    } while (stream.next(rest).state == trainyard::EventRecord::State::Whole && ++records > 0);
  }
  fclose(file);
  printf("%lld\n", static_cast<long long>(records));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2) return check(argv[1]);
  if (argc != 4) return 2;
  FILE* file = fopen(argv[1], "wb");
  if (file == nullptr) return 1;
  const qint64 most = atoll(argv[2]) * 1'000'000;
  const int tags = atoi(argv[3]);
  qint64 points = 0;
  qint64 written = 0;
  QByteArray out;
  appendRecord(out, QByteArray("\x09\0\0\0\0\0\0\0\0\x1a\x0d" "brain.Event:2", 24));
  for (quint64 step = 0; written < most; ++step) {
    for (int tag = 0; tag < tags; ++tag, ++points) {
      const float value = float(2.0 * std::exp(-double(step) * 1e-6) + 0.1 * std::sin(double(step * 31 + quint64(tag))));
      appendRecord(out, eventOf(1.7e9 + double(step) * 0.01, step, "train/metric_" + QByteArray::number(tag), value));
    }
    if (out.size() < (1 << 20)) continue;
    written += qint64(fwrite(out.constData(), 1, size_t(out.size()), file));
    out.clear();
  }
  fclose(file);
  printf("%lld\n", static_cast<long long>(points));
  return 0;
}
