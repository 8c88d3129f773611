// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.h"

#include <QCoreApplication>
#include <cstdio>

#include "app/cli/run_verb.h"
#include "app/cli/verbs.h"
#include "core/base/settings.h"

namespace trainyard::cli {
namespace {

enum class Takes { Nothing, OneId, Ids, Words };

struct VerbSpec {
  const char* name;
  const char* usage;
  Takes positional;
  QStringList valued;  ///< options with a value
  QStringList flags;
  int (*run)(const CommandLine&);
};

const QList<VerbSpec>& verbs() {
  static const QList<VerbSpec> table{
      {"list", "list [--json]", Takes::Nothing, {}, {"--json"}, listVerb},
      {"new",
       "new --name N --model M --epochs E --lr X [--batch-size B] [--dataset D] [--seed S] [--steps-per-epoch K]\n"
       "            [--param k=v]... [--command \"CMD\" --workdir DIR] [--env K=V]... [--pattern RE]\n"
       "            [--priority low|normal|high] [--after ID] [--retries N] [--retry-delay SECONDS] [--on-trouble tell|stop|retry]\n"
       "            [--gpus N] [--json]",
       Takes::Nothing,
       {"--name", "--model", "--epochs", "--lr", "--batch-size", "--dataset", "--seed", "--steps-per-epoch", "--param", "--command",
        "--workdir", "--env", "--pattern", "--priority", "--after", "--retries", "--retry-delay", "--on-trouble", "--gpus"},
       {"--json"}, newVerb},
      {"run", "run ID... | --queued [--speed max|N] [--detach]", Takes::Ids, {"--speed"}, {"--queued", "--detach"}, runVerb},
      {"stop", "stop ID...", Takes::Ids, {}, {}, stopVerb},
      {"queue", "queue [on | off | slots N]", Takes::Words, {}, {}, queueVerb},
      {"show", "show ID [--json]", Takes::OneId, {}, {"--json"}, showVerb},
      {"metrics", "metrics ID [--series TAG] [--format csv|jsonl]", Takes::OneId, {"--series", "--format"}, {}, metricsVerb},
      {"import", "import PATH... [--watch] [--json]", Takes::Words, {}, {"--watch", "--json"}, importVerb},
      {"serve", "serve [--port N]", Takes::Nothing, {"--port"}, {}, serveVerb},
      {"check", "check [--json]", Takes::Nothing, {}, {"--json"}, checkVerb},
      {"rm", "rm ID...", Takes::Ids, {}, {}, rmVerb},
  };
  return table;
}

const VerbSpec* findVerb(const QString& name) {
  for (const VerbSpec& verb : verbs())
    if (name == QLatin1String(verb.name)) return &verb;
  return nullptr;
}

QString usageText() {
  QString text = QStringLiteral("trainyard                 open the window\n");
  for (const VerbSpec& verb : verbs()) text += QStringLiteral("trainyard %1\n").arg(QLatin1String(verb.usage));
  return text + QStringLiteral("\nEach takes --data-dir DIR. Without it: TRAINYARD_DATA_DIR, else ~/.local/share/trainyard.\n");
}

QString text(const char* source) { return QCoreApplication::translate("CommandLine", source); }

/// Qt's own options of a window, such as -platform offscreen: they are QApplication's to read.
bool isQtOption(const QString& word) { return word.size() > 2 && word[0] == u'-' && word[1] != u'-'; }

class Parser {
 public:
  explicit Parser(QStringList words) : m_words(std::move(words)) { m_line.dataDir = defaultDataDir(); }

  CommandLine parse() {
    while (!m_words.isEmpty() && m_line.usageError.isEmpty()) takeWord(m_words.takeFirst());
    if (m_line.usageError.isEmpty()) finish();
    return m_line;
  }

