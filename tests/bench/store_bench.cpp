// SPDX-License-Identifier: GPL-3.0-or-later
// The storage, measured through its facade: appending, bytes on the disk, live steps, reading for charts. The peer in the same run
// and in turns with it: one row a point through SQLite's C API.
// Arguments: [--json FILE] [--rounds N] [--points-million N] [--jobs N] [--only append|disk|live|read|open].
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <cstdio>

#include "tests/bench/bench_store.h"
#include "tests/bench/figures.h"
#include "tests/bench/live_store.h"
#include "tests/bench/sqlite_rows.h"

using namespace trainyard;

namespace {

constexpr int seriesAtOnce = 20;
constexpr qint64 chunk = 500;  // x 20 series = 10,000 points a batch
constexpr qint64 appendedPoints = 4'000'000;
constexpr qint64 peerPoints = 1'000'000;
constexpr JobId job{1};

struct Filled {
  double seconds = 0.0;
  double processor = 0.0;  ///< seconds of all threads, the making of the points included
  double bytesAPoint = 0.0;
};

Filled fillNew(qint64 points, const MadePoints& made) {
  const QTemporaryDir dir;
  BenchStore store(dir.path());
  store.addJob(job);
  const double before = processSeconds();
  const double seconds = store.fill(job, seriesAtOnce, points / seriesAtOnce, chunk, made);
  const double processor = processSeconds() - before;
  store.close();
  return {seconds, processor, double(bytesOf(dir.path())) / double(points)};
}

Filled fillRows(const MadePoints& made) {
  if (!SqliteRows::isThere()) return {};
  const QTemporaryDir dir;
  const double before = processSeconds();
  const double seconds = SqliteRows::insert(dir.filePath(QStringLiteral("trainyard.db")), seriesAtOnce, peerPoints, made);
  return {seconds, processSeconds() - before, double(bytesOf(dir.path())) / double(peerPoints)};
}

std::vector<double> ifThere(const std::vector<double>& values) { return SqliteRows::isThere() ? values : std::vector<double>(); }

void benchAppending(Figures& figures, int rounds) {
  const MadePoints made(MadePoints::Values::Float32);
  std::vector<double> ours, rows, processor, rowProcessor, bytes, rowBytes;
  for (int round = 0; round < rounds; ++round) {
    const Filled filled = fillNew(appendedPoints, made);
    const Filled inserted = fillRows(made);
    ours.push_back(double(appendedPoints) / filled.seconds);
    rows.push_back(double(peerPoints) / inserted.seconds);
    processor.push_back(filled.processor / double(appendedPoints) * 1e9);
    rowProcessor.push_back(inserted.processor / double(peerPoints) * 1e9);
    bytes.push_back(filled.bytesAPoint);
    rowBytes.push_back(inserted.bytesAPoint);
  }
  figures.add(QStringLiteral("append, 20 series x 500 points a batch"), QStringLiteral("points/s"), ours, QStringLiteral("SQLite, a row a point"), ifThere(rows));
  figures.add(QStringLiteral("the same, processor time"), QStringLiteral("ns/point"), processor, QStringLiteral("SQLite, a row a point"), ifThere(rowProcessor));
  figures.add(QStringLiteral("on the disk, noisy float32"), QStringLiteral("B/point"), bytes, QStringLiteral("SQLite, a row a point"), ifThere(rowBytes));
}

void benchDoubles(Figures& figures) {
  const MadePoints made(MadePoints::Values::Double);
  const Filled ours = fillNew(peerPoints, made);
  const Filled rows = fillRows(made);
  figures.add(QStringLiteral("on the disk, noisy float64"), QStringLiteral("B/point"), {ours.bytesAPoint}, QStringLiteral("SQLite, a row a point"), ifThere({rows.bytesAPoint}));
}

void benchLive(Figures& figures, int rounds) {
  constexpr double usual = 20'000.0;
  constexpr double bearableMs = 100.0;
  const MadePoints made(MadePoints::Values::Float32);
  std::vector<double> p50, p99, shares, all, rows50, rows99;
  for (int round = 0; round < rounds; ++round) {
    const LiveResult live = runLive(usual, 3.0);
    p50.push_back(share(live.latenciesMs, 0.5));
    p99.push_back(share(live.latenciesMs, 0.99));
    shares.push_back(100.0 * live.callerShare);
    all.push_back(100.0 * live.processShare);
    const QTemporaryDir dir;
    const auto commits = SqliteRows::commits(dir.filePath(QStringLiteral("trainyard.db")), 60, 1'000, made);
    rows50.push_back(share(commits, 0.5));
    rows99.push_back(share(commits, 0.99));
  }
  const QString floor = QStringLiteral("SQLite, a commit of 1,000 rows (50 ms of them)");
  figures.add(QStringLiteral("20,000 live points/s of 100 jobs: append to committed, p50"), QStringLiteral("ms"), p50, floor, ifThere(rows50));
  figures.add(QStringLiteral("20,000 live points/s of 100 jobs: append to committed, p99"), QStringLiteral("ms"), p99, floor, ifThere(rows99));
  figures.add(QStringLiteral("20,000 live points/s: Storage's share of the caller's thread"), QStringLiteral("%"), shares);
  figures.add(QStringLiteral("20,000 live points/s: share of one core, all threads"), QStringLiteral("%"), all);
  double sustained = 0.0;
  for (const double rate : {5'000.0, 10'000.0, 20'000.0, 40'000.0, 80'000.0, 120'000.0, 160'000.0, 240'000.0, 320'000.0}) {
    std::vector<double> tails;
    bool kept = true;
    for (int i = 0; i < 3; ++i) {
      const LiveResult live = runLive(rate, 2.0);
      tails.push_back(share(live.latenciesMs, 0.99));
      kept = kept && live.kept;
    }
    figures.addNote(QStringLiteral("%1 live points/s: p99 %2 ms (median of 3)%3").arg(rate, 0, 'f', 0).arg(median(tails), 0, 'f', 0)
                        .arg(kept ? QString() : QStringLiteral(", the backlog was full")));
    if (!kept || median(tails) > bearableMs) break;
    sustained = rate;
  }
  figures.add(QStringLiteral("live points with p99 <= 100 ms, the highest rate tried that keeps it"), QStringLiteral("points/s"), {sustained});
}

/// A job of four long series, and the rows of the peer.
class Reading {
 public:
  Reading(Figures& figures, qint64 steps) : m_figures(figures), m_steps(steps) {
    const MadePoints made(MadePoints::Values::Float32);
    fprintf(stderr, "  making 4 series x %.0f million points ...\n", double(steps) / 1e6);
    BenchStore store(m_dir.path());
    store.addJob(job);
    const double seconds = store.fill(job, series, steps, 2'500, made);
    store.close();
    m_figures.addNote(QStringLiteral("4 x %1 million points were made in %2 s: %3 MB").arg(double(steps) / 1e6).arg(seconds, 0, 'f', 1).arg(double(bytesOf(m_dir.path())) / 1e6, 0, 'f', 0));
    if (SqliteRows::isThere()) (void)SqliteRows::insert(rowsPath(), series, peerPoints, made);
  }

  void run(int rounds) {
    const double points = double(m_steps) * series;
    std::vector<double> first, exact, exactProcessor, zoom, bytes, rows, exactRate, rowProcessor;
    for (int round = 0; round < rounds; ++round) {
      bytes.push_back(readFile());
      forgetFile(databasePath());
      BenchStore store(m_dir.path());
      SeriesQuery query;
      query.job = job;
      query.columns = PixelColumns{0.0, double(m_steps), 1'200};
      query.summariesOnly = true;
      first.push_back(read(store, query, "summaries"));
      query.summariesOnly = false;
      query.smoothing = 0.6;
      query.withTimes = false;
      const double before = processSeconds();
      exact.push_back(read(store, query, "exact"));
      exactProcessor.push_back((processSeconds() - before) / points * 1e9);
      exactRate.push_back(points / exact.back() * 1e3);
      query.fromStep = m_steps / 2;
      query.toStep = m_steps / 2 + m_steps / 100;
      query.columns = PixelColumns{double(query.fromStep), double(query.toStep), 1'200};
      zoom.push_back(read(store, query, "zoom"));
      if (!SqliteRows::isThere()) continue;
      forgetFile(rowsPath());
      const double beforeRows = processSeconds();
      rows.push_back(double(peerPoints) / SqliteRows::scan(rowsPath(), peerPoints / series));
      rowProcessor.push_back((processSeconds() - beforeRows) / double(peerPoints) * 1e9);
    }
    const QString size = QStringLiteral("cold, 4 x %1 million points: ").arg(double(m_steps) / 1e6);
    const QString floor = QStringLiteral("read() of the whole file, cold");
    m_figures.add(size + QStringLiteral("summaries"), QStringLiteral("ms"), first, floor, bytes);
    m_figures.add(size + QStringLiteral("exact, smoothed"), QStringLiteral("ms"), exact, floor, bytes);
    m_figures.add(size + QStringLiteral("a zoom of 1 %"), QStringLiteral("ms"), zoom, floor, bytes);
    m_figures.add(QStringLiteral("exact, smoothed, to 1,200 columns"), QStringLiteral("points/s"), exactRate, QStringLiteral("SQLite, min and max of rows, cold"), rows);
    m_figures.add(QStringLiteral("the same, processor time"), QStringLiteral("ns/point"), exactProcessor, QStringLiteral("SQLite, min and max of rows, cold"), rowProcessor);
  }

 private:
  [[nodiscard]] QString databasePath() const { return m_dir.filePath(QStringLiteral("trainyard.db")); }
  [[nodiscard]] QString rowsPath() const { return m_dir.filePath(QStringLiteral("rows.db")); }

  double read(BenchStore& store, const SeriesQuery& query, const char* what) {
    JobPoints answer;
    const double ms = store.read(query, answer);
    size_t points = 0;
    for (const SeriesPoints& one : answer.series) points += one.points.size();
    fprintf(stderr, "  %s: %.1f ms, %zu points\n", what, ms, points);
    if (answer.series.size() != size_t(series) || points == 0) qFatal("The answer lacks series.");
    return ms;
  }

  double readFile() {
    forgetFile(databasePath());
    QFile file(databasePath());
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) qFatal("%s", qUtf8Printable(databasePath()));
    QByteArray buffer(1 << 20, '\0');
    QElapsedTimer timer;
    timer.start();
    while (file.read(buffer.data(), buffer.size()) > 0) {}
    return double(timer.nsecsElapsed()) * 1e-6;
  }

  static constexpr int series = 4;
  Figures& m_figures;
  qint64 m_steps;
  QTemporaryDir m_dir;
};

/// A database of many jobs that ended, two series each.
void benchOpening(Figures& figures, int rounds, int jobs) {
  const QTemporaryDir dir;
  {
    fprintf(stderr, "  making %d jobs ...\n", jobs);
    BenchStore store(dir.path());
    for (int i = 1; i <= jobs; ++i) {
      store.addEndedJob(JobId{i});
      if (i % 10'000 == 0) store.waitUntil([&store, i] { return store.committedPoints() >= 2 * i; });
    }
    store.waitUntil([&store, jobs] { return store.committedPoints() >= 2 * jobs; });
  }
  std::vector<double> whole, first, all, processor, held;
  for (int round = 0; round < rounds; ++round) {
    whole.push_back(BenchStore(dir.path()).openedMs());
    QElapsedTimer timer;
    timer.start();
    const double heldBefore = heldMiB();
    const double before = processSeconds();
    BenchStore store(dir.path(), Opening::NewestFirst);
    first.push_back(store.openedMs());
    store.waitUntilComplete();
    all.push_back(double(timer.nsecsElapsed()) * 1e-6);
    processor.push_back((processSeconds() - before) * 1e3);
    held.push_back(heldMiB() - heldBefore);
    if (int(store.openedJobs().size()) != jobs) qFatal("%zu jobs were read.", store.openedJobs().size());
  }
  const QString size = QStringLiteral("opening with %1 jobs: ").arg(jobs);
  figures.add(size + QStringLiteral("whole"), QStringLiteral("ms"), whole);
  figures.add(size + QStringLiteral("newest first, the first ones"), QStringLiteral("ms"), first);
  figures.add(size + QStringLiteral("newest first, all"), QStringLiteral("ms"), all);
  figures.add(size + QStringLiteral("newest first, all, processor time"), QStringLiteral("ms"), processor);
  figures.add(size + QStringLiteral("what is held of them"), QStringLiteral("MiB"), held);
}

}  // namespace

int main(int argc, char** argv) {
  const QCoreApplication application(argc, argv);
  const QStringList words = QCoreApplication::arguments();
  const int rounds = std::max(1, optionOf(words, QStringLiteral("--rounds"), QStringLiteral("5")).toInt());
  const double millions = optionOf(words, QStringLiteral("--points-million"), QStringLiteral("10")).toDouble();
  const QString only = optionOf(words, QStringLiteral("--only"));
  const auto wanted = [&only](const char* name) { return only.isEmpty() || only == QLatin1String(name); };
  Figures figures(QStringLiteral("store_bench"));
  if (wanted("append")) benchAppending(figures, rounds);
  if (wanted("disk")) benchDoubles(figures);
  if (wanted("live")) benchLive(figures, rounds);
  if (wanted("open")) benchOpening(figures, rounds, optionOf(words, QStringLiteral("--jobs"), QStringLiteral("100000")).toInt());
  if (wanted("read")) Reading(figures, qint64(millions * 1e6)).run(rounds);
  return figures.tell(optionOf(words, QStringLiteral("--json"))) ? 0 : 1;
}
