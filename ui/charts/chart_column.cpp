// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chart_column.h"

#include <QScrollBar>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/charts/metric_chart.h"

namespace trainyard {
namespace {

constexpr int leastHeight = 180;
constexpr int barRoom = 8;  ///< the scroll bar does not touch the charts
constexpr int sharing = 2;

/// One that is new is hidden as well, until its layout shows it.
bool isWanted(const QWidget* chart) { return !chart->isHidden() || !chart->testAttribute(Qt::WA_WState_ExplicitShowHide); }

}  // namespace

ChartColumn::ChartColumn(Edge edge, QWidget* parent) : QScrollArea(parent) {
  setObjectName(QStringLiteral("chartScroll"));
  setFrameShape(QFrame::NoFrame);
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFocusPolicy(Qt::NoFocus);
  viewport()->setAutoFillBackground(false);
  auto* content = new QWidget;
  m_column = new QVBoxLayout(content);
  m_column->setContentsMargins(0, 0, edge == Edge::Steady ? barRoom : 0, 0);
  m_column->setSpacing(14);
  setWidget(content);
  content->setAutoFillBackground(false);  // the scroll area turned it on
  if (edge == Edge::Steady) return;
  connect(verticalScrollBar(), &QScrollBar::rangeChanged, this, [this](int, int most) { m_column->setContentsMargins(0, 0, most > 0 ? barRoom : 0, 0); });
}

void ChartColumn::setCharts(const std::vector<MetricChart*>& charts) {
  QWidget* before = nullptr;
  for (MetricChart* chart : charts) {
    m_column->removeWidget(chart);
    m_column->addWidget(chart);
    QList<QWidget*> parts = chart->findChildren<QWidget*>();
    parts.prepend(chart);
    for (QWidget* part : parts) {
      if ((part->focusPolicy() & Qt::TabFocus) == 0) continue;
      if (before != nullptr) setTabOrder(before, part);
      before = part;
    }
  }
  shareHeight();
}

void ChartColumn::setFurtherHeight(int height) { m_furtherHeight = height; }

void ChartColumn::shareHeight() {
  std::vector<QWidget*> shown;
  for (int i = 0; i < m_column->count(); ++i)
    if (QWidget* chart = m_column->itemAt(i)->widget(); isWanted(chart)) shown.push_back(chart);
  const int seen = std::min(sharing, int(shown.size()));
  const int room = seen == 0 ? 0 : (viewport()->height() - (seen - 1) * m_column->spacing()) / seen;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const bool shares = i < sharing || m_furtherHeight == 0;
    shown[i]->setMinimumHeight(shares ? std::max(leastHeight, room) : m_furtherHeight);
    shown[i]->setMaximumHeight(shares ? QWIDGETSIZE_MAX : m_furtherHeight);
    m_column->setStretchFactor(shown[i], shares ? 1 : 0);
  }
}

void ChartColumn::resizeEvent(QResizeEvent* event) {
  QScrollArea::resizeEvent(event);
  shareHeight();
}

}  // namespace trainyard
