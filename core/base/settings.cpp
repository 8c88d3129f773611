// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/settings.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QSet>
#include <QStandardPaths>
#include <QTemporaryFile>
#include <cmath>

namespace trainyard {
namespace {

constexpr double defaultSpeed = 10.0;
constexpr int defaultGraceMs = 5'000;

QString text(const char* source) { return QCoreApplication::translate("Settings", source); }

struct DraftKey {
  DraftField field;
  const char* key;
  QString JobDraft::*member;
};

/// All fields but those that belong to one job: its name, and its place in the queue.
constexpr DraftKey draftKeys[] = {
    {DraftField::Model, "model", &JobDraft::model},
    {DraftField::Dataset, "dataset", &JobDraft::dataset},
    {DraftField::Epochs, "epochs", &JobDraft::epochs},
    {DraftField::LearningRate, "learningRate", &JobDraft::learningRate},
    {DraftField::BatchSize, "batchSize", &JobDraft::batchSize},
    {DraftField::Seed, "seed", &JobDraft::seed},
    {DraftField::StepsPerEpoch, "stepsPerEpoch", &JobDraft::stepsPerEpoch},
    {DraftField::Parameters, "parameters", &JobDraft::parameters},
    {DraftField::CommandLine, "commandLine", &JobDraft::commandLine},
    {DraftField::WorkingDirectory, "workingDirectory", &JobDraft::workingDirectory},
    {DraftField::Environment, "environment", &JobDraft::environment},
    {DraftField::Pattern, "pattern", &JobDraft::pattern},
    {DraftField::Retries, "retries", &JobDraft::retries},
    {DraftField::RetryDelay, "retryDelay", &JobDraft::retryDelay},
    {DraftField::OnTrouble, "onTrouble", &JobDraft::onTrouble},
    {DraftField::Gpus, "gpus", &JobDraft::gpus}};

QString fileKey(JobSource source, const DraftKey& one) {
  return QStringLiteral("lastDraft/%1/%2").arg(toKey(source), QLatin1String(one.key));
}

/// The fields of a draft that would be refused, whatever the disk says.
QSet<DraftField> wrongFields(const JobDraft& draft) {
  QSet<DraftField> fields;
  for (const FieldError& error : check(draft, false)) fields.insert(error.field);
  return fields;
}

double boundedSpeed(double stepsPerSecond) {
  return std::isnan(stepsPerSecond) ? defaultSpeed : std::clamp(stepsPerSecond, 0.1, 1.0e9);
}

quint16 portIn(const QVariant& value, quint16 fallback) {
  bool ok = false;
  const int port = value.toInt(&ok);
  return ok && port >= 1024 && port <= 65'535 ? quint16(port) : fallback;
}

JobDraft firstDraft(JobSource source) {
  JobDraft draft;
  draft.source = source;
  if (source == JobSource::Command) return draft;
  draft.model = QStringLiteral("ResNet-18");
  draft.dataset = QStringLiteral("cifar10");
  draft.epochs = QStringLiteral("30");
  draft.learningRate = QStringLiteral("3e-4");
  draft.batchSize = QStringLiteral("128");
  draft.seed = QStringLiteral("42");
  draft.stepsPerEpoch = QStringLiteral("100");
  return draft;
}

}  // namespace

Settings::Settings(const QString& dataDir, QObject* parent)
    : QObject(parent), m_file(dataDir + QStringLiteral("/settings.ini"), QSettings::IniFormat) {}

double Settings::stepsPerSecond() const {
  bool ok = false;
  const double value = m_file.value(QStringLiteral("simulation/stepsPerSecond"), defaultSpeed).toDouble(&ok);
  return ok ? boundedSpeed(value) : defaultSpeed;
}

void Settings::setStepsPerSecond(double value) {
  setValue(QStringLiteral("simulation/stepsPerSecond"), boundedSpeed(value));
}

int Settings::stopGraceMs() const {
  bool ok = false;
  const int ms = m_file.value(QStringLiteral("commands/stopGraceMs"), defaultGraceMs).toInt(&ok);
  return ok ? std::clamp(ms, 0, 600'000) : defaultGraceMs;
}

void Settings::setStopGraceMs(int ms) { setValue(QStringLiteral("commands/stopGraceMs"), ms); }

bool Settings::queueOn() const { return m_file.value(QStringLiteral("queue/on"), false).toBool(); }

void Settings::setQueueOn(bool on) { setValue(QStringLiteral("queue/on"), on); }

int Settings::queueSlots() const {
  bool ok = false;
  const int count = m_file.value(QStringLiteral("queue/slots"), 1).toInt(&ok);
  return ok ? std::clamp(count, 1, mostQueueSlots) : 1;
}

void Settings::setQueueSlots(int count) { setValue(QStringLiteral("queue/slots"), std::clamp(count, 1, mostQueueSlots)); }

QStringList Settings::watchedFolders() const { return m_file.value(QStringLiteral("imports/watched")).toStringList(); }

void Settings::setWatchedFolders(const QStringList& folders) { setValue(QStringLiteral("imports/watched"), folders); }

bool Settings::apiOn() const { return m_file.value(QStringLiteral("api/on"), false).toBool(); }

void Settings::setApiOn(bool on) { setValue(QStringLiteral("api/on"), on); }

quint16 Settings::apiPort() const { return portIn(m_file.value(QStringLiteral("api/port")), usualApiPort); }

void Settings::setApiPort(quint16 port) { setValue(QStringLiteral("api/port"), port); }

quint16 Settings::apiLastPort() const { return portIn(m_file.value(QStringLiteral("api/lastPort")), 0); }

void Settings::setApiLastPort(quint16 port) { setValue(QStringLiteral("api/lastPort"), port); }

QString Settings::theme() const {
  const QString key = m_file.value(QStringLiteral("window/theme")).toString();
  return key == u"light" || key == u"dark" ? key : QStringLiteral("system");
}

void Settings::setTheme(const QString& key) { setValue(QStringLiteral("window/theme"), key); }

QByteArray Settings::bytes(const QString& key) const { return m_file.value(key).toByteArray(); }

void Settings::setBytes(const QString& key, const QByteArray& value) { m_file.setValue(key, value); }

QVariant Settings::value(const QString& key, const QVariant& fallback) const { return m_file.value(key, fallback); }

void Settings::setValue(const QString& key, const QVariant& value) {
  if (m_file.value(key) == value) return;
  m_file.setValue(key, value);
  Q_EMIT changed();
}

JobDraft Settings::lastDraft(JobSource source) const {
  const JobDraft first = firstDraft(source);
  JobDraft draft = first;
  for (const DraftKey& one : draftKeys)
    draft.*one.member = m_file.value(fileKey(source, one), draft.*one.member).toString();
  const QSet<DraftField> wrong = wrongFields(draft);  // the file is open to anybody's editor
  for (const DraftKey& one : draftKeys)
    if (wrong.contains(one.field)) draft.*one.member = first.*one.member;
  return draft;
}

void Settings::setLastDraft(const JobDraft& draft) {
  const QSet<DraftField> wrong = wrongFields(draft);
  for (const DraftKey& one : draftKeys)
    if (!wrong.contains(one.field)) m_file.setValue(fileKey(draft.source, one), draft.*one.member);
}

QString defaultDataDir() {
  const QString named = qEnvironmentVariable("TRAINYARD_DATA_DIR");
  if (!named.isEmpty()) return QDir::current().absoluteFilePath(named);
  return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/trainyard");
}

Result<QString> prepareDataDir(const QString& dir) {
  if (dir.isEmpty()) return fail(ErrorCode::StorageOpen, text("No data directory is named; name a folder with --data-dir."));
  const QString path = QDir::cleanPath(QDir::current().absoluteFilePath(dir));
  const QFileInfo info(path);
  if (info.exists() && !info.isDir())
    return fail(ErrorCode::StorageOpen, text("The data directory %1 is a file; choose another with --data-dir.").arg(path));
  if (!QDir().mkpath(path))
    return fail(ErrorCode::StorageOpen, text("The data directory %1 cannot be created; choose another with --data-dir.").arg(path));
  QTemporaryFile probe(path + QStringLiteral("/.write-test-XXXXXX"));
  if (!probe.open())
    return fail(ErrorCode::StorageOpen, text("The data directory %1 cannot be written; check its rights or choose another "
                                             "with --data-dir.").arg(path), probe.errorString());
  return path;
}

}  // namespace trainyard
