// SPDX-License-Identifier: GPL-3.0-or-later
// Makes a TensorBoard event file of scalars as PyTorch's SummaryWriter writes them. Arguments: FILE MEGABYTES TAGS.
// Prints how many points are in it.
#include <QByteArray>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "core/readers/crc32c.h"

namespace {

void append(QByteArray& out, const void* bytes, size_t count) { out.append(static_cast<const char*>(bytes), qsizetype(count)); }

void appendVarint(QByteArray& out, quint64 value) {
  for (; value >= 128; value >>= 7) out.append(char(value | 128));
  out.append(char(value));
}

quint32 masked(QByteArrayView bytes) {
  const quint32 crc = trainyard::crc32c(bytes.data(), bytes.size());
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

void appendRecord(QByteArray& out, const QByteArray& data) {
  const quint64 length = quint64(data.size());
  const quint32 lengthCrc = masked(QByteArrayView(reinterpret_cast<const char*>(&length), sizeof length));
  const quint32 dataCrc = masked(data);
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

}  // namespace

int main(int argc, char** argv) {
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
