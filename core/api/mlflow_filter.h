// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QStringList>
#include <functional>
#include <optional>
#include <variant>

#include "core/base/error.h"

namespace trainyard {

/// MLflow's search filters: comparisons joined by AND, as "metrics.acc > 0.9 AND params.`a b` LIKE 'x%'". Left of a comparison stands a kind
/// and a name ("metric", "param", "tag", "attribute" in either number; a name alone is an attribute); comparators are =, !=, >, >=, <, <=, LIKE,
/// ILIKE, IN and NOT IN. The grammar is that of MLflow's search_utils.
struct FilterField {
  QString kind;  ///< "metric", "param", "tag" or "attribute"
  QString name;
};

using FilterValue = std::variant<QString, double>;
/// The value of a field of what is looked at; nothing when it has none, and then no comparison holds.
using FilterLookup = std::function<std::optional<FilterValue>(const FilterField& field)>;

class MlflowFilter {
 public:
  /// InvalidInput says where it is no filter. Empty lets everything through.
  [[nodiscard]] static Result<MlflowFilter> parse(const QString& text);
  [[nodiscard]] bool passes(const FilterLookup& lookup) const;

 private:
  struct Comparison {
    FilterField field;
    QString comparator;  ///< in upper case
    QStringList values;
    bool isText = false;  ///< it was quoted
  };
  friend class FilterParser;
  QList<Comparison> m_comparisons;
};

struct FilterOrder {
  FilterField field;
  bool descending = false;
};
/// "metrics.`val acc` DESC".
[[nodiscard]] Result<FilterOrder> parseOrder(const QString& text);
/// Each of them, the most important first.
[[nodiscard]] Result<QList<FilterOrder>> parseOrders(const QStringList& texts);
/// Whether what `one` looks at comes before what `two` looks at. Those without the value come last.
[[nodiscard]] bool isBefore(const QList<FilterOrder>& orders, const FilterLookup& one, const FilterLookup& two);

}  // namespace trainyard
