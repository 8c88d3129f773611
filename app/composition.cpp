// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/composition.h"

#include <QMessageBox>
#include <QTimer>

#include "app/requests.h"
#include "ui/theme/house_style.h"

namespace trainyard {
namespace {

ThemeChoice themeChoice(const QString& key) {
  if (key == u"light") return ThemeChoice::Light;
  return key == u"dark" ? ThemeChoice::Dark : ThemeChoice::System;
}

}  // namespace

Composition::Composition(QApplication& application, const QString& dataDir, Instance& instance)
    : m_application(application),
      m_instance(instance),
      m_yard(dataDir, OpenMode::ReadWrite),
      m_theme(themeChoice(m_yard.settings().theme())),
      m_actions(dressed(m_theme)),
      m_window({m_theme, m_actions, m_yard.jobs(), m_yard.dispatcher(), m_yard.troubles(), m_yard.importer(), m_yard.api(), m_yard.storage(), m_yard.storage().reader(), m_yard.clock(),
                m_yard.settings(), dataDir, [this] { return m_yard.storage().sizeBytes(); }}) {
  connect(&m_yard, &Yard::ready, this, &Composition::ready);
  connect(&m_yard, &Yard::failed, this, &Composition::failed);
}

/// Before there is a widget: a style that comes later has to be given to each of them.
Theme& Composition::dressed(Theme& theme) {
  m_application.setStyle(new HouseStyle);
  m_application.installEventFilter(&theme);
  applyTheme();
  connect(&theme, &Theme::changed, this, &Composition::applyTheme);
  return theme;
}

Composition::~Composition() {
  const auto closed = m_yard.close();
  if (!closed) qCritical("%s %s", qUtf8Printable(closed.error().message), qUtf8Printable(closed.error().detail));
}

void Composition::start() {
  m_window.show();
  // What is not on the first picture of the window comes behind it.
  QTimer::singleShot(0, this, [] { QApplication::setWindowIcon(QIcon(QStringLiteral(":/trainyard/icon.svg"))); });
  m_yard.open(Opening::NewestFirst);
  const auto serving = m_instance.serve([this](const QJsonObject& request, const Instance::Reply& reply) { answer(request, reply); });
  if (!serving) qWarning("%s %s", qUtf8Printable(serving.error().message), qUtf8Printable(serving.error().detail));
}

void Composition::applyTheme() {
  m_application.setPalette(m_theme.palette());
  m_application.setStyleSheet(m_theme.styleSheet());
}

void Composition::ready() {
  JobService& jobs = m_yard.jobs();
  if (jobs.isLoaded())
    jobs.purgeDeleted();
  else
    connect(&jobs, &JobService::loaded, &jobs, &JobService::purgeDeleted);
  jobs.resumeInterrupted();
  const auto watch = [this] { m_yard.importer().setWatched(m_yard.settings().watchedFolders()); };
  connect(&m_yard.settings(), &Settings::changed, this, watch);
  watch();
  // The queue gives GPUs, so it begins when they are counted.
  connect(&m_yard, &Yard::gpusKnown, &m_yard.dispatcher(), &Dispatcher::begin);
  m_yard.commandRunner().findGpus();
  // Behind the first picture of the window.
  if (m_yard.settings().apiOn()) QTimer::singleShot(0, this, [this] { m_window.serve(m_yard.apiPort()); });
}

void Composition::failed(const Error& error) {
  qCritical("%s %s", qUtf8Printable(error.message), qUtf8Printable(error.detail));
  auto* box = new QMessageBox(QMessageBox::Critical, tr("Trainyard"), error.message, QMessageBox::Close, &m_window);
  box->setAttribute(Qt::WA_DeleteOnClose);
  box->setObjectName(QStringLiteral("openFailed"));
  connect(box, &QMessageBox::finished, this, [] { QCoreApplication::exit(1); });
  box->open();
}

/// Who names no port takes the one that is there.
QJsonObject Composition::serve(const QJsonValue& wanted) {
  const int asked = wanted.isUndefined() ? (m_yard.api().isOn() ? m_yard.api().port() : m_yard.apiPort()) : wanted.toInt(-1);
  if (asked < 0 || asked > 65'535) return replyFor({ErrorCode::InvalidInput, tr("A port is a whole number from 0 to 65535."), {}});
  const auto port = quint16(asked);
  const auto listening = m_yard.api().turnOn(port);
  if (!listening) return replyFor(listening.error());
  return {{QStringLiteral("ok"), true}, {QStringLiteral("port"), *listening}, {QStringLiteral("address"), m_yard.api().address()}};
}

void Composition::answer(const QJsonObject& request, const Instance::Reply& reply) {
  if (request[QLatin1String("do")].toString() == u"activate") {
    m_window.bringToFront();
    return reply({{QStringLiteral("ok"), true}});
  }
  if (request[QLatin1String("do")].toString() == u"serve") return reply(serve(request[QLatin1String("port")]));
  answerRequest(m_yard.jobs(), m_yard.settings(), m_yard.importer(), request, reply);
}

}  // namespace trainyard
