// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/figures.h"

#include <time.h>

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSysInfo>
#include <QThread>
#include <algorithm>
#include <cmath>
#include <cstdio>

namespace trainyard {
namespace {

QString processorModel() {
  QFile file(QStringLiteral("/proc/cpuinfo"));
  if (!file.open(QIODevice::ReadOnly)) return QStringLiteral("unknown");
  const QList<QByteArray> lines = file.readAll().split('\n');
  for (const QByteArray& line : lines)
    if (line.startsWith("model name")) return QString::fromUtf8(line.mid(line.indexOf(':') + 1)).trimmed();
  return QSysInfo::currentCpuArchitecture();
}

QString loadAverage() {
  QFile file(QStringLiteral("/proc/loadavg"));
  return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll().split(' ').value(0)) : QString();
}

QJsonObject machine() {
  return {{"processor", processorModel()}, {"cores", QThread::idealThreadCount()}, {"kernel", QSysInfo::kernelVersion()},
          {"system", QSysInfo::prettyProductName()}, {"load_average_at_the_end", loadAverage()}};
}

double secondsOf(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

QJsonArray arrayOf(const std::vector<double>& values) {
  QJsonArray array;
  for (const double value : values) array.append(value);
  return array;
}

/// Four significant digits, thousands apart.
QString numberText(double value) {
  if (std::abs(value) < 1e4) return QString::number(value, 'g', 4);
  QString text = QString::number(value, 'f', 0);
  for (qsizetype at = text.size() - 3; at > 0; at -= 3) text.insert(at, u',');
  return text;
}

}  // namespace

double median(std::vector<double> values) {
  if (values.empty()) return 0.0;
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2.0;
}

double share(std::vector<double> values, double part) {
  if (values.empty()) return 0.0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, size_t(part * double(values.size())))];
}

double processSeconds() { return secondsOf(CLOCK_PROCESS_CPUTIME_ID); }

double threadSeconds() { return secondsOf(CLOCK_THREAD_CPUTIME_ID); }

QString optionOf(const QStringList& words, const QString& name, const QString& fallback) {
  const qsizetype at = words.indexOf(name);
  return at >= 0 && at + 1 < words.size() ? words[at + 1] : fallback;
}

void Figures::add(const QString& name, const QString& unit, const std::vector<double>& ours, const QString& peerName, const std::vector<double>& peers) {
  QJsonObject figure{{"name", name}, {"unit", unit}, {"median", median(ours)}, {"rounds", arrayOf(ours)}};
  if (!peerName.isEmpty()) figure["peer"] = peerName;
  if (!peerName.isEmpty() && peers.empty()) figure["peer_missing"] = QStringLiteral("peer not installed");
  if (!peers.empty()) {
    figure["peer_median"] = median(peers);
    figure["peer_rounds"] = arrayOf(peers);
    if (median(peers) != 0.0) figure["ratio"] = median(ours) / median(peers);
  }
  m_figures.append(figure);
  fprintf(stderr, "  %s: %s %s\n", qUtf8Printable(name), qUtf8Printable(numberText(median(ours))), qUtf8Printable(unit));
}

void Figures::addNote(const QString& note) { m_notes << note; }

bool Figures::tell(const QString& file) const {
  const QJsonObject at = machine();
  printf("\n%s: medians; %s, %d cores, %s, load %s\n", qUtf8Printable(m_bench), qUtf8Printable(at["processor"].toString()), at["cores"].toInt(),
         qUtf8Printable(at["kernel"].toString()), qUtf8Printable(at["load_average_at_the_end"].toString()));
  printf("%-62s %14s %14s %8s  %-9s %s\n", "", "Trainyard", "peer or floor", "ratio", "unit", "which");
  for (const auto& item : m_figures) {
    const QJsonObject figure = item.toObject();
    const bool missing = figure.contains("peer_missing");
    const QString peer = figure.contains("peer_median") ? numberText(figure["peer_median"].toDouble()) : QString();
    const QString ratio = figure.contains("ratio") ? numberText(figure["ratio"].toDouble()) : QString();
    printf("%-62s %14s %14s %8s  %-9s %s%s\n", qUtf8Printable(figure["name"].toString()), qUtf8Printable(numberText(figure["median"].toDouble())),
           qUtf8Printable(peer), qUtf8Printable(ratio), qUtf8Printable(figure["unit"].toString()), qUtf8Printable(figure["peer"].toString()),
           missing ? " (peer not installed)" : "");
  }
  for (const QString& note : m_notes) printf("  %s\n", qUtf8Printable(note));
  fflush(stdout);
  if (file.isEmpty()) return true;
  const QJsonObject all{{"bench", m_bench}, {"machine", at}, {"figures", m_figures}, {"notes", QJsonArray::fromStringList(m_notes)}};
  QFile out(file);
  if (out.open(QIODevice::WriteOnly) && out.write(QJsonDocument(all).toJson()) > 0) return true;
  fprintf(stderr, "%s cannot be written\n", qUtf8Printable(file));
  return false;
}

}  // namespace trainyard
