// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/mlflow_artifacts.h"

#include <QDir>
#include <QFileInfo>

#include "core/api/mlflow_error.h"
#include "core/api/mlflow_values.h"

namespace trainyard {
namespace {

const QString& storedPath() {
  static const QString path = QStringLiteral("/api/2.0/mlflow-artifacts/artifacts");
  return path;
}

/// No part of it is empty, "." or "..", and nothing in it means something to a file system.
bool isPlain(const QString& path) {
  const QStringList parts = path.split(u'/');
  return std::all_of(parts.begin(), parts.end(), [](const QString& part) {
    constexpr qsizetype longestName = 255;
    return !part.isEmpty() && part != u"." && part != u".." && !part.contains(u'\\') && part.toUtf8().size() <= longestName;
  });
}

/// Whether a folder above it, or itself, is a link: what is in the folder need not have come from here.
bool hasLink(const QString& folder, const QString& path) {
  QString at = folder;
  for (const QString& part : path.split(u'/', Qt::SkipEmptyParts)) {
    at += u'/' + part;
    if (QFileInfo(at).isSymbolicLink()) return true;
  }
  return false;
}

/// Whether a file stands where the path has a folder.
bool leadsThroughFile(const QString& folder, const QString& path) {
  QString at = folder;
  for (const QString& part : path.section(u'/', 0, -2).split(u'/', Qt::SkipEmptyParts))
    if (QFileInfo(at += u'/' + part).isFile()) return true;
  return false;
}

/// [{path, is_dir, file_size}], `before` and a "/" before each path.
QJsonArray filesIn(const QString& folder, const QString& before) {
  QJsonArray files;
  for (const QFileInfo& info : QDir(folder).entryInfoList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot | QDir::NoSymLinks, QDir::Name)) {
    QJsonObject file{{QStringLiteral("path"), before.isEmpty() ? info.fileName() : before + u'/' + info.fileName()}, {QStringLiteral("is_dir"), info.isDir()}};
    if (!info.isDir()) file.insert(QStringLiteral("file_size"), info.size());
    files.append(file);
  }
  return files;
}

}  // namespace

MlflowArtifacts::MlflowArtifacts(ApiRoutes& routes, JobService& jobs, MlflowBook& book, QObject* parent) : QObject(parent), m_jobs(jobs), m_book(book) {
  using Effect = ApiRoutes::Effect;
  const QString below = storedPath() + QStringLiteral("/**");
  routes.add("GET", storedPath(), Effect::Reads, [this](const ApiCall& call) { listStored(call); });
  routes.add("PUT", below, Effect::Changes, [this](const ApiCall& call) { put(call); });
  routes.add("GET", below, Effect::Reads, [this](const ApiCall& call) { get(call); });
  routes.add("DELETE", below, Effect::Changes, [this](const ApiCall& call) { remove(call); });
  for (const char* prefix : {"/api/2.0/mlflow", "/ajax-api/2.0/mlflow"})
    routes.add("GET", QLatin1String(prefix) + QStringLiteral("/artifacts/list"), Effect::Reads, [this](const ApiCall& call) { listOfRun(call); });
}

bool MlflowArtifacts::isUpload(const HttpRequest& request) { return request.method == "PUT" && request.path.startsWith(storedPath() + u'/'); }

Result<MlflowArtifacts::Place> MlflowArtifacts::placeOf(const QString& name) {
  const QStringList parts = name.split(u'/');
  if (parts.size() > 3 && parts[1] == u"models") return placeOfModel(parts);
  if (parts.size() < 3 || parts[2] != u"artifacts") return fail(ErrorCode::NotFound, tr("“%1” is not EXPERIMENT/RUN/artifacts/PATH.").arg(name));
  return placeIn(parts[1], QStringList(parts.sliced(3)).join(u'/'));
}

/// "EXPERIMENT/models/MODEL/artifacts/PATH" is of a logged model.
Result<MlflowArtifacts::Place> MlflowArtifacts::placeOfModel(const QStringList& parts) {
  const auto place = m_book.placeOfModel(parts[2]);
  if (!place || parts.value(3) != u"artifacts") return fail(ErrorCode::NotFound, tr("There is no model “%1”.").arg(parts[2]));
  return checked({m_book.modelFolder(*place, parts[2]), QStringList(parts.sliced(4)).join(u'/')});
}