 private:
  void takeWord(const QString& word) {
    if (word == u"--data-dir") return takeValue(word);
    if (word == u"--help" || word == u"-h" || word == u"--version") {
      m_line.options[word == u"-h" ? QStringLiteral("--help") : word] << QString();
      return;
    }
    if (m_verb == nullptr) return takeVerb(word);
    if (m_verb->valued.contains(word)) return takeValue(word);
    if (m_verb->flags.contains(word)) {
      m_line.options[word] << QString();
      return;
    }
    if (word.startsWith(QLatin1String("--"))) {
      m_line.usageError = text("“%1” is no option of “%2”.").arg(word, m_line.verb);
      return;
    }
    m_line.positional << word;
  }

  void takeVerb(const QString& word) {
    if (isQtOption(word)) {
      if (!m_words.isEmpty()) m_words.removeFirst();
      return;
    }
    m_line.verb = word;
    m_verb = findVerb(word);
    if (word == u"help")
      m_line.options[QStringLiteral("--help")] << QString();
    else if (m_verb == nullptr)
      m_line.usageError = text("“%1” is no command of Trainyard.").arg(word);
  }

  void takeValue(const QString& option) {
    if (m_words.isEmpty() || m_words.first().startsWith(QLatin1String("--"))) {
      m_line.usageError = text("“%1” needs a value.").arg(option);
      return;
    }
    const QString value = m_words.takeFirst();
    m_line.options[option] << value;
    if (option != u"--data-dir") return;
    m_line.dataDir = value;
    if (value.isEmpty()) m_line.usageError = text("--data-dir needs a folder.");
  }

  void finish() {
    const bool asked = m_line.has(QStringLiteral("--help")) || m_line.has(QStringLiteral("--version"));
    m_line.window = m_verb == nullptr && !asked;
    if (m_verb == nullptr || asked) return;
    const qsizetype given = m_line.positional.size();
    if (m_verb->positional == Takes::Nothing && given > 0)
      m_line.usageError = text("“%1” takes no “%2”.").arg(m_line.verb, m_line.positional.first());
    if (m_verb->positional == Takes::OneId && given != 1) m_line.usageError = text("“%1” needs the number of one job.").arg(m_line.verb);
    if (m_verb->positional == Takes::Ids && given == 0 && !m_line.has(QStringLiteral("--queued")))
      m_line.usageError = text("“%1” needs the number of a job.").arg(m_line.verb);
  }

  QStringList m_words;
  CommandLine m_line;
  const VerbSpec* m_verb = nullptr;
};

}  // namespace

CommandLine parse(int argc, char** argv) {
  QStringList words;
  for (int i = 1; i < argc; ++i) words << QString::fromLocal8Bit(argv[i]);
  return Parser(std::move(words)).parse();
}

int run(int argc, char** argv, const CommandLine& line) {
  const QCoreApplication application(argc, argv);
  if (!line.usageError.isEmpty()) return tellUsage(line.usageError);
  if (line.has(QStringLiteral("--version"))) {
    print(QStringLiteral("trainyard %1\n").arg(QCoreApplication::applicationVersion()));
    return exitDone;
  }
  if (line.has(QStringLiteral("--help"))) {
    const VerbSpec* verb = findVerb(line.verb);
    print(verb != nullptr ? QStringLiteral("trainyard %1\n").arg(QLatin1String(verb->usage)) : usageText());
    return exitDone;
  }
  return findVerb(line.verb)->run(line);
}

int tell(const Error& error) {
  fprintf(stderr, "trainyard: %s\n", qUtf8Printable(error.message));
  return exitRefused;
}

int tellUsage(const QString& sentence) {
  fprintf(stderr, "trainyard: %s See trainyard --help.\n", qUtf8Printable(sentence));
  return exitUsage;
}

bool print(const QByteArray& utf8) { return fwrite(utf8.constData(), 1, size_t(utf8.size()), stdout) == size_t(utf8.size()); }

bool print(const QString& text) { return print(text.toUtf8()); }

Result<QList<JobId>> idsOf(const CommandLine& line) {
  QList<JobId> ids;
  for (const QString& word : line.positional) {
    bool ok = false;
    const JobId id{word.toLongLong(&ok)};
    if (!ok || !id.isValid()) return fail(ErrorCode::InvalidInput, text("“%1” is not the number of a job.").arg(word));
    if (!ids.contains(id)) ids << id;
  }
  return ids;
}

}  // namespace trainyard::cli
