// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/api_switch.h"
#include "core/base/settings.h"
#include "ui/overlays/card_overlay.h"

class QLabel;
class QLineEdit;
class QPushButton;

namespace trainyard {

class ToggleSwitch;

/// Ctrl+Shift+A: the local API on and off, its port, and while it is on where it is, what a script needs, and the token. What was
/// switched is carried out by whoever hears `switched`.
/// objectNames: apiSwitch, apiState, apiPort, apiPortMessage, apiAddress, apiScript, apiShell, apiToken, apiTokenShow, and
/// apiAddressCopy, apiScriptCopy, apiShellCopy, apiTokenCopy.
class ApiCard final : public CardOverlay {
  Q_OBJECT
 public:
  ApiCard(Theme& theme, ApiSwitch& api, Settings& settings, QWidget* window);

  void openFresh();

 Q_SIGNALS:
  void switched(bool on, quint16 port);

 protected:
  [[nodiscard]] QWidget* firstFocus() const override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  [[nodiscard]] QLayout* makeSwitchRow(Theme& theme);
  [[nodiscard]] QLayout* makePortRow();
  void makeDetails();
  /// A caption, a text to be copied, and its button.
  [[nodiscard]] QLabel* addCopied(const QString& caption, const char* name);
  [[nodiscard]] QPushButton* addCopyButton(QLabel* text, const char* name);
  [[nodiscard]] QLayout* makeTokenRow();
  [[nodiscard]] QLayout* makeButtons(Theme& theme);
  [[nodiscard]] std::optional<quint16> wantedPort() const;
  void checkPort();
  void usePort();
  void showState();
  void showToken(bool shown);

  ApiSwitch& m_api;
  Settings& m_settings;
  ToggleSwitch* m_switch = nullptr;
  QLabel* m_state = nullptr;
  QLineEdit* m_port = nullptr;
  QLabel* m_portMessage = nullptr;
  QWidget* m_details = nullptr;
  QLabel* m_address = nullptr;
  QLabel* m_script = nullptr;
  QLabel* m_shell = nullptr;
  QLabel* m_token = nullptr;
  QLabel* m_tokenNote = nullptr;
  QPushButton* m_tokenShow = nullptr;
  bool m_tokenIsShown = false;
};

}  // namespace trainyard
