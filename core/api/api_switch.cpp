// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/api_switch.h"

#include "core/api/local_api.h"

namespace trainyard {

ApiSwitch::ApiSwitch(const Parts& parts, QObject* parent) : QObject(parent), m_parts(parts) {}

ApiSwitch::~ApiSwitch() = default;

Result<quint16> ApiSwitch::turnOn(quint16 port) {
  if (isOn() && port != 0 && port == m_port) {
    m_wanted = port;
    return m_port;
  }
  m_api = std::make_unique<LocalApi>(LocalApi::Parts{m_parts.dataDir, m_parts.jobs, m_parts.runner, m_parts.store, m_parts.reader, m_parts.clock});
  const auto listening = m_api->server().listen(port);
  if (!listening) m_api.reset();
  m_wanted = listening ? port : 0;
  m_port = listening.value_or(0);
  Q_EMIT changed();
  return listening;
}

void ApiSwitch::turnOff() {
  if (!isOn()) return;
  m_api.reset();
  m_wanted = m_port = 0;
  Q_EMIT changed();
}

QString ApiSwitch::address() const { return isOn() ? m_api->server().address() : QString(); }

QString ApiSwitch::token() const { return isOn() ? QString::fromLatin1(m_api->server().token()) : QString(); }

QString ApiSwitch::tokenPath() const { return m_parts.dataDir + QStringLiteral("/api_token"); }

}  // namespace trainyard
