// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <memory>

#include "app/instance.h"
#include "app/yard.h"
#include "ui/actions.h"
#include "ui/main_window.h"
#include "ui/theme/theme.h"

namespace trainyard {

/// Builds every object of the windowed program once, in the order in which they depend on each other, and owns them.
class Composition final : public QObject {
  Q_OBJECT
 public:
  Composition(QApplication& application, const QString& dataDir, Instance& instance);
  ~Composition() override;

  /// Shows the window and opens the database behind it.
  void start();

 private:
  [[nodiscard]] Theme& dressed(Theme& theme);
  void applyTheme();
  void ready();
  void failed(const Error& error);
  [[nodiscard]] QJsonObject serve(const QJsonValue& wanted);
  void answer(const QJsonObject& request, const Instance::Reply& reply);

  QApplication& m_application;
  Instance& m_instance;
  Yard m_yard;
  Theme m_theme;
  Actions m_actions;
  MainWindow m_window;
};

}  // namespace trainyard
