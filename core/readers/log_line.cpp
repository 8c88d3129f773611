// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/log_line.h"

#include <cmath>

#include "core/metrics/chart_groups.h"
#include "core/readers/dict_reader.h"
#include "core/readers/escapes.h"
#include "core/readers/log_tokens.h"
#include "core/readers/metric_names.h"

namespace trainyard {
namespace {

using Kind = LogToken::Kind;

std::optional<qint64> whole(double value) {
  constexpr double largest = 9.0e15;
  if (!(value >= 0.0 && value <= largest)) return std::nullopt;
  return qint64(value);
}

void place(LogLine& line, NameRole role, double value) {
  switch (role) {
    case NameRole::Step: line.step = whole(value); break;
    case NameRole::StepTotal: line.stepTotal = whole(value); break;
    case NameRole::Epoch:
      if (std::isfinite(value) && value >= 0.0) line.epoch = value;
      break;
    case NameRole::EpochTotal: line.epochTotal = whole(value); break;
    default: break;
  }
}

/// Unknown names are believed beside a position only; a learning rate beside a position or a known metric.
void dropDoubtful(LogLine& line, bool trusted) {
  if (trusted || line.hasPosition()) return;
  const bool known = std::any_of(line.values.begin(), line.values.end(), [](const NamedValue& v) { return isKnownMetric(v.name); });
  std::erase_if(line.values, [known](const NamedValue& value) {
    if (isKnownMetric(value.name)) return false;
    return !(known && metricKind(normalizedTag(value.name)) == MetricKind::LearningRate);
  });
}

LogLine fromPairs(const std::vector<NamedValue>& pairs, bool trusted) {
  LogLine line;
  for (const NamedValue& pair : pairs) {
    const NameRole role = roleOfName(pair.name);
    if (role == NameRole::Metric || (trusted && role == NameRole::Ignored && pair.name != u"timestamp"))
      line.values.push_back(pair);
    else
      place(line, role, pair.value);
  }
  dropDoubtful(line, trusted);
  return line;
}

/// Reads a line of words and numbers from left to right.
class TextReader {
 public:
  explicit TextReader(const QByteArray& text) : m_tokens(tokensOf(text)) {}

  LogLine read() {
    const bool bar = readBar() || readOpenBar();
    if (!bar) readContext();
    if (!bar && !readLeadingBracket()) readLeadingFraction();
    for (m_at = m_start; m_at < m_tokens.size(); ++m_at)
      if (m_tokens[m_at].kind == Kind::Word) readName();
    if (m_line.bar) finishBar();
    else readInnerFraction();
    return std::move(m_line);
  }

 private:
  [[nodiscard]] const LogToken* token(size_t i) const { return i < m_tokens.size() ? &m_tokens[i] : nullptr; }
  [[nodiscard]] bool isSign(size_t i, char c) const {
    const LogToken* t = token(i);
    return t != nullptr && t->kind == Kind::Sign && t->text[0] == c;
  }

  /// "Test set: Average loss: 0.05": the whole line is of that data.
  void readContext() {
    const LogToken* first = token(0);
    if (first == nullptr || first->kind != Kind::Word) return;
    const bool colon = isSign(1, ':') || (token(1) != nullptr && token(1)->kind == Kind::Word && isSign(2, ':'));
    if (colon && isSplitWord(QString::fromUtf8(first->text))) m_context = QString::fromUtf8(first->text).toLower();
  }

  /// XGBoost: "[10]\ttrain-rmse:0.1".
  bool readLeadingBracket() {
    const LogToken* number = token(1);
    if (!isSign(0, '[') || number == nullptr || number->kind != Kind::Number || !number->text.isEmpty() || !isSign(2, ']')) return false;
    m_line.step = whole(number->value);
    m_start = 3;
    return true;
  }

  /// tqdm: "Epoch 1:  12%|##  | 12/100 [00:01<00:09, loss=0.3]". What stands before the percentage describes the bar.
  bool readBar() {
    for (size_t i = 0; i + 2 < m_tokens.size(); ++i) {
      if (!isSign(i, '|')) continue;
      size_t end = i + 1;
      while (end < m_tokens.size() && !isSign(end, '|') && m_tokens[end].kind != Kind::Word) ++end;
      if (!isSign(end, '|') || token(end + 1) == nullptr || token(end + 1)->kind != Kind::Fraction) continue;
      const bool percent = i > 0 && m_tokens[i - 1].kind == Kind::Number && m_tokens[i - 1].text == "%";
      const size_t begin = percent ? i - 1 : i;
      setBar(m_tokens[end + 1]);
      m_tokens[begin] = {Kind::Other, {}, 0.0, 0.0, true};
      m_tokens.erase(m_tokens.begin() + std::ptrdiff_t(begin) + 1, m_tokens.begin() + std::ptrdiff_t(end) + 2);
      describeBar(begin);
      return true;
    }
    return false;
  }

