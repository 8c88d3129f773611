// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/mlflow_filter.h"

#include <QCoreApplication>
#include <QHash>
#include <QRegularExpression>
#include <algorithm>

namespace trainyard {
namespace {

tl::unexpected<Error> invalid(const QString& where) {
  return fail(ErrorCode::InvalidInput, QCoreApplication::translate("Api", "Invalid clause(s) in filter string: “%1”.").arg(where));
}

struct Token {
  QString text;
  bool isQuoted = false;
};

/// Words, quoted texts, and signs; a word may have quoted parts behind its dot: metrics.`val acc`.
std::optional<QList<Token>> tokensOf(const QString& text) {
  static const QRegularExpression token(QStringLiteral(
      R"(\G\s*(?:((?:\w+\.)?(?:`[^`]*`|"[^"]*")|\w[\w.\-/:]*|[+-]?[\d.][\w.+-]*)|('(?:[^']|'')*')|(!=|>=|<=|=|>|<|\(|\)|,))\s*)"), QRegularExpression::UseUnicodePropertiesOption);
  QList<Token> tokens;
  qsizetype at = 0;
  while (at < text.size()) {
    const auto match = token.match(text, at);
    if (!match.hasMatch()) return std::nullopt;
    const QString quoted = match.captured(2);
    tokens << (quoted.isEmpty() ? Token{match.captured(1) + match.captured(3), false}
                                : Token{quoted.sliced(1).chopped(1).replace(QLatin1String("''"), QLatin1String("'")), true});
    at = match.capturedEnd();
  }
  return tokens;
}

QString unquoted(const QString& name) {
  const bool isQuoted = name.size() >= 2 && (name[0] == u'`' || name[0] == u'"') && name.back() == name[0];
  return isQuoted ? name.sliced(1).chopped(1) : name;
}

std::optional<FilterField> fieldOf(const QString& word) {
  static const QHash<QString, QString> kinds{
      {QStringLiteral("metric"), QStringLiteral("metric")},       {QStringLiteral("metrics"), QStringLiteral("metric")},
      {QStringLiteral("param"), QStringLiteral("param")},         {QStringLiteral("params"), QStringLiteral("param")},
      {QStringLiteral("parameter"), QStringLiteral("param")},     {QStringLiteral("parameters"), QStringLiteral("param")},
      {QStringLiteral("tag"), QStringLiteral("tag")},             {QStringLiteral("tags"), QStringLiteral("tag")},
      {QStringLiteral("attribute"), QStringLiteral("attribute")}, {QStringLiteral("attributes"), QStringLiteral("attribute")},
      {QStringLiteral("attr"), QStringLiteral("attribute")},      {QStringLiteral("run"), QStringLiteral("attribute")}};
  const qsizetype dot = word.indexOf(u'.');
  if (dot < 0 || word.startsWith(u'`')) return FilterField{QStringLiteral("attribute"), unquoted(word)};
  const QString kind = kinds.value(word.first(dot));
  return kind.isEmpty() ? std::nullopt : std::optional(FilterField{kind, unquoted(word.sliced(dot + 1))});
}

bool isLike(const QString& value, const QString& pattern, bool ignoreCase) {
  QString expression = QRegularExpression::escape(pattern);
  expression.replace(QLatin1String("\\%"), QLatin1String(".*")).replace(u'_', u'.');  // escape() leaves "_" alone
  const auto options = QRegularExpression::DotMatchesEverythingOption | (ignoreCase ? QRegularExpression::CaseInsensitiveOption : QRegularExpression::NoPatternOption);
  return QRegularExpression(QRegularExpression::anchoredPattern(expression), options).match(value).hasMatch();
}

template <typename T>
bool compares(const T& value, const QString& comparator, const T& wanted) {
  if (comparator == u"=") return value == wanted;
  if (comparator == u"!=") return value != wanted;
  if (comparator == u">") return value > wanted;
  if (comparator == u">=") return value >= wanted;
  if (comparator == u"<") return value < wanted;
  return comparator == u"<=" && value <= wanted;
}

}  // namespace

class FilterParser {
 public:
  explicit FilterParser(QList<Token> tokens) : m_tokens(std::move(tokens)) {}

