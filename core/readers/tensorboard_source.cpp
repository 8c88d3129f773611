// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/tensorboard_source.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>

#include "core/readers/basic_source.h"
#include "core/readers/event_record.h"
#include "core/readers/known_facts.h"
#include "core/readers/tensorboard_events.h"

namespace trainyard {
namespace {

using State = EventRecord::State;

QString text(const char* words) { return QCoreApplication::translate("Readers", words); }

bool isEventFile(const QString& name) { return name.contains(QLatin1String("tfevents")); }

QString whyOf(const EventRecord& record) {
  switch (record.state) {
    case State::DamagedData: return text("A record is damaged (its checksum is wrong); it was passed over.");
    case State::DamagedLength: return text("This is no record of an event file (the checksum of its length is wrong); the rest of the file cannot be read.");
    case State::TooLong: return text("A record claims to be longer than 2 GB, which no event is; the rest of the file cannot be read.");
    case State::Large: return text("A record of %L1 MB is larger than any that holds values; it was passed over.").arg(record.bytes >> 20);
    case State::Whole: return text("A record is whole, but no event; it was passed over.");
    case State::Partial: break;
  }
  return {};
}

struct EventFile {
  QString name;
  FollowedFile file;
  EventStream stream{};
  qint64 resumedAt = 0;  ///< records before it were taken in an earlier life

  EventFile(const QString& folder, const QString& called) : name(called), file(folder + u'/' + called) {}

  void resume(const QJsonObject& place) {
    file.resumeAt(place);
    resumedAt = file.base();
    stream = EventStream(resumedAt);
    if (place[QLatin1String("over")].toBool()) stream.setOver();
  }

  [[nodiscard]] QJsonObject place() const {
    QJsonObject place = file.placeAt(stream.offset());
    place[QStringLiteral("name")] = name;
    if (stream.isOver()) place[QStringLiteral("over")] = true;
    return place;
  }
};

class TensorBoardSource final : public BasicSource {
 public:
  TensorBoardSource(const QString& folder, const QByteArray& resume) : m_folder(folder), m_events(m_series) {
    const QJsonObject place = resumed(resume, RunFormat::TensorBoard);
    for (const QJsonValue file : place[QLatin1String("files")].toArray()) {
      m_files.push_back(std::make_unique<EventFile>(m_folder, file[QLatin1String("name")].toString()));
      m_files.back()->resume(file.toObject());
    }
    m_events.restore(place[QLatin1String("events")].toObject());
    if (!m_files.empty()) m_events.setRecall([this] { learnPast(); });
  }

  Part read(qint64 nowMs) override {
    if (m_current == 0) lookForFiles();
    qint64 left = mostAtOnce;
    while (m_current < m_files.size() && left > 0)
      if (readFile(*m_files[m_current], nowMs, left)) ++m_current;
    const bool more = m_current < m_files.size();
    if (!more) m_current = 0;
    complainOfSeries(m_folder);
    return partOf(place(), RunFormat::TensorBoard, more);
  }

  JobPoints finish(qint64) override {
    for (const auto& one : m_files) {
      if (one->stream.isOver() || !one->file.wasRead()) continue;
      if (one->file.offset() == 0) complain(one->file.path(), 0, text("The file is empty."));
      if (one->stream.begun() > 0) complain(one->file.path(), one->stream.offset(), text("The file ends within a record; %L1 bytes were left out.").arg(one->stream.begun()));
    }
    return {};
  }

  RunFacts facts() const override { return m_events.facts(); }
  SkippedCounts skipped() const override { return m_events.skipped(); }

  QStringList watched() const override {
    QStringList paths{m_folder};
    for (const auto& one : m_files) paths << one->file.path();
    return paths;
  }

 private:
  void lookForFiles() {
    for (const QString& name : QDir(m_folder).entryList({QStringLiteral("*tfevents*")}, QDir::Files | QDir::Hidden, QDir::Name)) {
      const auto place = std::lower_bound(m_files.begin(), m_files.end(), name, [](const auto& one, const QString& other) { return one->name < other; });
      if (place == m_files.end() || (*place)->name != name) m_files.insert(place, std::make_unique<EventFile>(m_folder, name));
    }
  }

  /// True when all of it that is there was read.
  bool readFile(EventFile& one, qint64 nowMs, qint64& left) {
    while (left > 0) {
      const QByteArray bytes = one.file.read();
      noteRead(bytes);
      if (one.file.takeRestarted()) {
        one.stream = EventStream();
        tellAnew(one.file.path());
      }
      tellTrouble(one.file);
      if (bytes.isEmpty()) return true;
      left -= bytes.size();
      takeRecords(one, bytes, nowMs);
    }
    return false;
  }

  void takeRecords(EventFile& one, QByteArrayView rest, qint64 nowMs) {
    while (true) {
      EventRecord record{State::Whole, {}, 0, one.stream.offset()};
      if (!one.stream.nextShort(rest, record.data)) record = one.stream.next(rest);
      if (record.state == State::Partial) return;
      if (record.state != State::Whole || !m_events.take(record.data, nowMs)) complain(one.file.path(), record.offset, whyOf(record));
    }
  }

  void learnPast() {
    for (const auto& one : m_files) {
      QFile file(one->file.path());
      if (one->resumedAt == 0 || !file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) continue;
      EventStream past;
      while (past.offset() < one->resumedAt) {
        const QByteArray bytes = file.read(Follower::mostAtOnce);
        if (bytes.isEmpty() || past.isOver()) break;
        QByteArrayView rest(bytes);
        for (EventRecord record = past.next(rest); record.state != State::Partial && record.offset < one->resumedAt; record = past.next(rest))
          if (record.state == State::Whole) m_events.learn(record.data);
      }
    }
  }

  [[nodiscard]] QJsonObject place() const {
    QJsonArray files;
    for (const auto& one : m_files) files << one->place();
    return {{QStringLiteral("files"), files}, {QStringLiteral("events"), m_events.state()}};
  }

  QString m_folder;
  TensorBoardEvents m_events;
  std::vector<std::unique_ptr<EventFile>> m_files;  ///< in the order of their names
  size_t m_current = 0;                             ///< the one that is read; 0 also when all were
};

}  // namespace

Claim findTensorBoard(const Folder& folder) {
  Claim claim;
  QStringList files;
  std::vector<ReadProblem> none;
  for (const QString& name : folder.files) {
    if (!isEventFile(name)) continue;
    const QString path = folder.filePath(name);
    const EventRecord record = eventRecordAt(headOf(path, EventRecord::headerBytes));
    if (record.state != State::Partial && !name.startsWith(QLatin1String("events."))) continue;  // "read_tfevents.py" promises nothing
    claim.taken << name;
    if (record.state == State::Partial) {
      files << path;
    } else {
      none.push_back({path, 0, whyOf(record)});
    }
  }
  if (files.isEmpty()) {
    claim.problems = std::move(none);  // else they are told by the run's reader
    return claim;
  }
  FoundRun run{RunFormat::TensorBoard, folder.path};
  measure(run, files);
  claim.runs.push_back(run);
  return claim;
}

Result<std::unique_ptr<RunSource>> openTensorBoard(const FoundRun& run, const QByteArray& resume) {
  return std::make_unique<TensorBoardSource>(run.path, resume);
}

}  // namespace trainyard
