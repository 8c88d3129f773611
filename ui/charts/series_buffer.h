// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "core/metrics/pixel_columns.h"
#include "core/metrics/point.h"
#include "core/metrics/smoothing.h"

namespace trainyard {

class Timeline;

/// What a stretch of points holds, by index. `none` where there is no such point; first occurrences.
struct StretchSummary {
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  std::size_t min = none;          ///< smallest finite value
  std::size_t max = none;          ///< largest finite value
  std::size_t minPositive = none;  ///< smallest finite value > 0, for logarithmic axes
  std::size_t nan = none;
  std::size_t positiveInfinity = none;
  std::size_t negativeInfinity = none;
  double least = std::numeric_limits<double>::infinity();   ///< the values of `min` and `max`
  double most = -std::numeric_limits<double>::infinity();
  std::size_t smoothedCount = 0;   ///< finite smoothed values
  double smoothedSum = 0.0;
};

/// The points of one series in memory, in step order, with their x values on the present axis, their smoothed values,
/// and summaries of aligned blocks. Asking for any stretch costs the logarithm of its length; appending costs what is
/// appended.
class SeriesBuffer {
 public:
  /// Forgets all points.
  void clear();
  /// Adds points. A step that is not after the newest one is a restart: the points that it overtakes are
  /// dropped, as they are in the storage. So a batch that comes twice is there once. `smoothed`: of the first of the points,
  /// where they stand for more and the averages over all of those are known (SeriesPoints::smoothed).
  void append(std::span<const Point> points, const Timeline& timeline, std::span<const double> smoothed = {});
  /// Computes the x values of the points from `fromStep` on again, after the axis or its mapping changed.
  void remap(const Timeline& timeline, qint64 fromStep = 0);
  /// The weight of the smoothing, 0..0.999; 0 = none. Computes all smoothed values again when it changes.
  void setSmoothing(double weight);

  [[nodiscard]] std::size_t size() const { return m_values.size(); }
  [[nodiscard]] bool isEmpty() const { return m_values.empty(); }
  /// Another number whenever anything has happened but points being added at the end.
  [[nodiscard]] quint64 edition() const { return m_edition; }
  [[nodiscard]] double x(std::size_t index) const { return m_x[index]; }
  [[nodiscard]] double value(std::size_t index) const { return m_values[index]; }
  /// The value itself where there is no smoothing.
  [[nodiscard]] double smoothed(std::size_t index) const {
    return m_smoothing > 0.0 ? m_smoothed[index] : m_values[index];
  }
  [[nodiscard]] qint64 step(std::size_t index) const { return m_steps[index]; }
  [[nodiscard]] qint64 wallMs(std::size_t index) const { return m_wallMs[index]; }

  /// The first index whose x is not less than (`lowerBound`) or is greater than (`upperBound`) the given one.
  [[nodiscard]] std::size_t lowerBound(double x) const;
  [[nodiscard]] std::size_t upperBound(double x) const;
  /// The first index in (index, end] that lies in a later column than `column`, in which `index` lies; `end` if none does. The
  /// nearer it is to `index + expected`, the sooner it is found.
  [[nodiscard]] std::size_t firstBehind(const PixelColumns& grid, int column, std::size_t index, std::size_t end,
                                        std::size_t expected = 1) const;
  /// Has the memory fetch what firstBehind() and summary() will want of the points around `index`, which may be beyond the end.
  void foresee(std::size_t index) const;
  /// The newest point at or before x, or the first one within a hair after it.
  [[nodiscard]] std::optional<std::size_t> atOrBefore(double x) const;
  [[nodiscard]] std::optional<std::size_t> nearest(double x) const;
  /// What [from, to) holds; of the smoothed values only when asked.
  [[nodiscard]] StretchSummary summary(std::size_t from, std::size_t to, bool withSmoothed = true) const;

 private:
  /// Aligned blocks of 16 points, of four of these, and so on. They are small and each kind lies together, since a frame of many
  /// long curves waits for memory more than it computes.
  static constexpr std::size_t levelCount = 10;
  static constexpr std::size_t leastBlock = 16;
  static constexpr std::size_t blockSize(std::size_t level) { return leastBlock << (2 * level); }
  using Index = quint32;  // more points than it counts do not fit into memory
  static constexpr Index noIndex = std::numeric_limits<Index>::max();
  struct Extremes {
    double least = std::numeric_limits<double>::infinity();
    double most = -std::numeric_limits<double>::infinity();
    Index min = noIndex;
    Index max = noIndex;
  };
  struct Oddities {
    Index nan = noIndex;
    Index positiveInfinity = noIndex;
    Index negativeInfinity = noIndex;
    Index minPositive = noIndex;
  };
  struct Average {
    double sum = 0.0;
    Index count = 0;
  };
  struct Level {
    std::vector<Extremes> extremes;
    std::vector<Oddities> oddities;
    std::vector<Average> averages;
  };

  void truncate(std::size_t size);
  void resumeSmoother();
  void extendSmoothed();
  void extendBlocks();
  void smoothAgain();
  void extendAverages();
  template <typename Take>
  static void divide(std::size_t from, std::size_t to, const Take& take);
  void addPoint(StretchSummary& summary, std::size_t index) const;
  void addSmoothed(StretchSummary& summary, std::size_t index) const;
  void addBlock(StretchSummary& summary, const Level& level, std::size_t block) const;

  std::vector<qint64> m_steps;
  std::vector<qint64> m_wallMs;
  std::vector<double> m_values;
  std::vector<double> m_x;
  std::vector<double> m_smoothed;  // empty without smoothing
  std::array<Level, levelCount> m_levels;
  quint64 m_edition = 0;
  bool m_hasOdd = false;  // a value that is no number above zero; else nobody looks for one
  double m_smoothing = 0.0;
  Smoother m_smoother{0.0};
  std::size_t m_given = 0;  // points at the begin whose smoothed values were given
};

}  // namespace trainyard
