// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overlays/input_card.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/theme/hint_button.h"

namespace trainyard {
namespace {

constexpr int cardWidth = 420;

}  // namespace

InputCard::InputCard(Theme& theme, QWidget* window) : CardOverlay(theme, window, cardWidth) {
  setObjectName(QStringLiteral("inputCard"));
  m_title = new QLabel(card());
  m_title->setObjectName(QStringLiteral("inputTitle"));
  m_title->setFont(fontFor(TextRole::Title));
  m_label = new QLabel(card());
  m_label->setWordWrap(true);
  QFont font = fontFor(TextRole::Secondary);
  font.setWeight(QFont::Medium);
  m_label->setFont(font);
  m_field = new QLineEdit(card());
  m_field->setObjectName(QStringLiteral("inputField"));
  m_label->setBuddy(m_field);
  m_message = new QLabel(card());
  m_message->setObjectName(QStringLiteral("inputMessage"));
  m_message->setProperty("role", "error");
  m_message->setWordWrap(true);
  auto* field = new QVBoxLayout;
  field->setSpacing(4);
  for (QWidget* part : {static_cast<QWidget*>(m_label), static_cast<QWidget*>(m_field), static_cast<QWidget*>(m_message)})
    field->addWidget(part);
  auto* layout = new QVBoxLayout(card());
  layout->setContentsMargins(23, 20, 23, 20);
  layout->setSpacing(16);
  layout->addWidget(m_title);
  layout->addLayout(field);
  layout->addLayout(makeButtons(theme));
  connect(m_field, &QLineEdit::textChanged, this, &InputCard::validate);
}

QLayout* InputCard::makeButtons(Theme& theme) {
  const auto make = [&](const QString& text, const char* name, const char* kind) {
    auto* button = new HintButton(theme, text, card());
    button->setObjectName(QString::fromLatin1(name));
    button->setKind(kind);
    return button;
  };
  auto* cancel = make(tr("Cancel"), "inputCancel", "secondary");
  m_accept = make(tr("OK"), "inputAccept", "primary");
  connect(cancel, &QPushButton::clicked, this, &CardOverlay::close);
  connect(m_accept, &QPushButton::clicked, this, &InputCard::accept);
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addStretch(1);
  row->addWidget(cancel);
  row->addWidget(m_accept);
  return row;
}

void InputCard::ask(const InputQuestion& question) {
  m_question = question;
  setAccessibleName(question.title);
  m_title->setText(question.title);
  m_label->setText(question.label);
  m_field->setAccessibleName(question.label);
  m_accept->setText(question.accept);
  m_field->setText(question.value);
  m_field->selectAll();
  validate();
  open();
}

QWidget* InputCard::firstFocus() const { return m_field; }

void InputCard::validate() {
  const QString wrong = m_question.wrong ? m_question.wrong(m_field->text()) : QString();
  m_message->setText(wrong);
  m_message->setVisible(!wrong.isEmpty());
  m_accept->setEnabled(wrong.isEmpty());
  m_field->setAccessibleDescription(wrong);
  m_field->setProperty("invalid", !wrong.isEmpty());
  m_field->style()->unpolish(m_field);
  m_field->style()->polish(m_field);
}

void InputCard::accept() {
  if (!m_accept->isEnabled()) return;
  close();
  if (m_question.accepted) m_question.accepted(m_field->text());
}

void InputCard::keyPressEvent(QKeyEvent* event) {
  if (event->key() != Qt::Key_Return && event->key() != Qt::Key_Enter) return CardOverlay::keyPressEvent(event);
  if (auto* button = qobject_cast<QPushButton*>(window()->focusWidget())) return button->click();
  accept();
}

}  // namespace trainyard
