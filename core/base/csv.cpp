// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/csv.h"

namespace trainyard {

QString csvField(const QString& field) {
  const bool plain = field == field.trimmed() && !field.contains(u',') && !field.contains(u'"') && !field.contains(u'\n') && !field.contains(u'\r');
  return plain ? field : u'"' + QString(field).replace(u'"', QStringLiteral("\"\"")) + u'"';
}

QString csvText(const QList<QStringList>& rows) {
  QString text;
  for (const QStringList& row : rows) {
    QStringList fields;
    for (const QString& field : row) fields << csvField(field);
    text += fields.join(u',') + u'\n';
  }
  return text;
}

}  // namespace trainyard
