// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QFileInfo>

#include "core/readers/run_formats.h"

namespace trainyard {

/// Pipes and devices are not opened: they may never answer.
QByteArray headOf(const QString& path, qint64 most) {
  QFile file(path);
  if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly | QIODevice::Unbuffered)) return {};
  return file.read(most);
}

}  // namespace trainyard
