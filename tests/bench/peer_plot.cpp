// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/peer_plot.h"

#include <cmath>

#ifdef HAVE_QCUSTOMPLOT
#include <qcustomplot.h>
#endif

namespace trainyard {

double curveValue(int curve, qint64 step) {
  quint64 mixed = (quint64(step) * 20 + quint64(curve)) * 0x9E3779B97F4A7C15U;
  mixed ^= mixed >> 29;
  mixed *= 0xBF58476D1CE4E5B9U;
  const double noise = double(mixed >> 40) / double(1 << 24);
  return 0.03 * curve + 0.3 / (1.0 + double(step) * 1e-5) + 0.05 * noise;
}

#ifndef HAVE_QCUSTOMPLOT

struct PeerPlot::State {};
PeerPlot::PeerPlot(int, int, int) {}
PeerPlot::~PeerPlot() = default;
bool PeerPlot::isThere() { return false; }
QString PeerPlot::name() { return QStringLiteral("QCustomPlot"); }
void PeerPlot::append(int) {}
void PeerPlot::look(double, double) {}
void PeerPlot::draw() {}

#else

struct PeerPlot::State {
  QCustomPlot plot;
  qint64 step = 0;
};

PeerPlot::PeerPlot(int curves, int width, int height) : m_state(std::make_unique<State>()) {
  QCustomPlot& plot = m_state->plot;
  plot.resize(width, height);
  for (int i = 0; i < curves; ++i) {
    QCPGraph* graph = plot.addGraph();
    graph->setPen(QPen(QColor::fromHsv(i * 17 % 360, 200, 200), 0));
    graph->setAdaptiveSampling(true);
  }
  plot.yAxis->setRange(0.0, 1.0);
  plot.show();
}

PeerPlot::~PeerPlot() = default;
bool PeerPlot::isThere() { return true; }
QString PeerPlot::name() { return QStringLiteral("QCustomPlot ") + QStringLiteral(QCUSTOMPLOT_VERSION_STR); }

void PeerPlot::append(int points) {
  State& s = *m_state;
  for (int i = 0; i < s.plot.graphCount(); ++i) {
    QVector<double> keys(points);
    QVector<double> values(points);
    for (int at = 0; at < points; ++at) {
      keys[at] = double(s.step + at);
      values[at] = curveValue(i, s.step + at);
    }
    s.plot.graph(i)->addData(keys, values, true);
  }
  s.step += points;
  s.plot.xAxis->setRange(0.0, double(s.step));
}

void PeerPlot::look(double from, double to) { m_state->plot.xAxis->setRange(from, to); }

void PeerPlot::draw() { m_state->plot.replot(QCustomPlot::rpImmediateRefresh); }

#endif

}  // namespace trainyard
