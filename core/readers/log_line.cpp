// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/log_line.h"

#include <cmath>

#include "core/metrics/chart_groups.h"
#include "core/readers/dict_reader.h"
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
    readContext();
    if (!readLeadingBracket()) readLeadingFraction();
    for (m_at = m_start; m_at < m_tokens.size(); ++m_at)
      if (m_tokens[m_at].kind == Kind::Word) readName();
    readInnerFraction();
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

  /// Keras "120/938 [===>...]", tqdm " 12%|## | 12/100 [00:01<00:09]".
  void readLeadingFraction() {
    for (size_t i = 0; i < m_tokens.size() && i < 60; ++i) {
      const LogToken& t = m_tokens[i];
      if (t.kind == Kind::Word && i > 0 && !isSign(i - 1, '|') && m_line.values.empty() && !t.text.isEmpty() && i > 4) return;
      if (t.kind != Kind::Fraction) continue;
      const bool bar = i == 0 || isSign(i - 1, '|');
      if (!bar) return;
      m_line.step = whole(t.value);
      m_line.stepTotal = whole(t.over);
      m_line.isBar = true;
      m_start = i + 1;
      return;
    }
  }

  /// "[640/60000 (1%)]" after an epoch.
  void readInnerFraction() {
    if (m_line.step || !m_line.epoch) return;
    for (size_t i = 1; i < m_tokens.size(); ++i) {
      if (m_tokens[i].kind != Kind::Fraction || !isSign(i - 1, '[')) continue;
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
    m_line.values.push_back({split.isEmpty() ? name : split + u'_' + name, value});
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
  parsed.isBar = parsed.isBar && parsed.values.empty();
  dropDoubtful(parsed, trusted);
  return parsed;
}

QByteArray withoutControl(const QByteArray& line) {
  QByteArray out;
  out.reserve(line.size());
  for (qsizetype i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\x1b' && i + 1 < line.size() && line[i + 1] == '[') {
      i += 2;
      while (i < line.size() && (line[i] < '@' || line[i] > '~')) ++i;
    } else if (c == '\b') {
      out.chop(1);
    } else if (c == '\t' || static_cast<unsigned char>(c) >= 0x20) {
      out += c;
    }
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
