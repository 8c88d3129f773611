// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/new_job/draft_field_box.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QCompleter>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>
#include <QWheelEvent>

#include "core/jobs/draft_checks.h"
#include "core/simulation/training_simulator.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

namespace trainyard {
namespace {

constexpr int linesHeight = 56;
constexpr int jobsWidth = 280;  ///< of the list of jobs, which is wider than its field

/// A combo box with our own arrow, in a form that scrolls: the wheel is the form's.
class ChevronBox final : public QComboBox {
 public:
  explicit ChevronBox(QWidget* parent) : QComboBox(parent) {
    setSizeAdjustPolicy(AdjustToMinimumContentsLengthWithIcon);  // a long name does not widen its column
    setMinimumContentsLength(4);
  }

 protected:
  void wheelEvent(QWheelEvent* event) override { event->ignore(); }
  void paintEvent(QPaintEvent* event) override {
    QComboBox::paintEvent(event);
    QPainter painter(this);
    drawGlyph(painter, Glyph::ChevronDown, QRectF(width() - 22, height() / 2.0 - 6, 12, 12), palette().color(QPalette::PlaceholderText));
  }
};

/// What an editable box means by a text: the value of the item that reads so, or the text itself.
QString valueOf(const QComboBox& box, const QString& text) {
  const int item = box.findText(text.trimmed(), Qt::MatchFixedString);
  return item >= 0 && box.itemData(item).isValid() ? box.itemData(item).toString() : text;
}

/// The other way; no value leaves the box to its placeholder.
QString textOf(const QComboBox& box, const QString& value) {
  const int item = value.isEmpty() ? -1 : box.findData(value);
  return item >= 0 ? box.itemText(item) : value;
}

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
  layout->setSpacing(4);
  layout->addWidget(m_label);
  if (editor == Editor::Folder) {
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_editor, 1);
    row->addWidget(makeBrowse());
    layout->addLayout(row);
  } else {
    layout->addWidget(m_editor);
  }
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
  if (kind == Editor::Job) return makeJobs();
  auto* line = new QLineEdit(this);
  connect(line, &QLineEdit::textChanged, this, &DraftFieldBox::edited);
  return line;
}

/// The number of a job, or a part of its name and a choice among those that have it.
QComboBox* DraftFieldBox::makeJobs() {
  auto* jobs = new ChevronBox(this);
  jobs->setEditable(true);
  jobs->setInsertPolicy(QComboBox::NoInsert);
  jobs->view()->setMinimumWidth(jobsWidth);
  jobs->completer()->setCompletionMode(QCompleter::PopupCompletion);
  jobs->completer()->setFilterMode(Qt::MatchContains);
  jobs->completer()->popup()->setObjectName(QStringLiteral("completions"));
  jobs->completer()->popup()->setMinimumWidth(jobsWidth);
  connect(jobs, &QComboBox::editTextChanged, this, &DraftFieldBox::edited);
  connect(jobs, &QComboBox::activated, this, [jobs](int item) {
    if (jobs->itemData(item).toString().isEmpty()) jobs->clearEditText();
    // Once the text is there: a long name is read from its number on.
    QMetaObject::invokeMethod(jobs->lineEdit(), [line = jobs->lineEdit()] { line->home(false); }, Qt::QueuedConnection);
  });
  return jobs;
}

QWidget* DraftFieldBox::makeBrowse() {
  auto* button = new QPushButton(tr("Browse…"), this);
  button->setObjectName(m_editor->objectName() + QStringLiteral("Browse"));
  button->setAccessibleName(tr("Browse for %1").arg(fieldLabel(m_field)));
  button->setAutoDefault(false);
  connect(button, &QPushButton::clicked, this, &DraftFieldBox::browse);
  return button;
}

void DraftFieldBox::browse() {
  auto* dialog = new QFileDialog(this, fieldLabel(m_field), expandedDirectory(text()));
  dialog->setObjectName(m_editor->objectName() + QStringLiteral("Dialog"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::Directory);
  dialog->setOption(QFileDialog::ShowDirsOnly);
  connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
    setText(folder);
    m_editor->setFocus(Qt::OtherFocusReason);
  });
  dialog->open();
}

void DraftFieldBox::setOptional(bool optional) {
  m_label->setText(optional ? tr("%1 <span style='font-weight:400'>optional</span>").arg(fieldLabel(m_field)) : fieldLabel(m_field));
}

QString DraftFieldBox::text() const {
  if (const auto* lines = qobject_cast<QPlainTextEdit*>(m_editor)) return lines->toPlainText();
  if (const auto* box = qobject_cast<QComboBox*>(m_editor))
    return box->isEditable() ? valueOf(*box, box->currentText()) : box->currentData().toString();
  return static_cast<QLineEdit*>(m_editor)->text();
}

void DraftFieldBox::setText(const QString& text) {
  if (auto* lines = qobject_cast<QPlainTextEdit*>(m_editor))
    lines->setPlainText(text);
  else if (auto* box = qobject_cast<QComboBox*>(m_editor))
    box->isEditable() ? box->setEditText(textOf(*box, text)) : box->setCurrentIndex(std::max(0, box->findData(text)));
  else
    static_cast<QLineEdit*>(m_editor)->setText(text);
}

void DraftFieldBox::setPlaceholder(const QString& text) {
  if (auto* lines = qobject_cast<QPlainTextEdit*>(m_editor))
    lines->setPlaceholderText(text);
  else if (auto* line = qobject_cast<QLineEdit*>(m_editor))
    line->setPlaceholderText(text);
  else if (auto* box = qobject_cast<QComboBox*>(m_editor); box != nullptr && box->isEditable())
    box->lineEdit()->setPlaceholderText(text);
}

void DraftFieldBox::setChoices(const QList<std::pair<QString, QString>>& choices) {
  auto* box = qobject_cast<QComboBox*>(m_editor);
  Q_ASSERT(box != nullptr);
  const QSignalBlocker quiet(box);  // nobody has edited anything
  const QString before = text();
  box->clear();
  for (const auto& [value, label] : choices) box->addItem(label, value);
  setText(before);
}

bool DraftFieldBox::offers(const QString& value) const {
  const auto* box = qobject_cast<QComboBox*>(m_editor);
  return box != nullptr && box->findData(value) >= 0;
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
