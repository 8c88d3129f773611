// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chart_saver.h"

#include <QFileDialog>
#include <QImageWriter>
#include <QPainter>
#include <QSaveFile>
#include <QSvgGenerator>

#include "ui/charts/metric_chart.h"

namespace trainyard {
namespace {

constexpr double pngScale = 2.0;

QString settingOfFolder() { return QStringLiteral("charts/saveFolder"); }

/// What every file system takes as a name.
QString asFileName(const QString& text) {
  QString name;
  for (const QChar c : text) {
    if (c.isLetterOrNumber() || c == u'_' || c == u'.')
      name += c;
    else if (!name.isEmpty() && !name.endsWith(u'-'))
      name += u'-';
  }
  return name.left(120);
}

}  // namespace

ChartSaver::ChartSaver(MetricReader& reader, Settings& settings, QWidget* window)
    : QObject(window), m_reader(reader), m_settings(settings), m_window(window) {}

void ChartSaver::ask(const SavedChart& chart) {
  const QStringList filters{tr("Picture (*.png)"), tr("Drawing (*.svg)"), tr("All values (*.csv)")};
  const QString folder = m_settings.value(settingOfFolder(), QDir::homePath()).toString();
  auto* dialog = new QFileDialog(m_window, tr("Save chart"), folder);
  dialog->setObjectName(QStringLiteral("saveChartDialog"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setNameFilters(filters);
  dialog->setDefaultSuffix(QStringLiteral("png"));
  dialog->selectFile(asFileName(chart.name) + QStringLiteral(".png"));
  connect(dialog, &QFileDialog::filterSelected, dialog, [dialog, name = asFileName(chart.name)](const QString& filter) {
    const QString ending = filter.section(u'.', 1).chopped(1);
    dialog->setDefaultSuffix(ending);
    dialog->selectFile(name + u'.' + ending);
  });
  connect(dialog, &QFileDialog::fileSelected, this, [this, chart](const QString& path) {
    m_settings.setValue(settingOfFolder(), QFileInfo(path).absolutePath());
    save(chart, path);
  });
  dialog->open();
}

void ChartSaver::save(const SavedChart& chart, const QString& path) {
  const QString ending = QFileInfo(path).suffix().toLower();
  if (ending == u"csv") {
    auto* points = new PointsExport(m_reader, chart.series, chart.ofManyJobs, path, this);
    connect(points, &PointsExport::saved, this, &ChartSaver::saved);
    connect(points, &PointsExport::failed, this, &ChartSaver::failed);
    return points->start();
  }
  if (chart.chart.isNull()) return;
  const Result<void> result = ending == u"png"   ? savePng(*chart.chart, path)
                              : ending == u"svg" ? saveSvg(*chart.chart, path)
                                                 : fail(ErrorCode::InvalidInput, tr("A chart is saved as .png, .svg or .csv; “%1” is none of them.").arg(ending));
  if (!result) return Q_EMIT failed(result.error());
  Q_EMIT saved(path, 0);
}

Result<void> ChartSaver::savePng(MetricChart& chart, const QString& path) const {
  QImage image(chart.size() * pngScale, QImage::Format_RGB32);
  image.setDevicePixelRatio(pngScale);
  QPainter painter(&image);
  painter.setRenderHint(QPainter::Antialiasing);
  chart.drawPicture(painter);
  painter.end();
  QSaveFile file(path);
  QImageWriter writer(&file, "png");
  if (!file.open(QIODevice::WriteOnly) || !writer.write(image) || !file.commit())
    return fail(ErrorCode::StorageWrite, tr("%1 cannot be written: %2.").arg(path, file.errorString()));
  return {};
}

Result<void> ChartSaver::saveSvg(MetricChart& chart, const QString& path) const {
  QSaveFile file(path);
  if (!file.open(QIODevice::WriteOnly)) return fail(ErrorCode::StorageWrite, tr("%1 cannot be written: %2.").arg(path, file.errorString()));
  QSvgGenerator drawing;
  drawing.setOutputDevice(&file);
  drawing.setSize(chart.size());
  drawing.setViewBox(chart.rect());
  drawing.setTitle(chart.title());
  QPainter painter(&drawing);
  chart.drawPicture(painter);
  painter.end();
  if (!file.commit()) return fail(ErrorCode::StorageWrite, tr("%1 cannot be written: %2.").arg(path, file.errorString()));
  return {};
}

}  // namespace trainyard
