// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/file_writer.h"

#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

namespace trainyard {
namespace {

Result<void> writeWhole(const QString& path, const QByteArray& content) {
  QDir().mkpath(QFileInfo(path).absolutePath());
  QSaveFile file(path);
  if (file.open(QIODevice::WriteOnly) && file.write(content) == content.size() && file.commit()) return {};
  return fail(ErrorCode::StorageWrite, FileWriter::tr("%1 could not be written.").arg(path), file.errorString());
}

}  // namespace

FileWriter::FileWriter(QObject* parent) : QObject(parent), m_worker(new QObject) {
  m_worker->moveToThread(&m_thread);
  connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
  m_thread.setObjectName(QStringLiteral("api files"));
  m_thread.start();
}

FileWriter::~FileWriter() {
  for (auto it = m_waiting.cbegin(); it != m_waiting.cend(); ++it)
    if (it->isNew) QMetaObject::invokeMethod(m_worker, [path = it.key(), content = it->content] { std::ignore = writeWhole(path, content); });
  QMetaObject::invokeMethod(m_worker, [] {}, Qt::BlockingQueuedConnection);
  m_thread.quit();
  m_thread.wait();
}

void FileWriter::write(const QString& path, const QByteArray& content, Then then) {
  Waiting& waiting = m_waiting[path];
  waiting.content = content;
  waiting.then.push_back(std::move(then));
  waiting.isNew = true;
  if (waiting.inFlight.empty()) send(path);
}

void FileWriter::send(const QString& path) {
  Waiting& waiting = m_waiting[path];
  waiting.inFlight = std::exchange(waiting.then, {});
  waiting.isNew = false;
  QMetaObject::invokeMethod(m_worker, [this, path, content = waiting.content] {
    const auto result = writeWhole(path, content);
    QMetaObject::invokeMethod(this, [this, path, result] { written(path, result); }, Qt::QueuedConnection);
  }, Qt::QueuedConnection);
}

void FileWriter::written(const QString& path, const Result<void>& result) {
  const std::vector<Then> told = std::exchange(m_waiting[path].inFlight, {});
  if (m_waiting[path].isNew)
    send(path);
  else
    m_waiting.remove(path);
  for (const Then& then : told) then(result);
}

}  // namespace trainyard
