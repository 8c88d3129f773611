// SPDX-License-Identifier: GPL-3.0-or-later
// The local API's switch in this window.
#include "ui/api/api_card.h"
#include "ui/main_window.h"
#include "ui/status_line.h"
#include "ui/toasts/toast_stack.h"

namespace trainyard {

ApiCard& MainWindow::apiCard() {
  if (m_api != nullptr) return *m_api;
  m_api = new ApiCard(m_deps.theme, m_deps.api, m_deps.settings, this);
  connect(m_api, &ApiCard::switched, this, &MainWindow::setServing);
  suspendWhileOpen(*m_api);
  return *m_api;
}

void MainWindow::bindApi() {
  m_handlers[ActionId::LocalApi] = [this] { apiCard().openFresh(); };
  connect(m_status, &StatusLine::apiClicked, &m_deps.actions.action(ActionId::LocalApi), &QAction::trigger);
  connect(&m_deps.api, &ApiSwitch::changed, this, [this] { m_status->setApi(m_deps.api.address()); });
}

void MainWindow::serve(quint16 port) {
  const auto listening = m_deps.api.turnOn(port);
  if (!listening)
    m_toasts->show({.kind = ToastKind::Error, .title = tr("The local API is off"), .detail = listening.error().message});
  else if (*listening != port)
    m_toasts->show({.kind = ToastKind::Info, .title = tr("The local API is on port %1").arg(*listening), .detail = tr("Port %1 is taken by another program.").arg(port)});
}

/// As the user wants it from now on, also in the next session.
void MainWindow::setServing(bool on, quint16 port) {
  if (on)
    serve(port);
  else
    m_deps.api.turnOff();
  m_deps.settings.setApiOn(on ? m_deps.api.isOn() : false);
}

}  // namespace trainyard
