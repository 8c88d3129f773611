// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/elided_name.h"

namespace trainyard {

QString elidedName(const QString& name, const QFontMetrics& metrics, int width) {
  if (metrics.horizontalAdvance(name) <= width) return name;
  for (qsizetype slash = name.indexOf(u'/'); slash >= 0; slash = name.indexOf(u'/', slash + 1)) {
    const QString end = u'…' + name.sliced(slash);
    if (metrics.horizontalAdvance(end) <= width) return end;
  }
  return metrics.elidedText(name.sliced(name.lastIndexOf(u'/') + 1), Qt::ElideMiddle, width);
}

QStringList withoutCommonFolders(const QStringList& names) {
  if (names.size() < 2) return names;
  qsizetype common = names.first().lastIndexOf(u'/') + 1;
  for (const QString& name : names) {
    common = std::min(common, name.lastIndexOf(u'/') + 1);
    while (common > 0 && QStringView(name).first(common) != QStringView(names.first()).first(common)) common = names.first().lastIndexOf(u'/', common - 2) + 1;
  }
  QStringList shorter;
  for (const QString& name : names) shorter << name.sliced(common);
  return shorter.contains(QString()) ? names : shorter;
}

}  // namespace trainyard
