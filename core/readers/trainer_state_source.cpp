// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/trainer_state_source.h"

#include <zlib.h>

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

#include "core/readers/basic_source.h"
#include "core/readers/cell.h"
#include "core/readers/json_rows.h"
#include "core/readers/known_facts.h"

namespace trainyard {
namespace {

using Token = JsonScanner::Token;

constexpr qint64 largestState = 256 << 20;
constexpr qint64 stillWritingMs = 10'000;  ///< a state that is not whole and changed since then is being written

QString stateName() { return QStringLiteral("trainer_state.json"); }

/// The N of "checkpoint-N"; -1 for other folders.
qint64 checkpointNumber(const QString& folder) {
  static const QRegularExpression form(QStringLiteral("^checkpoint-(\\d{1,15})$"));
  const auto match = form.match(folder);
  return match.hasMatch() ? match.captured(1).toLongLong() : -1;
}

/// What a state tells beside its history, and where that begins.
struct State {
  qint64 globalStep = 0;
  qint64 maxSteps = 0;
  qint64 history = -1;  ///< offset of its "["; -1 = it has none
  QList<KeyValue> parameters;
  bool isWhole = false;
  qint64 errorOffset = 0;
};

/// `untilHistory`: only what stands before it, of a text that may break off.
State inspect(const QByteArray& text, bool untilHistory) {
  State state;
  JsonScanner scanner(text);
  if (scanner.next() != Token::ObjectBegin) return state;
  Token token = scanner.next();
  for (; token == Token::Key; token = scanner.next()) {
    const QByteArray key = scanner.text().first(std::min<qsizetype>(scanner.text().size(), 200)).toByteArray();
    const qint64 before = scanner.offset();
    token = scanner.next();
    if (key == "log_history" && token == Token::ArrayBegin) {
      state.history = text.indexOf('[', before);
      if (untilHistory) return state;
    }
    if (token == Token::Number && key == "global_step") state.globalStep = stepIn(scanner.number()).value_or(0);
    if (token == Token::Number && key == "max_steps") state.maxSteps = stepIn(scanner.number()).value_or(0);
    for (const char* told : {"max_steps", "num_train_epochs", "train_batch_size", "logging_steps", "save_steps", "eval_steps"})
      if (token == Token::Number && key == told) state.parameters.push_back({QString::fromLatin1(key), QString::number(scanner.number(), 'g', 15)});
    if (!scanner.skip(token)) break;
  }
  state.isWhole = token == Token::ObjectEnd && scanner.next() == Token::End;
  state.errorOffset = scanner.offset();
  return state;
}

/// The file of the highest global_step; empty when there is none.
QString newestState(const QString& folder) {
  qint64 best = -1;
  QString found;
  for (const QString& name : QDir(folder).entryList({QStringLiteral("checkpoint-*")}, QDir::Dirs | QDir::NoDotAndDotDot)) {
    const qint64 number = checkpointNumber(name);
    const QString path = folder + u'/' + name + u'/' + stateName();
    if (number <= best || !QFileInfo(path).isFile()) continue;
    best = number;
    found = path;
  }
  const QString root = folder + u'/' + stateName();
  const bool isNewest = QFileInfo(root).isFile() && (found.isEmpty() || inspect(headOf(root, 16 << 10), true).globalStep >= best);
  return isNewest ? root : found;
}

class TrainerStateSource final : public BasicSource {
 public:
  TrainerStateSource(const QString& folder, const QByteArray& resume) : m_folder(folder) {
    const QJsonObject place = resumed(resume, RunFormat::TrainerState);
    m_taken = place[QLatin1String("entries")].toInteger();
    m_takenCrc = uLong(place[QLatin1String("crc")].toInteger());
    m_rows.restore(place[QLatin1String("keys")].toObject());
  }

  Part read(qint64 nowMs) override {
    if (!m_scanner && !load(nowMs)) return part(false);
    const qint64 begin = m_scanner->offset();
    bool more = true;
    while (more && m_scanner->offset() - begin < Follower::mostAtOnce) more = takeEntry();
    if (!more) {
      m_scanner.reset();
      m_text = QByteArray();
    }
    complainOfSeries(m_path);
    return part(more);
  }

  RunFacts facts() const override { return m_facts; }
  QStringList watched() const override { return {m_folder, m_path}; }

 private:
  Part part(bool more) {
    return partOf({{QStringLiteral("entries"), m_taken}, {QStringLiteral("crc"), qint64(m_takenCrc)}, {QStringLiteral("keys"), m_rows.state()}},
                  RunFormat::TrainerState, more);
  }

