// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/new_job/new_job_dialog.h"

#include <QButtonGroup>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/base/format.h"
#include "ui/new_job/draft_field_box.h"
#include "ui/new_job/form_scroll.h"
#include "ui/theme/hint_button.h"

namespace trainyard {
namespace {

constexpr int cardWidth = 620;
constexpr int side = 23;  ///< of the card, beside its line of 1 px
constexpr int columns = 6;

bool isOptional(DraftField field, JobSource source) {
  switch (field) {
    case DraftField::Name:
    case DraftField::CommandLine:
    case DraftField::Priority:
    case DraftField::OnTrouble:  // one of them is always chosen
      return false;
    case DraftField::Parameters:
      return true;
    default:
      return source == JobSource::Command;  // a simulated run has a value for each
  }
}

}  // namespace

/// A field and where it stands for each source, in sixths of the card's width; a span of 0: not there.
struct NewJobDialog::Place {
  struct Cell {
    int row;
    int column;
    int span;
  };
  DraftField field;
  const char* name;
  DraftFieldBox::Editor editor;
  Cell simulated;
  Cell command;
};

NewJobDialog::NewJobDialog(Theme& theme, Settings& settings, const JobService& jobs, Add add, QWidget* window)
    : CardOverlay(theme, window, cardWidth), m_theme(theme), m_settings(settings), m_jobs(jobs), m_submit(std::move(add)) {
  setObjectName(QStringLiteral("newJobDialog"));
  setAccessibleName(tr("New training job"));
  auto* title = new QLabel(tr("New training job"), card());
  title->setFont(fontFor(TextRole::Title));
  auto* text = new QLabel(tr("It is added to the queue; start it now or later."), card());
  text->setProperty("role", "muted");
  auto* layout = new QVBoxLayout(card());
  layout->setContentsMargins(0, 20, 0, 20);
  layout->setSpacing(0);
  auto* head = new QVBoxLayout;
  head->setContentsMargins(side, 0, side, 16);
  head->setSpacing(4);
  head->addWidget(title);
  head->addWidget(text);
  layout->addLayout(head);
  layout->addLayout(makeSources());
  layout->addWidget(makeFields(), 1);
  layout->addLayout(makeButtons());
  setSource(JobSource::Simulated);
}

QLayout* NewJobDialog::makeSources() {
  auto* row = new QHBoxLayout;
  row->setContentsMargins(side, 0, side, 8);
  row->setSpacing(0);
  auto* group = new QButtonGroup(this);
  const auto add = [&](const QString& text, const char* name, JobSource source) {
    auto* button = new QPushButton(text, card());
    button->setObjectName(QString::fromLatin1(name));
    button->setProperty("kind", "segment");
    button->setCheckable(true);
    button->setAutoDefault(false);
    button->setFocusPolicy(Qt::TabFocus);  // a click leaves the keyboard in the field where it was
    group->addButton(button);
    row->addWidget(button, 1);
    connect(button, &QPushButton::toggled, this, [this, source](bool on) {
      if (on && m_source != source) setDraft(lastDraft(source));
    });
    return button;
  };
  m_simulated = add(tr("Simulated run"), "sourceSimulated", JobSource::Simulated);
  m_command = add(tr("Command"), "sourceCommand", JobSource::Command);
  m_simulated->setChecked(true);
  return row;
}

const std::vector<NewJobDialog::Place>& NewJobDialog::places() {
  using F = DraftField;
  using E = DraftFieldBox::Editor;
  static const std::vector<Place> all{{F::Name, "name", E::Line, {0, 0, 3}, {0, 0, 3}},
                                      {F::Model, "model", E::Model, {0, 3, 3}, {0, 3, 3}},
                                      {F::CommandLine, "commandLine", E::Line, {}, {1, 0, 6}},
                                      {F::WorkingDirectory, "workingDirectory", E::Folder, {}, {2, 0, 6}},
                                      {F::Epochs, "epochs", E::Line, {3, 0, 2}, {3, 0, 2}},
                                      {F::LearningRate, "learningRate", E::Line, {3, 2, 2}, {3, 2, 2}},
                                      {F::BatchSize, "batchSize", E::Line, {3, 4, 2}, {3, 4, 2}},
                                      {F::Dataset, "dataset", E::Line, {4, 0, 2}, {4, 0, 2}},
                                      {F::StepsPerEpoch, "stepsPerEpoch", E::Line, {4, 2, 2}, {}},
                                      {F::Seed, "seed", E::Line, {4, 4, 2}, {}},
                                      {F::Pattern, "pattern", E::Line, {}, {4, 2, 4}},
                                      {F::Environment, "environment", E::Lines, {}, {5, 0, 3}},
                                      {F::Parameters, "parameters", E::Lines, {5, 0, 6}, {5, 3, 3}},
                                      {F::Priority, "priority", E::Choice, {}, {6, 0, 2}},
                                      {F::After, "after", E::Job, {}, {6, 2, 2}},
                                      {F::Gpus, "gpus", E::Line, {}, {6, 4, 2}},
                                      {F::Retries, "retries", E::Line, {}, {7, 0, 2}},
                                      {F::RetryDelay, "retryDelay", E::Line, {}, {7, 2, 2}},
                                      {F::OnTrouble, "onTrouble", E::Choice, {}, {7, 4, 2}}};
  return all;
}

QWidget* NewJobDialog::makeFields() {
  auto* scroll = new FormScroll(card());
  auto* form = new QWidget(scroll);
  m_grid = new QGridLayout(form);
  m_grid->setContentsMargins(side, 8, side - scroll->barWidth(), 8);
  m_grid->setHorizontalSpacing(12);
  m_grid->setVerticalSpacing(12);
  for (int column = 0; column < columns; ++column) m_grid->setColumnStretch(column, 1);
  for (const Place& place : places()) {
    auto* box = new DraftFieldBox(place.field, place.name, place.editor, form);
    m_boxes.push_back(box);
    connect(box, &DraftFieldBox::edited, this, [this, field = place.field] { edited(field); });
  }
  explainFields();
  scroll->setForm(form);
  return scroll;
}

void NewJobDialog::explainFields() {
  using F = DraftField;
  box(F::CommandLine)->setPlaceholder(QStringLiteral("python3 train.py --epochs 10"));
  box(F::WorkingDirectory)->setPlaceholder(QStringLiteral("~"));
  box(F::Parameters)->setPlaceholder(QStringLiteral("weight_decay = 0.05"));
  box(F::Environment)->setPlaceholder(QStringLiteral("OMP_NUM_THREADS = 2"));
  box(F::After)->setPlaceholder(tr("None"));
  box(F::Retries)->setPlaceholder(QStringLiteral("0"));
  box(F::RetryDelay)->setPlaceholder(tr("10 s"));
  box(F::Gpus)->setPlaceholder(QStringLiteral("1"));
  box(F::Priority)->setChoices({{QStringLiteral("normal"), tr("Normal")}, {QStringLiteral("high"), tr("High")}, {QStringLiteral("low"), tr("Low")}});
  box(F::OnTrouble)->setChoices({{QStringLiteral("tell"), tr("Tell me")}, {QStringLiteral("stop"), tr("Stop")}, {QStringLiteral("retry"), tr("Stop and retry")}});
  box(F::OnTrouble)->editor()->setToolTip(tr("Loss NaN or infinite, diverging, or no new value for a long time"));
  box(F::Pattern)->setPlaceholder(QStringLiteral("step (?<step>\\d+) loss (?<loss>\\S+)"));
}

void NewJobDialog::placeFields() {
  for (const Place& place : places()) {
    DraftFieldBox* one = box(place.field);
    const Place::Cell& cell = m_source == JobSource::Command ? place.command : place.simulated;
    m_grid->removeWidget(one);
    one->setVisible(cell.span > 0);
    if (cell.span > 0) m_grid->addWidget(one, cell.row, cell.column, 1, cell.span);
    one->setOptional(isOptional(place.field, m_source));
  }
}

QLayout* NewJobDialog::makeButtons() {
  m_attention = new QLabel(card());
  m_attention->setObjectName(QStringLiteral("attention"));
  m_attention->setProperty("role", "error");
  m_attention->setWordWrap(true);
  const auto make = [this](const QString& text, const char* name, const char* kind) {
    auto* button = new HintButton(m_theme, text, card());
    button->setObjectName(QString::fromLatin1(name));
    button->setKind(kind);
    return button;
  };
  auto* cancel = make(tr("Cancel"), "cancelButton", "secondary");
  m_add = make(tr("Add to queue"), "addButton", "secondary");
  m_addAndStart = make(tr("Add and start"), "addAndStartButton", "primary");
  connect(cancel, &QPushButton::clicked, this, &CardOverlay::close);
  connect(m_add, &QPushButton::clicked, this, [this] { submit(false); });
  connect(m_addAndStart, &QPushButton::clicked, this, [this] { submit(true); });
  auto* row = new QHBoxLayout;
  row->setContentsMargins(side, 8, side, 0);
  row->setSpacing(8);
  row->addWidget(m_attention, 1);
  for (HintButton* button : {cancel, m_add, m_addAndStart}) row->addWidget(button);
  return row;
}

void NewJobDialog::openFresh() {
  m_touched.clear();
  offerJobs();
  setDraft(lastDraft(m_source));
  open();
}

/// The last values, but for a job to wait for that is done or gone.
JobDraft NewJobDialog::lastDraft(JobSource source) const {
  JobDraft draft = m_settings.lastDraft(source);
  if (!box(DraftField::After)->offers(draft.after)) draft.after.clear();
  return draft;
}

/// Those that another can wait for: they run or wait.
void NewJobDialog::offerJobs() {
  QList<std::pair<QString, QString>> open{{QString(), tr("None")}};
  for (const auto& some : {m_jobs.running(), m_jobs.queue()})
    for (const Job* job : some)
      if (m_jobs.job(job->id) != nullptr)
        open.emplaceBack(QString::number(job->id.value), tr("%1 · %2").arg(QString::number(job->id.value), job->settings.name));
  box(DraftField::After)->setChoices(open);
}

void NewJobDialog::setDraft(const JobDraft& draft) {
  m_filling = true;
  const QString name = m_source == draft.source || !isOpen() ? draft.name : box(DraftField::Name)->text();
  setSource(draft.source);
  for (DraftFieldBox* one : m_boxes) one->setText(draft.*member(one->field()));
  box(DraftField::Name)->setText(name);
  m_filling = false;
  validate();
  placeCard();
}

JobDraft NewJobDialog::draft() const {
  JobDraft draft;
  draft.source = m_source;
  for (const DraftFieldBox* one : m_boxes)
    if (!one->isHidden()) draft.*member(one->field()) = one->text();
  return draft;
}

void NewJobDialog::setSource(JobSource source) {
  m_source = source;
  (source == JobSource::Command ? m_command : m_simulated)->setChecked(true);
  placeFields();
}

QString JobDraft::* NewJobDialog::member(DraftField field) {
  switch (field) {
    case DraftField::Name: return &JobDraft::name;
    case DraftField::Model: return &JobDraft::model;
    case DraftField::Dataset: return &JobDraft::dataset;
    case DraftField::Epochs: return &JobDraft::epochs;
    case DraftField::LearningRate: return &JobDraft::learningRate;
    case DraftField::BatchSize: return &JobDraft::batchSize;
    case DraftField::Seed: return &JobDraft::seed;
    case DraftField::StepsPerEpoch: return &JobDraft::stepsPerEpoch;
    case DraftField::Parameters: return &JobDraft::parameters;
    case DraftField::CommandLine: return &JobDraft::commandLine;
    case DraftField::WorkingDirectory: return &JobDraft::workingDirectory;
    case DraftField::Environment: return &JobDraft::environment;
    case DraftField::Pattern: return &JobDraft::pattern;
    case DraftField::After: return &JobDraft::after;
    case DraftField::Retries: return &JobDraft::retries;
    case DraftField::RetryDelay: return &JobDraft::retryDelay;
    case DraftField::OnTrouble: return &JobDraft::onTrouble;
    case DraftField::Gpus: return &JobDraft::gpus;
    case DraftField::Priority: return &JobDraft::priority;
  }
  return &JobDraft::name;
}

DraftFieldBox* NewJobDialog::box(DraftField field) const {
  return *std::find_if(m_boxes.begin(), m_boxes.end(), [field](const DraftFieldBox* one) { return one->field() == field; });
}

QWidget* NewJobDialog::firstFocus() const { return box(DraftField::Name)->editor(); }

void NewJobDialog::edited(DraftField field) {
  if (m_filling) return;
  m_touched.insert(field);
  validate();
}

QList<FieldError> NewJobDialog::findings() const {
  const JobDraft now = draft();
  QList<FieldError> errors = check(now);
  const auto place = std::find_if(errors.begin(), errors.end(), [](const FieldError& e) { return e.field >= DraftField::After; });
  const JobId after{now.after.toLongLong()};
  if (place != errors.end() && place->field == DraftField::After)
    place->message = tr("Choose a job, or type its number");
  else if (after.isValid() && m_jobs.job(after) == nullptr)
    errors.insert(place, {DraftField::After, tr("There is no job %1").arg(after.value)});
  return errors;
}

void NewJobDialog::validate() {
  const QList<FieldError> errors = findings();
  for (DraftFieldBox* one : m_boxes) {
    const auto wrong = std::find_if(errors.begin(), errors.end(), [one](const FieldError& e) { return e.field == one->field(); });
    one->setError(wrong != errors.end() && m_touched.contains(one->field()) ? wrong->message : QString());
  }
  const auto visible = std::count_if(errors.begin(), errors.end(), [this](const FieldError& e) { return m_touched.contains(e.field); });
  m_attention->setText(visible == 0 ? QString() : visible == 1 ? tr("1 field needs attention") : tr("%1 fields need attention").arg(visible));
  // A field that was not touched yet does not disable the buttons: pressing one shows what is missing.
  m_add->setEnabled(visible == 0);
  m_addAndStart->setEnabled(visible == 0);
  QString steps;
  bool counted = false;
  const JobDraft now = draft();
  const qint64 epochs = now.epochs.toLongLong(&counted);
  const qint64 each = now.stepsPerEpoch.isEmpty() ? 100 : now.stepsPerEpoch.toLongLong();
  if (m_source == JobSource::Simulated && counted && errors.isEmpty())
    steps = tr("%1 × %2 = %3 steps").arg(countText(epochs), countText(each), countText(epochs * each));
  box(DraftField::Epochs)->setHint(steps);
}

void NewJobDialog::submit(bool start) {
  for (const DraftFieldBox* one : m_boxes) m_touched.insert(one->field());
  validate();
  const QList<FieldError> errors = findings();
  if (!errors.isEmpty()) {
    box(errors.first().field)->editor()->setFocus(Qt::OtherFocusReason);
    return;
  }
  const auto settings = settingsFrom(draft());
  if (!settings) return validate();  // the disk changed between the two looks
  if (const auto added = m_submit(*settings, start); !added) return m_attention->setText(added.error().message);
  m_settings.setLastDraft(draft());
  close();
}

void NewJobDialog::keyPressEvent(QKeyEvent* event) {
  const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (enter && qobject_cast<QPushButton*>(window()->focusWidget()) != nullptr) {
    static_cast<QPushButton*>(window()->focusWidget())->click();
    return;
  }
  const bool inLines = qobject_cast<QPlainTextEdit*>(window()->focusWidget()) != nullptr;
  if (enter && (!inLines || event->modifiers().testFlag(Qt::ControlModifier))) return submit(!event->modifiers().testFlag(Qt::ShiftModifier));
  CardOverlay::keyPressEvent(event);
}

}  // namespace trainyard
