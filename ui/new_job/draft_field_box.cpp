// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/new_job/draft_field_box.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStyle>
#include <QVBoxLayout>

#include "core/simulation/training_simulator.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

namespace trainyard {
namespace {

constexpr int linesHeight = 54;

/// A combo box with our own arrow.
class ChevronBox final : public QComboBox {
 public:
  using QComboBox::QComboBox;

 protected:
  void paintEvent(QPaintEvent* event) override {
    QComboBox::paintEvent(event);
    QPainter painter(this);
    drawGlyph(painter, Glyph::ChevronDown, QRectF(width() - 22, height() / 2.0 - 6, 12, 12), palette().color(QPalette::PlaceholderText));
  }
};

}  // namespace

DraftFieldBox::DraftFieldBox(DraftField field, const char* name, Editor editor, QWidget* parent)
    : QWidget(parent), m_field(field) {
  m_label = new QLabel(fieldLabel(field), this);
  QFont font = fontFor(TextRole::Secondary);
  font.setWeight(QFont::Medium);
  m_label->setFont(font);
  m_editor = makeEditor(editor);
  m_editor->setObjectName(QString::fromLatin1(name));
  m_editor->setAccessibleName(fieldLabel(field));
  m_label->setBuddy(m_editor);
  m_note = new QLabel(this);
  m_note->setObjectName(QString::fromLatin1(name) + QStringLiteral("Message"));
  m_note->setWordWrap(true);
  m_note->hide();
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(5);
  layout->addWidget(m_label);
  layout->addWidget(m_editor);
  layout->addWidget(m_note);
  layout->addStretch(1);
}

QWidget* DraftFieldBox::makeEditor(Editor kind) {
  if (kind == Editor::Lines) {
    auto* lines = new QPlainTextEdit(this);
    lines->setFont(fontFor(TextRole::Mono));
    lines->setFixedHeight(linesHeight);
    lines->setTabChangesFocus(true);
    connect(lines, &QPlainTextEdit::textChanged, this, &DraftFieldBox::edited);
    return lines;
  }
  if (kind == Editor::Model) {
    auto* models = new ChevronBox(this);
    models->setEditable(true);
    models->addItems(simulatedModels());
    models->setInsertPolicy(QComboBox::NoInsert);
    connect(models, &QComboBox::editTextChanged, this, &DraftFieldBox::edited);
    return models;
  }
  if (kind == Editor::Choice) {
    auto* choices = new ChevronBox(this);
    connect(choices, &QComboBox::currentIndexChanged, this, &DraftFieldBox::edited);
    return choices;
  }
  auto* line = new QLineEdit(this);
  connect(line, &QLineEdit::textChanged, this, &DraftFieldBox::edited);
  return line;
}

void DraftFieldBox::setOptional(bool optional) {
  m_label->setText(optional ? tr("%1 <span style='font-weight:400'>optional</span>").arg(fieldLabel(m_field)) : fieldLabel(m_field));
}

QString DraftFieldBox::text() const {
  if (const auto* lines = qobject_cast<QPlainTextEdit*>(m_editor)) return lines->toPlainText();
  if (const auto* box = qobject_cast<QComboBox*>(m_editor))
    return box->isEditable() ? box->currentText() : box->currentData().toString();
  return static_cast<QLineEdit*>(m_editor)->text();
}

void DraftFieldBox::setText(const QString& text) {
  if (auto* lines = qobject_cast<QPlainTextEdit*>(m_editor))
    lines->setPlainText(text);
  else if (auto* box = qobject_cast<QComboBox*>(m_editor))
    box->isEditable() ? box->setCurrentText(text) : box->setCurrentIndex(std::max(0, box->findData(text)));
  else
    static_cast<QLineEdit*>(m_editor)->setText(text);
}

void DraftFieldBox::setPlaceholder(const QString& text) {
  if (auto* lines = qobject_cast<QPlainTextEdit*>(m_editor))
    lines->setPlaceholderText(text);
  else if (auto* line = qobject_cast<QLineEdit*>(m_editor))
    line->setPlaceholderText(text);
}

void DraftFieldBox::setChoices(const QList<std::pair<QString, QString>>& choices) {
  auto* box = qobject_cast<QComboBox*>(m_editor);
  Q_ASSERT(box != nullptr);
  const QSignalBlocker quiet(box);  // nobody has edited anything
  for (const auto& [value, text] : choices) box->addItem(text, value);
}

void DraftFieldBox::setHint(const QString& hint) {
  m_hint = hint;
  showNote();
}

void DraftFieldBox::setError(const QString& message) {
  if (message == m_error) return;
  m_error = message;
  m_editor->setProperty("invalid", !message.isEmpty());
  m_editor->style()->unpolish(m_editor);
  m_editor->style()->polish(m_editor);
  m_editor->setAccessibleDescription(message);
  showNote();
}

void DraftFieldBox::showNote() {
  const QString text = m_error.isEmpty() ? m_hint : m_error;
  m_note->setProperty("role", m_error.isEmpty() ? "hint" : "error");
  m_note->style()->unpolish(m_note);
  m_note->style()->polish(m_note);
  m_note->setText(text);
  m_note->setVisible(!text.isEmpty());
}

}  // namespace trainyard
