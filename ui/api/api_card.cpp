// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/api/api_card.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyle>
#include <QTimer>
#include <QVBoxLayout>

#include "core/jobs/draft_checks.h"
#include "ui/theme/hint_button.h"
#include "ui/theme/toggle_switch.h"

namespace trainyard {
namespace {

constexpr int cardWidth = 560;
constexpr int copiedMs = 1'500;   ///< how long a button says that it has copied
constexpr int buttonWidth = 84;   ///< the same for each, so that they are in one column

QLabel* captionFor(const QString& text, QWidget* parent) {
  auto* caption = new QLabel(text, parent);
  QFont font = fontFor(TextRole::Secondary);
  font.setWeight(QFont::Medium);
  caption->setFont(font);
  return caption;
}

QLabel* noteFor(const QString& text, const char* role, QWidget* parent) {
  auto* note = new QLabel(text, parent);
  note->setWordWrap(true);
  note->setProperty("role", role);
  return note;
}

}  // namespace

ApiCard::ApiCard(Theme& theme, ApiSwitch& api, Settings& settings, QWidget* window) : CardOverlay(theme, window, cardWidth), m_api(api), m_settings(settings) {
  setObjectName(QStringLiteral("apiCard"));
  setAccessibleName(tr("Local API"));
  auto* title = new QLabel(tr("Local API"), card());
  title->setFont(fontFor(TextRole::Title));
  auto* purpose = noteFor(tr("A script that logs with MLflow shows its curves here while it trains, and other programs can read your jobs. "
                             "Only programs of this computer reach it."), "muted", card());
  makeDetails();
  auto* layout = new QVBoxLayout(card());
  layout->setContentsMargins(23, 20, 23, 20);
  layout->setSpacing(12);
  layout->addWidget(title);
  layout->addWidget(purpose);
  layout->addLayout(makeSwitchRow(theme));
  layout->addLayout(makePortRow());
  layout->addWidget(m_details);
  layout->addLayout(makeButtons(theme));
  setTabOrder(m_switch, m_port);
  connect(&m_api, &ApiSwitch::changed, this, &ApiCard::showState);
}

QLayout* ApiCard::makeSwitchRow(Theme& theme) {
  m_switch = new ToggleSwitch(theme, card());
  m_switch->setObjectName(QStringLiteral("apiSwitch"));
  m_switch->setAccessibleName(tr("Serve the local API"));
  m_state = new QLabel(card());
  m_state->setObjectName(QStringLiteral("apiState"));
  m_state->setFont(fontFor(TextRole::Strong));
  connect(m_switch, &QAbstractButton::clicked, this, [this](bool on) {
    Q_EMIT switched(on, wantedPort().value_or(m_settings.apiPort()));
    showState();  // it may have been refused
  });
  auto* row = new QHBoxLayout;
  row->setSpacing(10);
  row->addWidget(m_switch);
  row->addWidget(m_state, 1);
  return row;
}

QLayout* ApiCard::makePortRow() {
  m_port = new QLineEdit(card());
  m_port->setObjectName(QStringLiteral("apiPort"));
  m_port->setAccessibleName(tr("Port"));
  m_port->setMaxLength(5);
  m_port->setFixedWidth(buttonWidth);
  auto* caption = captionFor(tr("Port"), card());
  caption->setBuddy(m_port);
  m_portMessage = new QLabel(card());
  m_portMessage->setObjectName(QStringLiteral("apiPortMessage"));
  connect(m_port, &QLineEdit::textChanged, this, &ApiCard::checkPort);
  connect(m_port, &QLineEdit::editingFinished, this, &ApiCard::usePort);
  auto* row = new QHBoxLayout;
  row->setSpacing(10);
  row->addWidget(caption);
  row->addWidget(m_port);
  row->addWidget(m_portMessage, 1);
  return row;
}

void ApiCard::makeDetails() {
  m_details = new QWidget(card());
  auto* layout = new QVBoxLayout(m_details);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  m_address = addCopied(tr("Address"), "apiAddress");
  m_script = addCopied(tr("In a script"), "apiScript");
  m_shell = addCopied(tr("Or in a shell, for a script that is not changed"), "apiShell");
  layout->addWidget(captionFor(tr("Token"), m_details));
  layout->addLayout(makeTokenRow());
  m_tokenNote = noteFor({}, "hint", m_details);
  layout->addWidget(m_tokenNote);
  layout->addSpacing(8);
  layout->addWidget(noteFor(tr("Command jobs that start from now on are told the address. Programs that report here wait or fail when it is switched off."), "hint", m_details));
}

QLabel* ApiCard::addCopied(const QString& caption, const char* name) {
  auto* text = new QLabel(m_details);
  text->setObjectName(QString::fromLatin1(name));
  text->setAccessibleName(caption);
  text->setFont(fontFor(TextRole::Mono));
  text->setProperty("role", "code");
  text->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addWidget(text, 1);
  row->addWidget(addCopyButton(text, name), 0, Qt::AlignTop);
  auto* layout = static_cast<QVBoxLayout*>(m_details->layout());
  layout->addWidget(captionFor(caption, m_details));
  layout->addLayout(row);
  layout->addSpacing(8);
  return text;
}

QPushButton* ApiCard::addCopyButton(QLabel* text, const char* name) {
  auto* button = new QPushButton(tr("Copy"), m_details);
  button->setObjectName(QString::fromLatin1(name) + QStringLiteral("Copy"));
  button->setAccessibleName(tr("Copy: %1").arg(text->accessibleName()));
  button->setFixedWidth(buttonWidth);
  button->setAutoDefault(false);
  connect(button, &QPushButton::clicked, this, [this, text, button] {
    QGuiApplication::clipboard()->setText(text == m_token ? m_api.token() : text->text());
    button->setText(tr("Copied"));
    QTimer::singleShot(copiedMs, button, [button] { button->setText(tr("Copy")); });
  });
  return button;
}

QLayout* ApiCard::makeTokenRow() {
  m_token = new QLabel(m_details);
  m_token->setObjectName(QStringLiteral("apiToken"));
  m_token->setAccessibleName(tr("Token"));
  m_token->setFont(fontFor(TextRole::Mono));
  m_token->setProperty("role", "code");
  m_token->setWordWrap(true);
  m_token->setTextInteractionFlags(Qt::TextSelectableByMouse);
  m_tokenShow = new QPushButton(m_details);
  m_tokenShow->setObjectName(QStringLiteral("apiTokenShow"));
  m_tokenShow->setFixedWidth(buttonWidth);
  m_tokenShow->setAutoDefault(false);
  connect(m_tokenShow, &QPushButton::clicked, this, [this] { showToken(!m_tokenIsShown); });
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addWidget(m_token, 1);
  row->addWidget(m_tokenShow, 0, Qt::AlignTop);
  row->addWidget(addCopyButton(m_token, "apiToken"), 0, Qt::AlignTop);
  return row;
}

QLayout* ApiCard::makeButtons(Theme& theme) {
  auto* done = new HintButton(theme, tr("Done"), card());
  done->setObjectName(QStringLiteral("apiDone"));
  done->setKind("primary");
  connect(done, &QPushButton::clicked, this, &CardOverlay::close);
  auto* row = new QHBoxLayout;
  row->addStretch(1);
  row->addWidget(done);
  return row;
}

QWidget* ApiCard::firstFocus() const { return m_switch; }

/// Enter uses the port in its field, presses a button, and leaves elsewhere.
void ApiCard::keyPressEvent(QKeyEvent* event) {
  if (event->key() != Qt::Key_Return && event->key() != Qt::Key_Enter) return CardOverlay::keyPressEvent(event);
  QWidget* const focused = window()->focusWidget();
  if (focused == m_port) return usePort();
  if (auto* button = qobject_cast<QPushButton*>(focused)) return button->click();
  close();
}

void ApiCard::openFresh() {
  m_port->setText(QString::number(m_settings.apiPort()));
  showState();
  open();
}

std::optional<quint16> ApiCard::wantedPort() const {
  const auto port = checkWhole(m_port->text(), {.least = 1'024, .most = 65'535, .optional = false, .whenEmpty = 0});
  return port ? std::optional(quint16(*port)) : std::nullopt;
}

void ApiCard::checkPort() {
  const bool wrong = !wantedPort();
  const bool moved = m_api.isOn() && m_api.port() != m_settings.apiPort();
  m_portMessage->setText(wrong   ? tr("A whole number from 1024 to 65535.")
                         : moved ? tr("Port %1 was taken or is kept by running jobs; this is %2.").arg(m_settings.apiPort()).arg(m_api.port())
                                 : tr("When it is taken, the next free one."));
  for (const auto& [widget, property, value] : {std::tuple<QWidget*, const char*, QVariant>(m_port, "invalid", wrong),
                                                std::tuple<QWidget*, const char*, QVariant>(m_portMessage, "role", wrong ? "error" : "hint")}) {
    widget->setProperty(property, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
  }
}

/// A server that is on moves at once.
void ApiCard::usePort() {
  const auto port = wantedPort();
  if (!port || *port == m_settings.apiPort()) return;
  m_settings.setApiPort(*port);
  if (m_api.isOn()) Q_EMIT switched(true, *port);
  checkPort();
}

void ApiCard::showState() {
  const bool on = m_api.isOn();
  const QString address = m_api.address();
  m_switch->setChecked(on);
  m_state->setText(on ? tr("On") : tr("Off"));
  m_details->setVisible(on);
  m_address->setText(address);
  m_script->setText(QStringLiteral("import mlflow\nmlflow.set_tracking_uri(\"%1\")").arg(address));
  m_shell->setText(QStringLiteral("export MLFLOW_TRACKING_URI=%1").arg(address));
  m_tokenNote->setText(tr("Programs of yours need none. Another user's program sends it to change something (“Authorization: Bearer …”). It is kept in %1.").arg(m_api.tokenPath()));
  showToken(false);
  checkPort();
}

void ApiCard::showToken(bool shown) {
  m_tokenIsShown = shown;
  m_token->setText(shown ? m_api.token() : QString(24, QChar(0x2022)));
  m_tokenShow->setText(shown ? tr("Hide") : tr("Show"));
}

}  // namespace trainyard
