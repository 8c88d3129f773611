// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/run_source.h"

#include <QCoreApplication>
#include <QFileInfo>

#include "core/readers/run_formats.h"

namespace trainyard {
namespace {

struct FormatName {
  RunFormat format;
  const char* key;
  const char* text;
};

constexpr FormatName names[] = {
    {RunFormat::TensorBoard, "tensorboard", QT_TRANSLATE_NOOP("RunFormat", "TensorBoard")},
    {RunFormat::Wandb, "wandb", QT_TRANSLATE_NOOP("RunFormat", "Weights & Biases")},
    {RunFormat::MlflowFiles, "mlflow", QT_TRANSLATE_NOOP("RunFormat", "MLflow")},
    {RunFormat::MlflowDatabase, "mlflow-db", QT_TRANSLATE_NOOP("RunFormat", "MLflow database")},
    {RunFormat::Trackio, "trackio", QT_TRANSLATE_NOOP("RunFormat", "Trackio")},
    {RunFormat::TrainerState, "trainer-state", QT_TRANSLATE_NOOP("RunFormat", "Hugging Face Trainer")},
    {RunFormat::LightningCsv, "lightning", QT_TRANSLATE_NOOP("RunFormat", "Lightning CSV")},
    {RunFormat::KerasCsv, "keras", QT_TRANSLATE_NOOP("RunFormat", "Keras CSV")},
    {RunFormat::UltralyticsCsv, "ultralytics", QT_TRANSLATE_NOOP("RunFormat", "Ultralytics")},
    {RunFormat::DvcLive, "dvclive", QT_TRANSLATE_NOOP("RunFormat", "DVCLive")},
    {RunFormat::JsonLines, "jsonl", QT_TRANSLATE_NOOP("RunFormat", "JSON lines")},
    {RunFormat::Table, "table", QT_TRANSLATE_NOOP("RunFormat", "Table")},
    {RunFormat::Log, "log", QT_TRANSLATE_NOOP("RunFormat", "Log")}};

const FormatName& nameOf(RunFormat format) {
  return *std::find_if(std::begin(names), std::end(names) - 1, [format](const FormatName& name) { return name.format == format; });
}

QString text(const char* words) { return QCoreApplication::translate("RunSource", words); }

}  // namespace

QString toKey(RunFormat format) { return QLatin1String(nameOf(format).key); }

QString toText(RunFormat format) { return QCoreApplication::translate("RunFormat", nameOf(format).text); }

Result<RunFormat> runFormatFromKey(const QString& key) {
  for (const FormatName& name : names)
    if (key == QLatin1String(name.key)) return name.format;
  return fail(ErrorCode::InvalidInput, text("There is no format of runs that is called \"%1\".").arg(key));
}

QString outputOf(RunFormat format, const QString& path) {
  if (format == RunFormat::Log) return path;
  if (format != RunFormat::Wandb) return {};
  const QString folder = QFileInfo(path).path();
  return folder + (path.endsWith(QLatin1String(".wandb")) ? QLatin1String("/files/output.log") : QLatin1String("/output.log"));
}

Result<std::unique_ptr<RunSource>> openRun(const FoundRun& run, const QByteArray& resume) {
  if (!QFileInfo::exists(run.path)) return fail(ErrorCode::NotFound, text("%1 is no longer there.").arg(run.path));
  if (!QFileInfo(run.path).isReadable()) return fail(ErrorCode::StorageOpen, text("%1 cannot be read.").arg(run.path));
  for (const FormatReader& reader : runFormats())
    if (reader.format == run.format) return reader.open(run, resume);
  return fail(ErrorCode::InvalidInput, text("This program cannot read the format %1.").arg(toText(run.format)));
}

}  // namespace trainyard