  /// Reads the newest state when it is not the one that was read.
  bool load(qint64 nowMs) {
    const QString path = newestState(m_folder);
    if (path.isEmpty()) {
      if (!std::exchange(m_path, QString()).isEmpty()) tellGone(m_folder + u'/' + stateName());
      return false;
    }
    const QFileInfo info(path);
    const qint64 changedMs = info.lastModified().toMSecsSinceEpoch();
    if (path == m_path && changedMs == m_changedMs && info.size() == m_bytes) return false;
    const auto text = contentOf(path, largestState);
    const State state = text ? inspect(*text, false) : State();
    if (text && !state.isWhole && nowMs - changedMs < stillWritingMs) return false;
    m_path = path;
    m_changedMs = changedMs;
    m_bytes = info.size();
    if (!text) complain(path, -1, QCoreApplication::translate("Readers", "It cannot be read, or it is larger than 256 MB."));
    else if (!state.isWhole) complain(path, state.errorOffset, QCoreApplication::translate("Readers", "It is no whole JSON from here on."));
    if (!state.isWhole || state.history < 0) return false;
    m_text = *text;
    m_timeMs = std::min(nowMs, changedMs);
    m_history = state.history;
    takeFacts(state);
    begin();
    return true;
  }

  void begin() {
    m_scanner.emplace(QByteArrayView(m_text).sliced(m_history));
    (void)m_scanner->next();
    m_index = 0;
    m_crc = 0;
  }

  /// False at the end of the history.
  bool takeEntry() {
    if (m_index == m_taken && m_crc != m_takenCrc) return beginAnew();
    const qint64 from = m_scanner->offset();
    const Token token = m_scanner->next();
    if (token == Token::ArrayEnd || token == Token::Error) return m_index < m_taken ? beginAnew() : false;
    if (m_index < m_taken || token != Token::ObjectBegin) (void)m_scanner->skip(token);
    else (void)m_rows.take(*m_scanner, m_index, m_timeMs, m_series);
    const QByteArrayView entry = QByteArrayView(m_text).sliced(m_history + from, m_scanner->offset() - from);
    // What separates entries is not theirs: the last one has no comma after it until the next is written.
    const qsizetype first = entry.indexOf('{');
    if (first >= 0) m_crc = crc32(m_crc, reinterpret_cast<const Bytef*>(entry.data() + first), uInt(entry.size() - first));
    if (m_index++ >= m_taken) {
      m_taken = m_index;
      m_takenCrc = m_crc;
    }
    return true;
  }

  /// Its begin is not what was read before.
  bool beginAnew() {
    tellAnew(m_path);
    m_taken = 0;
    m_takenCrc = 0;
    m_rows = JsonRows();
    begin();
    return true;
  }

  void takeFacts(const State& state) {
    m_facts = RunFacts();
    m_progress.totalSteps = state.maxSteps;
    addParameters(m_facts, state.parameters);
    const bool isFinal = QFileInfo(m_path).path() == m_folder && m_text.contains("\"train_runtime\"");
    if (!isFinal) return;
    m_facts.ending = Ending{EndKind::Completed, 0, QString(), m_changedMs};  // the Trainer writes both at the end of train()
    m_facts.endedMs = m_changedMs;
  }

  QString m_folder;
  QString m_path;  ///< of the state that was read
  qint64 m_changedMs = 0;
  qint64 m_bytes = -1;
  QByteArray m_text;
  qint64 m_timeMs = 0;
  qint64 m_history = 0;
  std::optional<JsonScanner> m_scanner;  ///< over the history, while it is being read
  JsonRows m_rows;
  RunFacts m_facts;
  qint64 m_index = 0;  ///< of the next entry
  uLong m_crc = 0;     ///< of those before it
  qint64 m_taken = 0;  ///< entries that were given
  uLong m_takenCrc = 0;
};

}  // namespace

Claim findTrainerState(const Folder& folder) {
  Claim claim;
  const bool isHere = folder.files.contains(stateName());
  for (const QString& name : folder.folders)
    if (checkpointNumber(name) >= 0 && QFileInfo(folder.filePath(name) + u'/' + stateName()).isFile()) claim.closed.insert(name);
  if (!isHere && claim.closed.isEmpty()) return {};
  const QFileInfo own(folder.path);
  const bool isCheckpoint = isHere && checkpointNumber(own.fileName()) >= 0;
  FoundRun run{RunFormat::TrainerState, isCheckpoint ? own.path() : folder.path};
  const QString newest = newestState(run.path);
  if (const QByteArray head = headOf(newest, 16 << 10); !head.contains("\"global_step\"") && !head.contains("\"log_history\"")) {
    return {{}, {}, {}, {{newest, 0, QCoreApplication::translate("Readers", "It is no state of a Trainer: it has no history.")}}};
  }
  measure(run, {newest});
  claim.runs.push_back(run);
  if (isHere) claim.taken.insert(stateName());
  return claim;
}

Result<std::unique_ptr<RunSource>> openTrainerState(const FoundRun& run, const QByteArray& resume) {
  const QString newest = newestState(run.path);
  if (auto readable = checkReadable(newest.isEmpty() ? run.path + u'/' + stateName() : newest); !readable)
    return tl::make_unexpected(readable.error());
  return std::make_unique<TrainerStateSource>(run.path, resume);
}

}  // namespace trainyard
