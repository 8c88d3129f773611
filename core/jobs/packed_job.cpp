// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/packed_job.h"

#include <bit>
#include <cstring>

namespace trainyard {
namespace {

/// Whole numbers with as many bytes as they need, texts in UTF-8.
class Writer {
 public:
  template <typename Whole>
  void whole(const Whole& value) {
    const auto number = static_cast<qint64>(value);
    for (quint64 rest = (quint64(number) << 1) ^ quint64(number >> 63); ; rest >>= 7) {  // small ones of both signs are short
      m_bytes += char((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
      if (rest <= 0x7f) return;
    }
  }
  void whole(const JobId& id) { whole(id.value); }
  void time(qint64 ms) { whole(ms - m_epoch); }
  void epoch(qint64 ms) { whole(m_epoch = ms); }
  void real(double value) {
    const auto bits = std::bit_cast<quint64>(value);
    m_bytes += char(bits != 0);
    if (bits != 0) m_bytes.append(reinterpret_cast<const char*>(&bits), sizeof bits);
  }
  void text(const QString& value) {
    const QByteArray utf8 = value.toUtf8();
    whole(utf8.size());
    m_bytes += utf8;
  }
  template <typename List, typename Each>
  void list(const List& items, Each each) {
    whole(items.size());
    for (const auto& item : items) each(item);
  }
  [[nodiscard]] QByteArray take() {
    m_bytes.squeeze();
    return std::move(m_bytes);
  }

 private:
  QByteArray m_bytes;
  qint64 m_epoch = 0;  ///< what times are told from
};

/// Reads what Writer wrote, by the same calls.
class Reader {
 public:
  explicit Reader(const QByteArray& bytes) : m_at(bytes.constData()) {}
  template <typename Whole>
  void whole(Whole& value) {
    quint64 bits = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<uchar>(*m_at++);
      bits |= quint64(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    value = static_cast<Whole>(qint64(bits >> 1) ^ -qint64(bits & 1));
  }
  void whole(JobId& id) { whole(id.value); }
  void time(qint64& ms) {
    whole(ms);
    ms += m_epoch;
  }
  void epoch(qint64& ms) {
    whole(ms);
    m_epoch = ms;
  }
  void real(double& value) {
    value = 0.0;
    if (*m_at++ == 0) return;
    std::memcpy(&value, m_at, sizeof value);
    m_at += sizeof value;
  }
  void text(QString& value) {
    qsizetype size = 0;
    whole(size);
    value = QString::fromUtf8(m_at, size);
    m_at += size;
  }
  template <typename List, typename Each>
  void list(List& items, Each each) {
    qsizetype size = 0;
    whole(size);
    items.resize(static_cast<decltype(items.size())>(size));
    for (auto& item : items) each(item);
  }

 private:
  const char* m_at;
  qint64 m_epoch = 0;
};

/// `Archive` is a Writer, and all else const, or a Reader.
template <typename Archive, typename Pairs>
void visitPairs(Archive& archive, Pairs& pairs) {
  archive.list(pairs, [&archive](auto& pair) {
    archive.text(pair.key);
    archive.text(pair.value);
  });
}

template <typename Archive, typename Settings>
void visitSettings(Archive& archive, Settings& settings) {
  for (auto* text : {&settings.name, &settings.model, &settings.dataset, &settings.command.line, &settings.command.workingDirectory,
                     &settings.command.pattern, &settings.imported.format, &settings.imported.path, &settings.imported.run})
    archive.text(*text);
  for (auto* number : {&settings.epochs, &settings.batchSize, &settings.seed, &settings.stepsPerEpoch}) archive.whole(*number);
  archive.whole(settings.source);
  archive.real(settings.learningRate);
  visitPairs(archive, settings.parameters);
  visitPairs(archive, settings.command.environment);
  auto& scheduling = settings.scheduling;
  for (auto* number : {&scheduling.priority, &scheduling.retries, &scheduling.retryDelayS, &scheduling.gpus}) archive.whole(*number);
  archive.whole(scheduling.after);
  archive.whole(scheduling.onTrouble);
}

void visitUnread(Writer& archive, const Unread& unread) { archive.text(toText(unread)); }

void visitUnread(Reader& archive, Unread& unread) {
  QString text;
  archive.text(text);
  unread = unreadFromText(text);
}

template <typename Archive, typename AnyJob>
void visitJob(Archive& archive, AnyJob& job) {
  archive.whole(job.id);
  archive.epoch(job.createdMs);
  for (auto* ms : {&job.startedMs, &job.endedMs}) archive.time(*ms);
  for (auto* number : {&job.deletedMs, &job.notBeforeMs, &job.filesMs, &job.ending.atMs, &job.progress.step, &job.progress.totalSteps}) archive.whole(*number);
  visitSettings(archive, job.settings);
  archive.whole(job.status);
  archive.real(job.progress.epoch);
  archive.whole(job.ending.kind);
  archive.whole(job.ending.code);
  archive.text(job.ending.reason);
  archive.real(job.queuePosition);
  archive.whole(job.retryOf);
  archive.whole(job.attempt);
  archive.text(job.devices);
  visitUnread(archive, job.unread);
}

template <typename Archive, typename Summary>
void visitSummary(Archive& archive, Summary& summary) {
  archive.text(summary.tag);
  archive.whole(summary.count);
  archive.whole(summary.nanCount);
  for (auto* point : {&summary.last, &summary.min, &summary.max}) {
    archive.whole(point->step);
    archive.time(point->wallMs);
    archive.real(point->value);
  }
}

template <typename Archive, typename AnyJob, typename Series>
void visit(Archive& archive, AnyJob& job, Series& series) {
  visitJob(archive, job);
  archive.list(series, [&archive](auto& summary) { visitSummary(archive, summary); });
}

}  // namespace

QByteArray packed(const Job& job, const std::vector<SeriesSummary>& series) {
  Writer writer;
  visit(writer, job, series);
  return writer.take();
}

StoredJob unpacked(const QByteArray& bytes) {
  StoredJob stored;
  Reader reader(bytes);
  visit(reader, stored.job, stored.series);
  return stored;
}

}  // namespace trainyard