Result<MlflowArtifacts::Place> MlflowArtifacts::checked(const Place& place) {
  if ((place.path.isEmpty() || isPlain(place.path)) && !hasLink(place.folder, place.path)) return place;
  return fail(ErrorCode::InvalidInput, tr("Invalid path: “%1”").arg(place.path));
}

Result<MlflowArtifacts::Place> MlflowArtifacts::placeIn(const QString& runId, const QString& path) {
  const MlflowRun* run = m_book.run(runId);
  if (run == nullptr || m_jobs.job(run->job) == nullptr) return fail(ErrorCode::NotFound, tr("Run with id=%1 not found").arg(runId));
  return checked({m_book.artifactFolder(run->job), path});
}

void MlflowArtifacts::put(const ApiCall& call) {
  const auto place = placeOf(call.arguments.first());
  if (!place) return call.reply(mlflowError(place.error()));
  if (!call.request.file) return call.reply(mlflowError(500, tr("The file was not kept.")));
  call.reply(HttpResponse::madeBy([place = *place, upload = call.request.file] { return kept(place, *upload); }));
}

HttpResponse MlflowArtifacts::kept(const Place& place, QTemporaryFile& upload) {
  const QString path = place.absolute();
  if (place.path.isEmpty() || QFileInfo(path).isDir()) return mlflowError(mlflow::invalid, tr("“%1” is a folder.").arg(place.path));
  constexpr qsizetype longestPath = 4'000;  // bytes; Linux takes 4,096
  if (leadsThroughFile(place.folder, place.path)) return mlflowError(mlflow::invalid, tr("“%1” leads through a file.").arg(place.path));
  if (path.toUtf8().size() > longestPath) return mlflowError(mlflow::invalid, tr("“%1…” is longer than a path may be.").arg(place.path.left(100)));
  if (!QDir().mkpath(QFileInfo(path).absolutePath())) return mlflowError(500, tr("The folder of “%1” could not be made.").arg(place.path));
  if (!upload.flush() || (QFileInfo::exists(path) && !QFile::remove(path)) || !upload.rename(path))
    return mlflowError(500, tr("“%1” could not be kept: %2").arg(place.path, upload.errorString()));
  upload.setAutoRemove(false);
  return jsonResponse({});
}

void MlflowArtifacts::get(const ApiCall& call) {
  const auto place = placeOf(call.arguments.first());
  if (!place) return call.reply(mlflowError(place.error()));
  if (!QFileInfo(place->absolute()).isFile()) return call.reply(mlflowError(mlflow::missing, tr("There is no artifact “%1”.").arg(place->path)));
  // Whatever it is, a browser keeps it and does not run it.
  call.reply({200, {}, "application/octet-stream", {{"Content-Disposition", "attachment"}}, place->absolute()});
}

void MlflowArtifacts::remove(const ApiCall& call) {
  const auto place = placeOf(call.arguments.first());
  if (!place) return call.reply(mlflowError(place.error()));
  call.reply(HttpResponse::madeBy([place = *place] {
    const QString path = place.absolute();
    const bool removed = QFileInfo(path).isDir() ? QDir(path).removeRecursively() : QFile::remove(path);
    return removed ? jsonResponse({}) : mlflowError(mlflow::missing, tr("There is no artifact “%1”.").arg(place.path));
  }));
}

/// ?path=EXPERIMENT/RUN/artifacts/PATH: names relative to that.
void MlflowArtifacts::listStored(const ApiCall& call) {
  const auto place = placeOf(call.request.argument(QStringLiteral("path")));
  if (!place) return call.reply(mlflowError(place.error()));
  call.reply(HttpResponse::madeBy([folder = place->absolute()] { return jsonResponse({{QStringLiteral("files"), filesIn(folder, {})}}); }));
}

/// ?run_id=&path=: names relative to the run's artifacts.
void MlflowArtifacts::listOfRun(const ApiCall& call) {
  const QString given = call.request.argument(QStringLiteral("run_id"));
  const QString id = given.isEmpty() ? call.request.argument(QStringLiteral("run_uuid")) : given;
  const auto place = placeIn(id, call.request.argument(QStringLiteral("path")));
  if (!place) return call.reply(mlflowError(place.error()));
  const MlflowRun* run = m_book.run(id);
  const QString root = m_book.artifactAddress(*run);
  call.reply(HttpResponse::madeBy([root, place = *place] {
    return jsonResponse({{QStringLiteral("root_uri"), root}, {QStringLiteral("files"), filesIn(place.absolute(), place.path)}});
  }));
}

}  // namespace trainyard
