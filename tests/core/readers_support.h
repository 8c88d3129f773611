// SPDX-License-Identifier: GPL-3.0-or-later
// What tests of the readers of runs share: a folder, a whole reading of a run, and writers of other programs' files.
#pragma once

#include <zlib.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtEndian>
#include <catch2/catch.hpp>
#include <map>

#include "core/readers/event_record.h"
#include "core/readers/run_source.h"
#include "tests/support/catch_qstring.h"

namespace trainyard {

/// A folder of runs that goes with the test.
struct RunFolder {
  QTemporaryDir dir;
  [[nodiscard]] QString path(const QString& name = {}) const { return name.isEmpty() ? dir.path() : dir.path() + u'/' + name; }
  void write(const QString& name, const QByteArray& bytes, QIODevice::OpenMode mode = QIODevice::WriteOnly) const {
    REQUIRE(QDir().mkpath(QFileInfo(path(name)).path()));
    QFile file(path(name));
    REQUIRE(file.open(mode));
    REQUIRE(file.write(bytes) == bytes.size());
  }
  void append(const QString& name, const QByteArray& bytes) const { write(name, bytes, QIODevice::WriteOnly | QIODevice::Append); }
  [[nodiscard]] FoundRuns find() const {
    auto found = findRuns(path());
    REQUIRE(found);
    return *found;
  }
  /// The only run there.
  [[nodiscard]] FoundRun run() const {
    const FoundRuns found = find();
    REQUIRE(found.runs.size() == 1);
    return found.runs.front();
  }
};

[[nodiscard]] inline QByteArray testData(const QString& name) {
  QFile file(QStringLiteral(TEST_DATA_DIR "/runs/") + name);
  REQUIRE(file.open(QIODevice::ReadOnly));
  return file.readAll();
}

/// What was read of a run so far, in the order in which it came.
struct Reading {
  std::map<QString, std::vector<Point>> series;
  std::vector<ReadProblem> problems;
  QStringList notices;
  QByteArray resume;

  void add(JobPoints points) {
    for (SeriesPoints& one : points.series) {
      std::vector<Point>& all = series[one.tag];
      all.insert(all.end(), one.points.begin(), one.points.end());
    }
    if (!points.resume.isEmpty()) resume = points.resume;
  }
  /// All that is there now.
  void take(RunSource& source, qint64 nowMs = 1) {
    for (bool more = true; more;) {
      RunSource::Part part = source.read(nowMs);
      more = part.more;
      add(std::move(part.points));
    }
    for (ReadProblem& problem : source.takeProblems()) problems.push_back(problem);
    if (const QString notice = source.takeNotice(); !notice.isEmpty()) notices << notice;
  }
  void end(RunSource& source, qint64 nowMs = 1) {
    add(source.finish(nowMs));
    for (ReadProblem& problem : source.takeProblems()) problems.push_back(problem);
  }
  [[nodiscard]] std::vector<double> values(const QString& tag) const {
    std::vector<double> values;
    if (const auto found = series.find(tag); found != series.end())
      for (const Point& point : found->second) values.push_back(point.value);
    return values;
  }
  [[nodiscard]] std::vector<qint64> steps(const QString& tag) const {
    std::vector<qint64> steps;
    if (const auto found = series.find(tag); found != series.end())
      for (const Point& point : found->second) steps.push_back(point.step);
    return steps;
  }
  [[nodiscard]] QStringList tags() const {
    QStringList tags;
    for (const auto& one : series) tags << one.first;
    return tags;
  }
};

[[nodiscard]] inline std::unique_ptr<RunSource> opened(const FoundRun& run, const QByteArray& resume = {}) {
  auto source = openRun(run, resume);
  REQUIRE(source);
  return std::move(*source);
}

[[nodiscard]] inline bool sameSeries(const Reading& one, const Reading& other) {
  const auto samePoint = [](const Point& a, const Point& b) { return a.step == b.step && a.wallMs == b.wallMs && memcmp(&a.value, &b.value, sizeof a.value) == 0; };
  return std::equal(one.series.begin(), one.series.end(), other.series.begin(), other.series.end(), [&](const auto& a, const auto& b) {
    return a.first == b.first && std::equal(a.second.begin(), a.second.end(), b.second.begin(), b.second.end(), samePoint);
  });
}

/// A message of Protocol Buffers.
struct Message {
  QByteArray bytes;
  Message& key(int field, int type) { return number(static_cast<quint64>(field) << 3 | static_cast<quint64>(type)); }
  Message& number(quint64 value) {
    for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
    bytes += static_cast<char>(value);
    return *this;
  }
  Message& integer(int field, qint64 value) { return key(field, 0).number(static_cast<quint64>(value)); }
  Message& text(int field, const QByteArray& value) {
    key(field, 2).number(static_cast<quint64>(value.size()));
    bytes += value;
    return *this;
  }
  Message& message(int field, const Message& value) { return text(field, value.bytes); }
  template <typename Number>
  Message& fixed(int field, Number value) {
    key(field, sizeof value == 8 ? 1 : 5);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
};

template <typename Number>
QByteArray littleEndian(Number value) {
  QByteArray bytes(sizeof value, '\0');
  qToLittleEndian(value, bytes.data());
  return bytes;
}

/// A record of an event file.
inline QByteArray eventRecord(const QByteArray& data) {
  const QByteArray length = littleEndian(static_cast<quint64>(data.size()));
  return length + littleEndian(maskedCrc(length.data(), 8)) + data + littleEndian(maskedCrc(data.data(), data.size()));
}

inline Message event(qint64 step, double wall = 1.7e9) { return Message().fixed(1, wall).integer(2, step); }
inline QByteArray eventOf(qint64 step, const Message& value) { return eventRecord(event(step).message(5, Message().message(1, value)).bytes); }
inline QByteArray scalarEvent(const QByteArray& tag, qint64 step, float value) { return eventOf(step, Message().text(1, tag).fixed(2, value)); }
inline Message pluginData(const QByteArray& name, const Message& content = {}) { return Message().message(1, Message().text(1, name).message(2, content)); }

/// A .wandb file: its records in LevelDB's blocks of 32 KB.
struct WandbFile {
  QByteArray bytes = QByteArray(":W&B\xe1\xbe\0", 7);
  WandbFile& record(QByteArray data) {
    bool first = true;
    do {
      qsizetype left = 32'768 - bytes.size() % 32'768;
      if (left < 7) {
        bytes += QByteArray(left, '\0');
        left = 32'768;
      }
      const QByteArray part = data.first(std::min(data.size(), left - 7));
      data.remove(0, part.size());
      const QByteArray typed = static_cast<char>(data.isEmpty() ? (first ? 1 : 4) : (first ? 2 : 3)) + part;
      const auto sum = static_cast<quint32>(crc32(0, reinterpret_cast<const Bytef*>(typed.data()), static_cast<uInt>(typed.size())));
      bytes += littleEndian(sum) + littleEndian(static_cast<quint16>(part.size())) + typed;
      first = false;
    } while (!data.isEmpty());
    return *this;
  }
  static Message item(const QByteArray& key, const QByteArray& json) { return Message().text(1, key).text(16, json); }
  WandbFile& row(qint64 step, const std::vector<std::pair<QByteArray, QByteArray>>& items) {
    Message history;
    for (const auto& [key, json] : items) history.message(1, item(key, json));
    history.message(2, Message().integer(1, step));
    return record(Message().message(2, history).bytes);
  }
};

}  // namespace trainyard
