// SPDX-License-Identifier: GPL-3.0-or-later
// `key = value` pairs as text. A value that holds a separator is written in quotation marks.
#include <QSet>

#include "core/base/format.h"
#include "core/jobs/draft_checks.h"

namespace trainyard {
namespace {

constexpr int mostPairs = 200;
constexpr int longestKey = 100;
constexpr int longestValue = 1'000;
constexpr int longestQuoted = 40;  // characters of a wrong text in a message

/// Characters of the separator at `at`; 0 when there is none.
qsizetype separatorLength(const QString& text, qsizetype at) {
  if (text[at] == u'\n' || text[at] == u';') return 1;
  return text[at].isSpace() && at + 1 < text.size() && text[at + 1].isSpace() ? 2 : 0;
}

/// True when nothing but one space is left before the next separator or the end.
bool itemEndsAt(const QString& text, qsizetype at) {
  if (at == text.size() || separatorLength(text, at) > 0) return true;
  return text[at].isSpace() && (at + 1 == text.size() || separatorLength(text, at + 1) > 0);
}

/// The place after the quoted value that begins at `start`; -1 when it is not closed at the end of its item.
qsizetype quotedEnd(const QString& text, qsizetype start) {
  for (qsizetype i = start + 1; i < text.size() && text[i] != u'\n'; ++i) {
    if (text[i] == u'\\') ++i;
    else if (text[i] == u'"') return itemEndsAt(text, i + 1) ? i + 1 : -1;
  }
  return -1;
}

QStringList items(const QString& text) {
  QStringList found;
  qsizetype start = 0;
  bool keyDone = false;
  bool valueMayBegin = false;
  for (qsizetype i = 0; i < text.size();) {
    const qsizetype end = valueMayBegin && text[i] == u'"' ? quotedEnd(text, i) : -1;
    const qsizetype separator = separatorLength(text, i);
    if (end < 0 && separator > 0) {
      found << text.mid(start, i - start);
      start = i + separator;
      keyDone = false;
    }
    const bool divides = separator == 0 && !keyDone && text[i] == u'=';
    keyDone = keyDone || divides;
    valueMayBegin = divides || (valueMayBegin && separator == 0 && text[i].isSpace());
    i = end >= 0 ? end : i + std::max<qsizetype>(separator, 1);
  }
  found << text.mid(start);
  return found;
}

QString unquoted(const QString& value) {
  if (!value.startsWith(u'"') || quotedEnd(value, 0) != value.size()) return value;
  QString plain;
  for (qsizetype i = 1; i + 1 < value.size(); ++i) {
    const bool escapes = value[i] == u'\\' && (value[i + 1] == u'"' || value[i + 1] == u'\\');
    plain += value[escapes ? ++i : i];
  }
  return plain;
}

QString quotedIfNeeded(const QString& value) {
  bool needed = value.startsWith(u'"') || value.trimmed() != value;
  for (qsizetype i = 0; i < value.size() && !needed; ++i) needed = separatorLength(value, i) > 0;
  if (!needed) return value;
  QString escaped = value;
  escaped.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""));
  return u'"' + escaped + u'"';
}

QString shortened(const QString& text) {
  return text.size() > longestQuoted ? text.left(longestQuoted) + QStringLiteral("…") : text;
}

/// Why the pair is refused; empty when it is not.
QString fault(const KeyValue& pair) {
  const QString key = shortened(pair.key);
  if (hasControl(pair.key) || hasControl(pair.value)) return draftText("“%1” must not hold control characters").arg(key);
  if (pair.key.size() > longestKey) return draftText("“%1” is longer than %2 characters").arg(key, countText(longestKey));
  if (pair.value.size() > longestValue)
    return draftText("The value of “%1” is longer than %2 characters").arg(key, countText(longestValue));
  return {};
}

}  // namespace

Result<QList<KeyValue>> parsePairs(const QString& text) {
  const auto refuse = [](const QString& message) { return fail(ErrorCode::InvalidInput, message); };
  QList<KeyValue> pairs;
  QSet<QString> keys;
  for (const QString& item : items(text)) {
    if (item.trimmed().isEmpty()) continue;
    const qsizetype equals = item.indexOf(u'=');
    const KeyValue pair{item.left(std::max<qsizetype>(equals, 0)).trimmed(), unquoted(item.mid(equals + 1).trimmed())};
    if (equals < 0 || pair.key.isEmpty())
      return refuse(draftText("Write “%1” as key = value").arg(shortened(item.trimmed())));
    if (const QString why = fault(pair); !why.isEmpty()) return refuse(why);
    if (keys.contains(pair.key)) return refuse(draftText("“%1” is given twice").arg(shortened(pair.key)));
    keys.insert(pair.key);
    pairs << pair;
  }
  if (pairs.size() > mostPairs) return refuse(draftText("At most %1 pairs").arg(mostPairs));
  return pairs;
}

QString pairsText(const QList<KeyValue>& pairs) {
  QStringList lines;
  for (const KeyValue& pair : pairs) lines << pair.key + QStringLiteral(" = ") + quotedIfNeeded(pair.value);
  return lines.join(u'\n');
}

}  // namespace trainyard
