// SPDX-License-Identifier: GPL-3.0-or-later
// A frame of a chart: MetricChart in a window of the offscreen platform, from append() to the frame being painted. The peer in turns
// with it: QCustomPlot in a window, adaptive sampling on. Arguments: [--json FILE] [--rounds N] [--points N].
#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>
#include <cstdio>

#include "tests/bench/figures.h"
#include "tests/bench/peer_plot.h"
#include "ui/charts/curve_layer.h"
#include "ui/charts/metric_chart.h"
#include "ui/charts/plot_view.h"

using namespace trainyard;

namespace {

constexpr int width = 1'200;
constexpr int height = 500;
constexpr int curves = 20;
constexpr int fewPoints = 100;
constexpr int framesARound = 5;

QColor ink(const Tokens& tokens) { return tokens.loss; }

QString tagOf(int curve) { return QStringLiteral("curve %1").arg(curve); }

/// Frames, in milliseconds of the wall's clock and of the processor, in all threads.
struct Frames {
  std::vector<double> wall;
  std::vector<double> processor;
};

template <typename Draw>
void timed(Frames& frames, const Draw& draw) {
  QElapsedTimer timer;
  timer.start();
  const double before = processSeconds();
  draw();
  frames.wall.push_back(double(timer.nsecsElapsed()) * 1e-6);
  frames.processor.push_back((processSeconds() - before) * 1e3);
}

void addBoth(Figures& figures, const QString& name, const Frames& ours, const QString& peer, const Frames& theirs) {
  figures.add(name, QStringLiteral("ms"), ours.wall, peer, theirs.wall);
  figures.add(QStringLiteral("  processor time of it"), QStringLiteral("ms"), ours.processor, peer, theirs.processor);
}

/// A chart whose frames are waited for.
class Chart {
 public:
  Chart(Theme& theme, int count, double smoothing) : m_count(count), m_chart(theme, description(count)) {
    m_chart.setOptions({XAxisKind::Step, smoothing, false});
    m_chart.resize(width, height);
    m_chart.show();
  }

  void append(qint64 points) {
    constexpr qint64 startMs = 1'700'000'000'000;
    for (int i = 0; i < m_count; ++i) {
      JobPoints batch{JobId{1}, {{tagOf(i), {}}}, {}};
      batch.series.front().points.reserve(size_t(points));
      for (qint64 at = m_step; at < m_step + points; ++at) batch.series.front().points.push_back({at, startMs + at * 100, curveValue(i, at)});
      m_chart.append(batch);
    }
    m_step += points;
  }

  /// From before append() to `painted`; the frame before is long over, so that none is waited for.
  void appendAndDraw(qint64 points, Frames& frames) {
    rest();
    QEventLoop loop;
    QObject::connect(&m_chart, &MetricChart::painted, &loop, &QEventLoop::quit);
    timed(frames, [&] {
      append(points);
      loop.exec();
    });
  }

  /// The same for another part, of which nothing that was drawn can stay.
  void lookAndDraw(const XRange& range, Frames& frames) {
    rest();
    QEventLoop loop;
    QObject::connect(m_chart.findChild<PlotView*>(), &PlotView::frameDrawn, &loop, &QEventLoop::quit);
    timed(frames, [&] {
      m_chart.setXRange(range);
      loop.exec();
    });
  }
  void lookAtAll() { m_chart.setXRange(std::nullopt); }

  double fill(qint64 points) {
    QElapsedTimer timer;
    timer.start();
    append(points);
    const double seconds = double(timer.nsecsElapsed()) * 1e-9;
    Frames first;
    appendAndDraw(1, first);
    return seconds;
  }

  void resetOptions(double smoothing) { m_chart.setOptions({XAxisKind::Step, smoothing, false}); }

 private:
  static ChartDescription description(int count) {
    ChartDescription one;
    one.title = QStringLiteral("Curves");
    one.color = ink;
    for (int i = 0; i < count; ++i) one.series.append({tagOf(i), QString::number(i), false, false});
    return one;
  }

  static void rest() {
    QEventLoop loop;
    QTimer::singleShot(40, &loop, &QEventLoop::quit);
    loop.exec();
  }

  int m_count;
  MetricChart m_chart;
  qint64 m_step = 0;
};

void benchMany(Figures& figures, Theme& theme, int rounds, qint64 points) {
  Chart chart(theme, curves, 0.0);
  const double filled = chart.fill(points);
  PeerPlot peer(curves, width, height);
  peer.append(int(points));
  peer.draw();
  figures.addNote(QStringLiteral("MetricChart in an offscreen window of 1200 x 500, append() to painted(), axes and grid included; %1 x %2 points were appended in %3 s")
                      .arg(curves).arg(points).arg(filled, 0, 'f', 1));
  figures.addNote(QStringLiteral("QCustomPlot in such a window, addData() and replot(); it has a fixed y range, MetricChart finds its own"));
  Frames ours, theirs, smooth;
  for (int round = 0; round < rounds * framesARound; ++round) {
    chart.appendAndDraw(fewPoints, ours);
    if (!PeerPlot::isThere()) continue;
    timed(theirs, [&] {
      peer.append(fewPoints);
      peer.draw();
    });
  }
  const QString what = QStringLiteral("20 curves x %1 million points: append 20 x 100, draw").arg(double(points) / 1e6);
  addBoth(figures, what, ours, PeerPlot::name(), theirs);
  Frames oursWhole, theirsWhole;
  for (int round = 0; round < rounds * framesARound; ++round) {
    const double from = double(points) * 0.01 * (round % 2 + 1);  // neither has drawn this before
    chart.lookAndDraw({from, double(points)}, oursWhole);
    if (!PeerPlot::isThere()) continue;
    timed(theirsWhole, [&] {
      peer.look(from, double(points));
      peer.draw();
    });
  }
  chart.lookAtAll();
  addBoth(figures, QStringLiteral("the same curves: another part of them, all is drawn anew"), oursWhole, PeerPlot::name(), theirsWhole);
  chart.resetOptions(0.6);
  for (int round = 0; round < rounds * framesARound; ++round) chart.appendAndDraw(fewPoints, smooth);
  addBoth(figures, QStringLiteral("the same with smoothed curves over the raw ones"), smooth, QStringLiteral("MetricChart without"), ours);
}

void benchLength(Figures& figures, Theme& theme, int rounds, qint64 points) {
  Chart longOne(theme, 1, 0.6);
  Chart shortOne(theme, 1, 0.6);
  (void)longOne.fill(points);
  (void)shortOne.fill(points / 100);
  Frames many, few;
  for (int round = 0; round < rounds * framesARound; ++round) {
    longOne.appendAndDraw(1, many);
    shortOne.appendAndDraw(1, few);
  }
  addBoth(figures, QStringLiteral("1 curve x %1 million points: append 1, draw, smoothed").arg(double(points) / 1e6), many,
          QStringLiteral("MetricChart, a hundredth of the points"), few);
}

}  // namespace

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  const QApplication application(argc, argv);
  const QStringList words = QApplication::arguments();
  const int rounds = std::max(1, optionOf(words, QStringLiteral("--rounds"), QStringLiteral("5")).toInt());
  const auto points = qint64(optionOf(words, QStringLiteral("--points"), QStringLiteral("1000000")).toDouble());
  Theme theme(ThemeChoice::Light);
  Figures figures(QStringLiteral("draw_bench"));
  benchMany(figures, theme, rounds, points);
  benchLength(figures, theme, rounds, points);
  return figures.tell(optionOf(words, QStringLiteral("--json"))) ? 0 : 1;
}
