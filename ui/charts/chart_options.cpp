// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chart_options.h"

#include <algorithm>
#include <cmath>

namespace trainyard {

ChartOptions savedOptions(const Settings& settings, const QString& page) {
  ChartOptions options;
  const double smoothing = settings.value(page + QStringLiteral("/smoothing"), options.smoothing).toDouble();
  if (std::isfinite(smoothing)) options.smoothing = std::clamp(smoothing, 0.0, 0.999);
  options.logY = settings.value(page + QStringLiteral("/logY"), false).toBool();
  const int x = settings.value(page + QStringLiteral("/x"), 0).toInt();
  if (x >= 0 && x <= static_cast<int>(XAxisKind::Time)) options.x = static_cast<XAxisKind>(x);
  return options;
}

void saveOptions(Settings& settings, const QString& page, const ChartOptions& options) {
  settings.setValue(page + QStringLiteral("/smoothing"), options.smoothing);
  settings.setValue(page + QStringLiteral("/logY"), options.logY);
  settings.setValue(page + QStringLiteral("/x"), static_cast<int>(options.x));
}

}  // namespace trainyard
