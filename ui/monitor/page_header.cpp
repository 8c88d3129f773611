// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/monitor/page_header.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "core/base/format.h"
#include "ui/imports/problems_card.h"
#include "ui/job_commands.h"
#include "ui/theme/elided_label.h"
#include "ui/theme/hint_button.h"
#include "ui/theme/status_badge.h"

namespace trainyard {
namespace {

QString whenText(const Job& job, qint64 nowMs) {
  if (isEnded(job.status)) return PageHeader::tr("ended %1").arg(relativeTime(job.endedMs, nowMs));
  if (job.status == JobStatus::Running) return PageHeader::tr("started %1").arg(relativeTime(job.startedMs, nowMs));
  return PageHeader::tr("added %1").arg(relativeTime(job.createdMs, nowMs));
}

/// "exited with code 1: RuntimeError: out of paper" without the error, which is told elsewhere.
QString withoutError(const QString& reason, const QString& error) {
  if (error.isEmpty() || error == reason) return error.isEmpty() ? reason : QString();
  QString shorter = reason;
  if (shorter.remove(QStringLiteral(": ") + error) != reason) return shorter;
  const qsizetype colon = reason.indexOf(QStringLiteral(": "));
  QString tail = colon < 0 ? QString() : reason.mid(colon + 2);
  if (tail.endsWith(u'…')) tail.chop(1);
  return !tail.isEmpty() && error.contains(tail) ? reason.left(colon) : reason;
}

}  // namespace

QString factsText(const Job& job, qint64 nowMs, const QString& error) {
  const JobSettings& settings = job.settings;
  QStringList facts;
  const QString reason = withoutError(job.ending.reason, error);
  if (!reason.isEmpty()) facts << reason.at(0).toUpper() + reason.mid(1);
  if (!settings.model.isEmpty()) facts << settings.model;
  if (!settings.dataset.isEmpty()) facts << settings.dataset;
  if (settings.epochs == 1) facts << PageHeader::tr("1 epoch");
  if (settings.epochs > 1) facts << PageHeader::tr("%1 epochs").arg(countText(settings.epochs));
  if (settings.learningRate > 0.0) facts << PageHeader::tr("lr %1").arg(numberText(settings.learningRate));
  if (settings.batchSize > 0) facts << PageHeader::tr("batch %1").arg(countText(settings.batchSize));
  if (settings.source == JobSource::Command && facts.isEmpty()) facts << settings.command.line.simplified();
  if (settings.source == JobSource::Imported) facts << PageHeader::tr("imported");
  facts << whenText(job, nowMs);
  return facts.join(QStringLiteral(" · "));
}

PageHeader::PageHeader(Theme& theme, const Clock& clock, Actions& actions, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_clock(clock), m_actions(actions) {
  m_facts = new ElidedLabel(this);
  m_facts->setObjectName(QStringLiteral("pageFacts"));
  m_facts->setProperty("role", "muted");
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addLayout(titleRow(), 1);
  m_start = addActionButton(ActionId::Start, "pageStart", "primary");
  m_stop = addActionButton(ActionId::Stop, "pageStop", "danger");
  m_again = addActionButton(ActionId::RunAgain, "pageRunAgain", "secondary");
  for (HintButton* button : {m_start, m_stop, m_again}) row->addWidget(button);

  m_more = new QToolButton(this);
  m_more->setObjectName(QStringLiteral("pageMore"));
  m_more->setText(QStringLiteral("⋯"));
  m_more->setAccessibleName(tr("More actions"));
  m_more->setToolTip(tr("More actions"));
  m_more->setPopupMode(QToolButton::InstantPopup);
  auto* menu = new QMenu(m_more);
  for (const ActionId id : {ActionId::RunAgain, ActionId::Rename, ActionId::Delete}) menu->addAction(&actions.action(id));
  m_more->setMenu(menu);
  row->addWidget(m_more);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(4);
  layout->addLayout(row);
  layout->addWidget(m_facts);
  m_error = makeBand("pageError", "error", tr("Show it in the log"));
  connect(m_error, &QPushButton::clicked, this, &PageHeader::errorClicked);
  layout->addWidget(m_error);
  m_unread = makeBand("pageUnread", "warning", tr("Show what could not be read"));
  connect(m_unread, &QPushButton::clicked, this, &PageHeader::unreadClicked);
  layout->addWidget(m_unread);
}

/// A line over the page's width that leads somewhere.
QPushButton* PageHeader::makeBand(const char* name, const char* kind, const QString& tip) {
  auto* band = new QPushButton(this);
  band->setObjectName(QLatin1String(name));
  band->setProperty("kind", QLatin1String(kind));
  band->setCursor(Qt::PointingHandCursor);
  band->setToolTip(tip);
  band->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  band->hide();
  return band;
}

QLayout* PageHeader::titleRow() {
  m_back = new QToolButton(this);
  m_back->setObjectName(QStringLiteral("pageBack"));
  m_back->setAccessibleName(tr("Back to the list"));
  m_back->setToolTip(tr("Back to the list (Esc)"));
  const auto tint = [this] {
    const Tokens& tokens = m_theme.tokens();
    m_back->setIcon(glyphIcon(Glyph::ArrowLeft, tokens.text, tokens.faint));
  };
  tint();
  connect(&m_theme, &Theme::changed, this, tint);
  m_back->hide();
  connect(m_back, &QToolButton::clicked, this, &PageHeader::backRequested);
  m_name = new ElidedLabel(this);
  m_name->setObjectName(QStringLiteral("pageName"));
  m_name->setFont(fontFor(TextRole::PageTitle));
  m_name->setIsName(true);
  m_badge = new StatusBadge(m_theme, this);
  m_badge->setObjectName(QStringLiteral("pageBadge"));
  auto* row = new QHBoxLayout;
  row->setSpacing(8);
  row->addWidget(m_back);
  row->addWidget(m_name);
  row->addWidget(m_badge);
  row->addStretch(1);
  return row;
}

HintButton* PageHeader::addActionButton(ActionId id, const char* name, const char* kind) {
  QAction& action = m_actions.action(id);
  auto* button = new HintButton(m_theme, action.text(), this);
  button->setObjectName(QString::fromLatin1(name));
  button->setKind(kind);
  button->setHint(action.shortcut().toString(QKeySequence::NativeText).replace(u'+', u' '));
  for (const ActionSpec& spec : actionTable())
    if (spec.id == id && spec.icon) button->setGlyph(*spec.icon);
  connect(button, &QPushButton::clicked, &action, &QAction::trigger);
  return button;
}

void PageHeader::show(const Job& job, bool busy, bool stopping) {
  m_name->setText(job.settings.name);
  const bool another = std::exchange(m_job, job).id != job.id;
  m_stopping = stopping;
  showTexts();
  if (another) tellInView();
  m_start->setVisible(isAllowed(job.status, JobAction::Start));
  m_stop->setVisible(job.status == JobStatus::Running);
  m_again->setVisible(JobCommands::canRunAgain(job));
  m_start->setBusy(busy && job.status == JobStatus::Queued);
  m_stop->setBusy(busy && !stopping && job.status == JobStatus::Running);
  m_stop->setText(stopping ? tr("Stop now") : tr("Stop"));
  m_stop->updateGeometry();
}

void PageHeader::setError(const QString& line) {
  m_errorLine = line.simplified();
  showTexts();
}

void PageHeader::setLossNan(bool isNan) {
  if (std::exchange(m_lossNan, isNan) == isNan) return;
  showTexts();
}

void PageHeader::showTexts() {
  const Badge badge = badgeFor(m_job, m_stopping);
  m_badge->show(badge, m_lossNan ? BadgeMark::Nan : BadgeMark::None);
  const bool wished = badge == Badge::Stopped || badge == Badge::Stopping;
  const QString error = wished && m_errorLine.startsWith(QStringLiteral("KeyboardInterrupt")) ? QString() : m_errorLine;
  m_error->setText(error);
  m_error->setAccessibleName(tr("First error of the log: %1").arg(error));
  m_error->setVisible(!error.isEmpty());
  m_unread->setVisible(!m_job.unread.problems.isEmpty());
  if (!m_job.unread.problems.isEmpty()) m_unread->setText(unreadText(m_job.unread));
  m_facts->setText(factsText(m_job, m_clock.nowMs(), error));
}

void PageHeader::tellInView() {
  if (isVisible() && m_job.id.isValid()) Q_EMIT jobInView(m_job.id);
}

void PageHeader::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  tellInView();
}

void PageHeader::setNarrow(bool narrow) { m_back->setVisible(narrow); }

}  // namespace trainyard
