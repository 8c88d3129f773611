// SPDX-License-Identifier: GPL-3.0-or-later
// The readers through findRuns() and openRun(): the input as the file of a run, half of it at first, then the rest. The first byte chooses.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <cstdint>

#include "core/readers/run_source.h"

using namespace trainyard;

namespace {

bool append(const QString& path, const char* bytes, qint64 size) {
  QFile file(path);
  return file.open(QIODevice::WriteOnly | QIODevice::Append) && file.write(bytes, size) == size;
}

void readAll(RunSource& source, QByteArray& resume) {
  for (bool more = true; more;) {
    const RunSource::Part part = source.read(1);
    more = part.more;
    if (!part.points.resume.isEmpty()) resume = part.points.resume;
  }
  if (source.takeProblems().size() > 100) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const char* const names[] = {"events.out.tfevents.1", "run-1-a.wandb", "wandb-history.jsonl"};
  static const QTemporaryDir memory(QStringLiteral("/dev/shm/fuzz-XXXXXX"));
  const QString folder = memory.path() + QStringLiteral("/run-1-a");
  if (size == 0 || !QDir().mkpath(folder)) return 0;
  const QString path = folder + u'/' + QLatin1String(names[data[0] % std::size(names)]);
  const auto* bytes = reinterpret_cast<const char*>(data + 1);
  const auto half = static_cast<qint64>((size - 1) / 2), all = static_cast<qint64>(size - 1);
  if (!append(path, bytes, half)) return 0;
  if (const auto found = findRuns(folder); found)
    for (const FoundRun& run : found->runs) {
      QByteArray resume;
      if (auto source = openRun(run, {}); source) readAll(**source, resume);
      (void)append(path, bytes + half, all - half);
      if (auto source = openRun(run, resume); source) {
        readAll(**source, resume);
        (void)(*source)->finish(1);
        (void)(*source)->facts();
      }
    }
  QFile::remove(path);
  return 0;
}
