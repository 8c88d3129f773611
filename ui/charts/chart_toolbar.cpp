// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chart_toolbar.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>
#include <algorithm>
#include <array>
#include <cmath>

#include "ui/charts/chart_options.h"

namespace trainyard {
namespace {

constexpr std::array axisKinds{XAxisKind::Step, XAxisKind::Epoch, XAxisKind::Time};
constexpr int finestSmoothing = 100;  // slider steps for a weight of 1
constexpr int strongest = 99;

QString axisName(XAxisKind kind) {
  switch (kind) {
    case XAxisKind::Step: return ChartToolbar::tr("Step");
    case XAxisKind::Epoch: return ChartToolbar::tr("Epoch");
    case XAxisKind::Time: return ChartToolbar::tr("Time");
  }
  return {};
}

QToolButton* makeButton(ChartToolbar* bar, const QString& text, const QString& name, const QString& toolTip) {
  auto* button = new QToolButton(bar);
  button->setText(text);
  button->setObjectName(name);
  button->setToolTip(toolTip);
  button->setFocusPolicy(Qt::StrongFocus);
  button->setFont(fontFor(TextRole::Secondary));
  button->setToolButtonStyle(Qt::ToolButtonTextOnly);
  return button;
}

}  // namespace

ChartToolbar::ChartToolbar(Theme&, QWidget* parent) : QWidget(parent) {
  setObjectName("chartToolbar");
  setStyleSheet(QStringLiteral("QToolButton { padding: 3px 10px; font-size: 12px; }"));  // it stands beside small tabs
  m_label = new QLabel(tr("Smoothing"), this);
  m_label->setFont(fontFor(TextRole::Secondary));
  m_label->setProperty("role", "hint");
  m_smoothing = new QSlider(Qt::Horizontal, this);
  m_smoothing->setObjectName("smoothingSlider");
  m_smoothing->setRange(0, strongest);
  m_smoothing->setPageStep(10);
  m_smoothing->setFixedWidth(90);
  m_smoothing->setAccessibleName(tr("Smoothing"));
  m_smoothing->setToolTip(tr("How much of the past the smoothed curve carries along"));
  m_label->setBuddy(m_smoothing);
  m_value = new QLabel(this);
  m_value->setObjectName("smoothingValue");
  m_value->setFont(fontFor(TextRole::Secondary));
  m_value->setProperty("role", "hint");
  m_value->setFixedWidth(m_value->fontMetrics().horizontalAdvance(QStringLiteral("0.00")) + 4);
  makeButtons();
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  row->addStretch(1);
  for (QWidget* widget : std::initializer_list<QWidget*>{m_label, m_smoothing, m_value, m_xAxis, m_logY, m_follow})
    row->addWidget(widget);
  connect(m_smoothing, &QSlider::valueChanged, this, [this](int value) {
    m_options.smoothing = static_cast<double>(value) / finestSmoothing;
    emitChanged();
  });
  showOptions();
}

void ChartToolbar::makeButtons() {
  m_xAxis = makeButton(this, {}, QStringLiteral("xAxisButton"), tr("What the x axis counts"));
  m_xAxis->setPopupMode(QToolButton::InstantPopup);
  auto* menu = new QMenu(m_xAxis);
  auto* group = new QActionGroup(menu);
  for (const XAxisKind kind : axisKinds) {
    QAction* action = menu->addAction(axisName(kind));
    action->setCheckable(true);
    action->setData(static_cast<int>(kind));
    group->addAction(action);
    connect(action, &QAction::triggered, this, [this, kind] {
      m_options.x = kind;
      emitChanged();
    });
  }
  m_xAxis->setMenu(menu);
  m_logY = makeButton(this, tr("Log y"), QStringLiteral("logYButton"), tr("Logarithmic y axes"));
  m_logY->setCheckable(true);
  connect(m_logY, &QToolButton::toggled, this, [this](bool on) {
    m_options.logY = on;
    emitChanged();
  });
  m_follow = makeButton(this, tr("Follow"), QStringLiteral("followButton"),
                        tr("When zoomed in, keep the newest points in view"));
  m_follow->setCheckable(true);
  m_follow->setChecked(true);
  connect(m_follow, &QToolButton::toggled, this, &ChartToolbar::followLiveChanged);
}

void ChartToolbar::setCompact(bool compact) {
  m_label->setVisible(!compact);
  m_smoothing->setFixedWidth(compact ? 56 : 90);
}

void ChartToolbar::setOptions(const ChartOptions& options) {
  m_options = options;
  showOptions();
}

void ChartToolbar::keepIn(Settings& settings, const QString& page) {
  setOptions(savedOptions(settings, page));
  connect(this, &ChartToolbar::optionsChanged, this, [&settings, page](const ChartOptions& options) { saveOptions(settings, page, options); });
}

void ChartToolbar::setLogY(bool on) { m_logY->setChecked(on); }

void ChartToolbar::setFollowLive(bool follow) {
  const QSignalBlocker quiet(m_follow);
  m_follow->setChecked(follow);
}

void ChartToolbar::hideFollow() { m_follow->hide(); }

void ChartToolbar::emitChanged() {
  showOptions();
  Q_EMIT optionsChanged(m_options);
}

void ChartToolbar::showOptions() {
  const QSignalBlocker quietSlider(m_smoothing);
  const QSignalBlocker quietLog(m_logY);
  m_smoothing->setValue(std::clamp(static_cast<int>(std::lround(m_options.smoothing * finestSmoothing)), 0, strongest));
  m_value->setText(QString::number(m_options.smoothing, 'f', 2));
  m_logY->setChecked(m_options.logY);
  m_xAxis->setText(tr("x: %1").arg(axisName(m_options.x)) + QStringLiteral(" ▾"));
  m_xAxis->setAccessibleName(tr("X axis: %1").arg(axisName(m_options.x)));
  for (QAction* action : m_xAxis->menu()->actions())
    action->setChecked(action->data().toInt() == static_cast<int>(m_options.x));
}

}  // namespace trainyard
