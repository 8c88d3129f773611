// SPDX-License-Identifier: GPL-3.0-or-later
// A whole yard of fakes under real widgets.
#pragma once

#include <QTemporaryDir>
#include <QTest>
#include <catch2/catch.hpp>

#include "core/api/api_switch.h"
#include "core/base/settings.h"
#include "core/jobs/job_service.h"
#include "core/runners/dispatcher.h"
#include "core/runners/importer.h"
#include "core/runners/mlflow_runner.h"
#include "tests/support/catch_qstring.h"
#include "tests/support/fakes.h"
#include "ui/actions.h"
#include "ui/theme/theme.h"

namespace trainyard::test {

struct UiYard {
  QTemporaryDir dir;
  ManualClock clock;
  FakeJobStore store;
  FakeRunner simulated;
  FakeRunner command;
  FakeRunner imports;
  FakeMetricReader history;
  MlflowRunner mlflow{store, clock};
  JobService jobs{{store, simulated, command, imports, clock, &mlflow}};
  Dispatcher queue{jobs, clock};
  ImportRunner importRunner{store, clock};
  Importer importer{jobs, importRunner};
  ApiSwitch api{{dir.path(), jobs, mlflow, store, history, clock}};
  Settings settings{dir.path()};
  Theme theme{ThemeChoice::Light};
  Actions actions{theme};

  UiYard() {
    qputenv("TRAINYARD_REDUCED_MOTION", "1");
    jobs.load({}, JobId{1});
  }
  JobId queued(const QString& name = QStringLiteral("vit-small")) {
    const auto id = jobs.create(simulatedSettings(name));
    REQUIRE(id);
    store.commit();
    return *id;
  }
  JobId running(const QString& name = QStringLiteral("vit-small")) {
    const JobId id = queued(name);
    REQUIRE(jobs.start(id));
    store.commit();
    return id;
  }
  JobId ended(const Ending& ending, const QString& name = QStringLiteral("vit-small")) {
    const JobId id = running(name);
    simulated.finish(id, ending);
    store.commit();
    return id;
  }
};

}  // namespace trainyard::test