  /// tqdm that knows no total: "Epoch 1: 12it [00:01, 9.80it/s, loss=0.3]".
  bool readOpenBar() {
    for (size_t i = 0; i + 2 < m_tokens.size() && !m_line.bar; ++i) {
      const LogToken& count = m_tokens[i];
      if (count.kind != Kind::Number || count.text.isEmpty() || (i > 0 && !isSign(i - 1, ':'))) continue;
      const auto at = whole(count.value);
      if (!at || !isSign(i + 1, '[') || m_tokens[i + 2].kind != Kind::Other) continue;
      m_line.bar = LogLine::Bar{{}, *at, std::nullopt, false, false};
      m_tokens[i] = {Kind::Other, {}, 0.0, 0.0, true};
      describeBar(i);
    }
    return m_line.bar.has_value();
  }

  void setBar(const LogToken& fraction) {
    const auto at = whole(fraction.value);
    const auto total = whole(fraction.over);
    if (at && total) m_line.bar = LogLine::Bar{{}, *at, total, false, false};
  }

  /// The bar's name and data, by the tokens before `end`; and its epoch where that is not named so: "Training 1:", "[1/3]".
  void describeBar(size_t end) {
    if (!m_line.bar) return;
    LogLine::Bar& bar = *m_line.bar;
    bool trains = false;
    bool described = false;
    const auto isCount = [](const LogToken& t) { return t.kind == Kind::Number || t.kind == Kind::Fraction; };
    const auto last = m_tokens.begin() + std::ptrdiff_t(end);
    for (size_t i = 0; i < end; ++i) {
      if (m_tokens[i].kind != Kind::Word) continue;
      described = true;
      const QString word = QString::fromUtf8(m_tokens[i].text).toLower();
      const bool ofMetric = token(i + 1)->kind == Kind::Word && isKnownMetric(QString::fromUtf8(token(i + 1)->text));
      const bool training = word.startsWith(QLatin1String("train"));
      trains = trains || training;
      if (const QString split = ofMetric ? QString() : evaluationOf(word); !split.isEmpty()) m_context = split;
      if (bar.name.isEmpty() && !isKnownMetric(word) && !isRate(word)) bar.name = word;
      if (training) readPosition(NameRole::Epoch, i + 1);
      const NameRole role = roleOfName(word);
      const bool counted = std::any_of(m_tokens.begin() + std::ptrdiff_t(i), last, isCount);
      if ((role == NameRole::Epoch || role == NameRole::EpochTotal) && !counted) bar.overEpochs = true;
    }
    if (!described && end > 0) readPosition(NameRole::Epoch, 0);
    if (trains) m_context.clear();
    bar.evaluates = !m_context.isEmpty();
  }

  /// A step that a bar's line tells besides its position is the run's, unless it is the position again.
  void finishBar() {
    LogLine::Bar& bar = *m_line.bar;
    bar.overEpochs = bar.overEpochs && !m_line.epoch;
    if (m_line.step && std::abs(*m_line.step - bar.at) <= 1) m_line.step.reset();
    if (!m_line.step) m_line.stepTotal.reset();
  }

  /// Keras: "120/938 [===>...]".
  void readLeadingFraction() {
    const LogToken* first = token(0);
    if (first == nullptr || first->kind != Kind::Fraction) return;
    setBar(*first);
    m_start = 1;
  }

  /// "[640/60000 (1%)]" or "| 200/2983 batches" after an epoch.
  void readInnerFraction() {
    if (m_line.step || !m_line.epoch) return;
    for (size_t i = 1; i < m_tokens.size(); ++i) {
      if (m_tokens[i].kind != Kind::Fraction || !(isSign(i - 1, '[') || isSign(i - 1, '|'))) continue;
      m_line.step = whole(m_tokens[i].value);
      m_line.stepTotal = whole(m_tokens[i].over);
      return;
    }
  }

