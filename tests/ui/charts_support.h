// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the charts share.
#pragma once

#include <QAbstractScrollArea>
#include <QApplication>
#include <QMouseEvent>
#include <QTimer>
#include <QWheelEvent>
#include <QtTest/QtTest>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "ui/charts/metric_chart.h"
#include "ui/charts/plot_view.h"
#include "ui/charts/series_buffer.h"

namespace trainyard::test {

inline constexpr qint64 runStartMs = 1'700'000'000'000;

/// Points at steps 1, 2, ... ten a second.
inline SeriesPoints seriesOf(const QString& tag, const std::vector<double>& values, qint64 firstStep = 1) {
  SeriesPoints series{tag, {}};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const qint64 step = firstStep + static_cast<qint64>(i);
    series.points.push_back({step, runStartMs + step * 100, values[i]});
  }
  return series;
}

inline JobPoints jobPoints(std::vector<SeriesPoints> series) { return {JobId{1}, std::move(series), {}}; }

/// A falling loss with noise, from a fixed seed.
inline std::vector<double> noisyLoss(std::size_t count) {
  std::mt19937 generator(7);
  std::normal_distribution<double> noise;
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i)
    values.push_back(0.3 + 2.0 * std::exp(-4.0 * static_cast<double>(i) / static_cast<double>(count))
                     + 0.05 * noise(generator));
  return values;
}

inline ChartDescription lossChart() {
  return {QStringLiteral("Loss"),
          [](const Tokens& tokens) { return tokens.loss; },
          false,
          {{QStringLiteral("train/loss"), QStringLiteral("train"), false, false},
           {QStringLiteral("val/loss"), QStringLiteral("val"), true, true}}};
}

inline QWidget* plotOf(QWidget& chart) { return chart.findChild<PlotView*>(QStringLiteral("chartView"))->viewport(); }

/// Until no frame of the charts in the widget is due any more, and what was drawn was told.
inline void settle(QWidget& widget) {
  const auto timers = widget.findChildren<QTimer*>(QStringLiteral("frameTimer"));
  const auto isDue = [](const QTimer* timer) { return timer->isActive(); };
  const bool idle = QTest::qWaitFor([&] { return std::none_of(timers.begin(), timers.end(), isDue); });
  REQUIRE(idle);
  for (int round = 0; round < 3; ++round) QCoreApplication::sendPostedEvents(), QTest::qWait(0);
}

/// The point at a share of the plot area's width, in the middle of its height.
inline QPoint plotPoint(QWidget& chart, double share) {
  const QRectF area = chart.findChild<PlotView*>(QStringLiteral("chartView"))->chart()->plotArea();
  return QPointF(area.left() + share * area.width(), area.center().y()).toPoint();
}

inline void moveMouse(QWidget* widget, const QPoint& to, Qt::MouseButtons buttons = Qt::NoButton,
                      Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
  QMouseEvent event(QEvent::MouseMove, QPointF(to), QPointF(widget->mapToGlobal(to)), Qt::NoButton, buttons, modifiers);
  QApplication::sendEvent(widget, &event);
}

inline void dragMouse(QWidget* widget, const QPoint& from, const QPoint& to, Qt::MouseButton button = Qt::LeftButton,
                      Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
  QTest::mousePress(widget, button, modifiers, from);
  moveMouse(widget, (from + to) / 2, button, modifiers);
  moveMouse(widget, to, button, modifiers);
  QTest::mouseRelease(widget, button, modifiers, to);
}

inline bool turnWheel(QWidget* widget, const QPoint& at, int notches) {
  QWheelEvent event(QPointF(at), QPointF(widget->mapToGlobal(at)), QPoint(), QPoint(0, notches * 120), Qt::NoButton,
                    Qt::NoModifier, Qt::NoScrollPhase, false);
  QApplication::sendEvent(widget, &event);
  return event.isAccepted();
}

}  // namespace trainyard::test