  Result<MlflowFilter> parse() {
    MlflowFilter filter;
    while (true) {
      MlflowFilter::Comparison comparison;
      if (!takeComparison(comparison)) return invalid(m_tokens.value(std::max<qsizetype>(0, m_at - 1)).text);
      filter.m_comparisons << comparison;
      if (m_at == m_tokens.size()) return filter;
      if (take().compare(QLatin1String("and"), Qt::CaseInsensitive) != 0) return invalid(m_tokens[m_at - 1].text);
    }
  }

 private:
  QString take() { return m_at < m_tokens.size() ? m_tokens[m_at++].text : QString(); }

  bool takeComparison(MlflowFilter::Comparison& comparison) {
    const auto field = fieldOf(take());
    if (!field || field->name.isEmpty()) return false;
    comparison.field = *field;
    comparison.comparator = take().toUpper();
    if (comparison.comparator == u"NOT") comparison.comparator += u' ' + take().toUpper();
    static const QStringList comparators{QStringLiteral("="),  QStringLiteral("!="),   QStringLiteral(">"),     QStringLiteral(">="), QStringLiteral("<"),
                                         QStringLiteral("<="), QStringLiteral("LIKE"), QStringLiteral("ILIKE"), QStringLiteral("IN"), QStringLiteral("NOT IN")};
    if (!comparators.contains(comparison.comparator) || m_at >= m_tokens.size()) return false;
    if (comparison.comparator.endsWith(QLatin1String("IN"))) return takeList(comparison);
    comparison.isText = m_tokens[m_at].isQuoted || m_tokens[m_at].text.startsWith(u'"');
    comparison.values = {unquoted(take())};
    if (comparison.field.kind != u"metric") return comparison.isText || comparison.field.kind == u"attribute";
    bool isNumber = false;
    comparison.values.first().toDouble(&isNumber);
    return isNumber && !comparison.isText;
  }

  bool takeList(MlflowFilter::Comparison& comparison) {
    if (take() != u"(") return false;
    while (m_at < m_tokens.size()) {
      comparison.values << unquoted(take());
      const QString after = take();
      if (after == u")") return true;
      if (after != u",") return false;
    }
    return false;
  }

  QList<Token> m_tokens;
  qsizetype m_at = 0;
};

Result<MlflowFilter> MlflowFilter::parse(const QString& text) {
  if (text.trimmed().isEmpty()) return MlflowFilter();
  auto tokens = tokensOf(text);
  return tokens ? FilterParser(*std::move(tokens)).parse() : invalid(text);
}

bool MlflowFilter::passes(const FilterLookup& lookup) const {
  return std::all_of(m_comparisons.begin(), m_comparisons.end(), [&lookup](const Comparison& one) {
    const auto value = lookup(one.field);
    if (!value) return false;
    if (const double* number = std::get_if<double>(&*value)) return compares(*number, one.comparator, one.values.first().toDouble());
    const QString& text = std::get<QString>(*value);
    if (one.comparator == u"LIKE" || one.comparator == u"ILIKE") return isLike(text, one.values.first(), one.comparator == u"ILIKE");
    if (one.comparator == u"IN") return one.values.contains(text);
    if (one.comparator == u"NOT IN") return !one.values.contains(text);
    return compares(text, one.comparator, one.values.first());
  });
}

Result<FilterOrder> parseOrder(const QString& text) {
  const auto tokens = tokensOf(text);
  if (!tokens || tokens->isEmpty() || tokens->size() > 2) return invalid(text);
  const auto field = fieldOf(tokens->first().text);
  const QString way = tokens->value(1).text.toUpper();
  if (!field || field->name.isEmpty() || !(way.isEmpty() || way == u"ASC" || way == u"DESC")) return invalid(text);
  return FilterOrder{*field, way == u"DESC"};
}

Result<QList<FilterOrder>> parseOrders(const QStringList& texts) {
  QList<FilterOrder> orders;
  for (const QString& text : texts) {
    const auto order = parseOrder(text);
    if (!order) return tl::make_unexpected(order.error());
    orders << *order;
  }
  return orders;
}

bool isBefore(const QList<FilterOrder>& orders, const FilterLookup& one, const FilterLookup& two) {
  for (const FilterOrder& order : orders) {
    const auto first = one(order.field), second = two(order.field);
    if (first == second) continue;
    if (!first || !second) return first.has_value();
    return order.descending ? *second < *first : *first < *second;
  }
  return false;
}

}  // namespace trainyard
