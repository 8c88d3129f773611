// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/settings.h"
#include "ui/charts/metric_chart.h"

namespace trainyard {

/// What the user has set for the charts of a page last; `page` is the group of settings. What is out of range is brought into it.
[[nodiscard]] ChartOptions savedOptions(const Settings& settings, const QString& page);
void saveOptions(Settings& settings, const QString& page, const ChartOptions& options);

}  // namespace trainyard
