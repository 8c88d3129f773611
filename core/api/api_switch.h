// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <memory>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/jobs/job_service.h"
#include "core/metrics/metric_reader.h"

namespace trainyard {

class LocalApi;
class MlflowRunner;

/// Whether the local API is on, and where. All that serves is made when it is switched on, and gone when it is off.
class ApiSwitch final : public QObject {
  Q_OBJECT
 public:
  struct Parts {
    QString dataDir;
    JobService& jobs;
    MlflowRunner& runner;
    const JobStore& store;
    MetricReader& reader;
    const Clock& clock;
  };
  explicit ApiSwitch(const Parts& parts, QObject* parent = nullptr);
  ~ApiSwitch() override;

  /// Serves on that port, the next free one when it is taken, or any for 0; which one. A server that is on moves there, but stays where
  /// it is when it is there. InUse when none is free, StorageOpen or StorageWrite when there can be no token; it is off then.
  [[nodiscard]] Result<quint16> turnOn(quint16 port);
  void turnOff();
  [[nodiscard]] bool isOn() const { return m_api != nullptr; }
  /// The port that was asked for, and the one it has; 0 while it is off.
  [[nodiscard]] quint16 wantedPort() const { return m_wanted; }
  [[nodiscard]] quint16 port() const { return m_port; }
  /// "http://127.0.0.1:5151"; empty while it is off.
  [[nodiscard]] QString address() const;
  /// What a program of another user shows to change something; empty while it is off.
  [[nodiscard]] QString token() const;
  /// The file that holds it.
  [[nodiscard]] QString tokenPath() const;

 Q_SIGNALS:
  /// It was switched on or off, or has moved.
  void changed();

 private:
  Parts m_parts;
  std::unique_ptr<LocalApi> m_api;
  quint16 m_wanted = 0;
  quint16 m_port = 0;
};

}  // namespace trainyard
