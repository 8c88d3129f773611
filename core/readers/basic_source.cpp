// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/basic_source.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>

namespace trainyard {
namespace {

constexpr int resumeVersion = 1;

QString nameOf(const QString& path) { return QFileInfo(path).fileName(); }

}  // namespace

std::vector<ReadProblem> BasicSource::takeProblems() {
  if (m_untold > 0) m_problems.back().why += QLatin1Char(' ') + QCoreApplication::translate("Readers", "(and %1 more like it)").arg(m_untold);
  m_untold = 0;
  return std::exchange(m_problems, {});
}

void BasicSource::complain(const QString& file, qint64 offset, const QString& why) {
  if (m_problems.size() < mostProblems) m_problems.push_back({file, offset, why});
  else ++m_untold;
}

void BasicSource::complainOfSeries(const QString& file) {
  if (m_series.takeTooMany())
    complain(file, -1, QCoreApplication::translate("Readers", "It has more than %L1 series; those beyond are left out.").arg(mostSeries));
}

void BasicSource::tellAnew(const QString& file) {
  m_isAnew = true;
  m_notice = QCoreApplication::translate("Readers", "Its %1 became shorter or was replaced; it is read anew from its begin.").arg(nameOf(file));
}

void BasicSource::tellGone(const QString& file) {
  m_notice = QCoreApplication::translate("Readers", "Its %1 is gone; what was read of it is kept.").arg(nameOf(file));
}

void BasicSource::tellTrouble(FollowedFile& file) {
  if (file.takeVanished()) tellGone(file.path());
  const QString why = file.takeBarred();
  if (why.isEmpty()) return;
  QString sentence = QCoreApplication::translate("Readers", "It cannot be read: %1.").arg(why);
  if (!QFileInfo(file.path()).isReadable()) sentence += u' ' + QCoreApplication::translate("Readers", "Give the right to, and import its run again.");
  complain(file.path(), -1, sentence);
}

RunSource::Part BasicSource::partOf(QJsonObject place, RunFormat format, bool more) {
  Part part;
  part.points.series = m_series.take();
  part.points.progress = m_progress;
  part.points.progress.step = m_series.lastStep();
  part.more = more;
  part.bytes = std::exchange(m_read, 0);
  place[QStringLiteral("version")] = resumeVersion;
  place[QStringLiteral("format")] = int(format);
  place[QStringLiteral("step")] = m_series.lastStep();
  const QByteArray resume = QJsonDocument(place).toJson(QJsonDocument::Compact);
  if (resume != m_resume) part.points.resume = m_resume = resume;
  return part;
}

QJsonObject BasicSource::resumed(const QByteArray& resume, RunFormat format) {
  const QJsonObject place = QJsonDocument::fromJson(resume).object();
  if (place[QLatin1String("version")].toInt() != resumeVersion || place[QLatin1String("format")].toInt(-1) != int(format)) return {};
  m_resume = resume;
  m_series.setLastStep(place[QLatin1String("step")].toInteger());
  return place;
}

QByteArray FollowedFile::read() {
  QByteArray bytes = m_follower.read();
  if (m_follower.takeRestarted()) {
    m_base = 0;
    m_restarted = true;
  }
  return bytes;
}

qint64 FollowedFile::timeMs(qint64 nowMs) const {
  const QDateTime changed = QFileInfo(m_path).lastModified();
  return changed.isValid() ? std::min(nowMs, changed.toMSecsSinceEpoch()) : nowMs;
}

QJsonObject FollowedFile::placeAt(qint64 offset) const {
  // The file's number is text: JSON's numbers are doubles, and it may have 64 bits.
  return {{QStringLiteral("offset"), offset},
          {QStringLiteral("file"), QString::number(m_follower.fileNumber())},
          {QStringLiteral("before"), QString::fromLatin1(m_follower.before(offset).toBase64())}};
}

void FollowedFile::resumeAt(const QJsonObject& place) {
  m_base = std::max<qint64>(0, place[QLatin1String("offset")].toInteger());
  m_follower.resumeAt(m_base, place[QLatin1String("file")].toString().toULongLong(),
                      QByteArray::fromBase64(place[QLatin1String("before")].toString().toLatin1()));
}

Result<void> checkReadable(const QString& path) {
  QFile file(path);
  if (!file.exists()) return fail(ErrorCode::NotFound, QCoreApplication::translate("Readers", "%1 is not there any more.").arg(path));
  if (QFileInfo(path).isFile() && file.open(QIODevice::ReadOnly)) return {};
  return fail(ErrorCode::StorageOpen, QCoreApplication::translate("Readers", "%1 cannot be read; check its rights.").arg(path), file.errorString());
}

std::optional<QByteArray> contentOf(const QString& path, qint64 most) {
  QFile file(path);
  if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly)) return std::nullopt;
  const qint64 size = file.size();
  if (size > most) return std::nullopt;
  return file.read(size);  // read() takes the memory for as much as is asked for
}

}  // namespace trainyard