  void readName() {
    const QString name = QString::fromUtf8(m_tokens[m_at].text);
    size_t next = m_at + 1;
    if (isSign(next, '.') && !m_tokens[next].spaced) ++next;  // "Ep. 1"
    const bool separated = isSign(next, '=') || isSign(next, ':');
    if (separated) ++next;
    const NameRole role = roleOfName(name);
    if (role != NameRole::Metric && role != NameRole::Ignored) {
      readPosition(role, next);
      return;
    }
    const LogToken* value = token(next);
    if (value == nullptr || (value->kind != Kind::Number && value->kind != Kind::Fraction)) return;
    if (name.compare(QLatin1String("progress"), Qt::CaseInsensitive) == 0 && value->text == "%") {  // fastText's
      m_line.step = whole(value->value * 10.0);
      m_line.stepTotal = 1000;
    }
    if (role == NameRole::Metric && (separated || isKnownMetric(name) || isRate(name))) add(name, *value);
    m_at = next;
  }

  [[nodiscard]] static bool isRate(const QString& name) { return metricKind(normalizedTag(name)) == MetricKind::LearningRate; }

  void readPosition(NameRole role, size_t next) {
    const bool bracket = isSign(next, '[');
    if (bracket) ++next;
    const LogToken* value = token(next);
    if (value == nullptr) return;
    if (value->kind == Kind::Fraction) {
      place(m_line, role, value->value);
      place(m_line, role == NameRole::Epoch ? NameRole::EpochTotal : NameRole::StepTotal, value->over);
      m_at = next;
    } else if (value->kind == Kind::Number && value->text.isEmpty()) {
      place(m_line, role, value->value);
      m_at = next;
      // "Epoch: [0][  10/5005]"
      const LogToken* inner = token(next + 3);
      if (bracket && isSign(next + 1, ']') && isSign(next + 2, '[') && inner != nullptr && inner->kind == Kind::Fraction) {
        m_line.step = whole(inner->value);
        m_line.stepTotal = whole(inner->over);
        m_at = next + 3;
      }
    }
  }

  void add(const QString& name, const LogToken& token) {
    double value = token.value;
    const bool accuracy = metricKind(normalizedTag(name)) == MetricKind::Accuracy;
    if (token.kind == Kind::Fraction) {
      if (!accuracy || token.over == 0.0) return;
      value /= token.over;  // "Accuracy: 9838/10000 (98%)"
    } else if (token.text == "%") {
      value /= 100.0;
    } else if (!token.text.isEmpty()) {
      return;  // 20ms, 5GB: no metric
    }
    QString split = m_context;
    if (m_at > 0 && m_tokens[m_at - 1].kind == Kind::Word) {
      const QString before = QString::fromUtf8(m_tokens[m_at - 1].text).toLower();
      if (isSplitWord(before)) split = before;
    }
    const bool told = isValidation(name) || split.isEmpty();  // "Validation: ... val_loss=0.4"
    m_line.values.push_back({told ? name : split + u'_' + name, value});
  }

  std::vector<LogToken> m_tokens;
  LogLine m_line;
  QString m_context;
  size_t m_start = 0;
  size_t m_at = 0;
};

}  // namespace

LogLine parseLogLine(const QByteArray& line, bool trusted) {
  const qsizetype brace = line.indexOf('{');
  if (brace >= 0) {
    if (const auto pairs = readDict(line.mid(brace)); pairs) return fromPairs(*pairs, trusted);
    if (trusted) return {};
  }
  LogLine parsed = TextReader(line).read();
  dropDoubtful(parsed, trusted);
  return parsed;
}

QByteArray withoutControl(const QByteArray& line) {
  QByteArray out;
  out.reserve(line.size());
  for (qsizetype i = 0; i < line.size();) {
    const char c = line[i];
    if (c == '\x1b') {
      i = afterEscape(line, i);
      continue;
    }
    if (c == '\b') out.chop(1);
    else if (c == '\t' || static_cast<unsigned char>(c) >= 0x20) out += c;
    ++i;
  }
  return out;
}

bool looksLikeError(const QByteArray& line) {
  if (line.isEmpty() || line[0] == ' ' || line.startsWith("Traceback")) return false;
  const qsizetype colon = line.indexOf(':');
  const QByteArray head = (colon < 0 ? line : line.left(colon)).trimmed();
  if (!head.contains(' ') && (head.endsWith("Error") || head.endsWith("Exception") || head == "KeyboardInterrupt")) return true;
  const QByteArray lower = line.toLower();
  for (const char* sign : {"error:", "fatal:", ": not found", "no such file", "out of memory", "segmentation fault", "permission denied"})
    if (lower.contains(sign)) return true;
  return false;
}

}  // namespace trainyard
