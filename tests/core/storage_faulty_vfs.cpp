// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/storage_faulty_vfs.h"

#include <dlfcn.h>
#include <sqlite3.h>

#include <QByteArray>
#include <catch2/catch.hpp>
#include <cstring>

namespace trainyard::test {
namespace {

struct Faults {
  QByteArray path;
  int count = 0;
  int at = 0;  ///< 0 = never
  FaultyVfs::Kind kind = FaultyVfs::Kind::Io;
  bool failed = false;
};
Faults faults;
sqlite3_vfs* realVfs = nullptr;
sqlite3_vfs faultyVfs{};
sqlite3_io_methods faultyMethods{};

/// Ours, and directly behind it the file of the real VFS.
struct File {
  sqlite3_file base;
  bool counted;
};
constexpr size_t realOffset = (sizeof(File) + 15) / 16 * 16;

sqlite3_file* realOf(sqlite3_file* file) { return reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + realOffset); }

/// Counts what is about to be done; whether it fails.
bool fails(sqlite3_file* file) {
  if (!reinterpret_cast<File*>(file)->counted) return false;
  ++faults.count;
  const bool now = faults.at > 0 && (faults.count == faults.at || (faults.count > faults.at && faults.kind == FaultyVfs::Kind::StaysFull));
  faults.failed = faults.failed || now;
  return now;
}

template <auto method, typename... Arguments>
int pass(sqlite3_file* file, Arguments... arguments) {
  sqlite3_file* real = realOf(file);
  return (real->pMethods->*method)(real, arguments...);
}

int writeOrFail(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 at) {
  sqlite3_file* real = realOf(file);
  if (!fails(file)) return real->pMethods->xWrite(real, bytes, size, at);
  if (faults.kind == FaultyVfs::Kind::Io) return SQLITE_IOERR_WRITE;
  const int done = size > 1 ? real->pMethods->xWrite(real, bytes, size / 2, at) : SQLITE_OK;
  return done == SQLITE_OK ? SQLITE_FULL : done;
}

int truncateOrFail(sqlite3_file* file, sqlite3_int64 size) {
  return fails(file) ? SQLITE_IOERR_TRUNCATE : realOf(file)->pMethods->xTruncate(realOf(file), size);
}

int syncOrFail(sqlite3_file* file, int) { return fails(file) ? SQLITE_IOERR_FSYNC : SQLITE_OK; }

int mapOrFail(sqlite3_file* file, int page, int size, int grow, void volatile** memory) {
  sqlite3_file* real = realOf(file);
  void volatile* known = nullptr;
  const int found = real->pMethods->xShmMap(real, page, size, 0, &known);
  const bool grows = grow != 0 && found == SQLITE_OK && known == nullptr;
  return grows && fails(file) ? SQLITE_IOERR_SHMSIZE : real->pMethods->xShmMap(real, page, size, grow, memory);
}

int openThrough(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* outFlags) {
  reinterpret_cast<File*>(file)->counted = name != nullptr && std::strncmp(name, faults.path.constData(), size_t(faults.path.size())) == 0;
  const int result = realVfs->xOpen(realVfs, name, realOf(file), flags, outFlags);
  file->pMethods = realOf(file)->pMethods != nullptr ? &faultyMethods : nullptr;
  return result;
}

void fillMethods() {
  using M = sqlite3_io_methods;
  faultyMethods = {2,
                   pass<&M::xClose>,
                   pass<&M::xRead>,
                   writeOrFail,
                   truncateOrFail,
                   syncOrFail,
                   pass<&M::xFileSize>,
                   pass<&M::xLock>,
                   pass<&M::xUnlock>,
                   pass<&M::xCheckReservedLock>,
                   pass<&M::xFileControl>,
                   pass<&M::xSectorSize>,
                   pass<&M::xDeviceCharacteristics>,
                   mapOrFail,
                   pass<&M::xShmLock>,
                   [](sqlite3_file* file) { realOf(file)->pMethods->xShmBarrier(realOf(file)); },
                   pass<&M::xShmUnmap>,
                   nullptr,
                   nullptr};
}

/// A function of the library that Qt's driver has, which the tests need not link for this.
template <typename Function>
Function* ofSqlite(const char* name) {
  static void* const library = dlopen("libsqlite3.so.0", RTLD_NOW);
  REQUIRE(library != nullptr);
  auto* function = reinterpret_cast<Function*>(dlsym(library, name));
  REQUIRE(function != nullptr);
  return function;
}

}  // namespace

FaultyVfs::FaultyVfs(const QString& path) {
  REQUIRE(ofSqlite<decltype(sqlite3_initialize)>("sqlite3_initialize")() == SQLITE_OK);
  realVfs = ofSqlite<decltype(sqlite3_vfs_find)>("sqlite3_vfs_find")(nullptr);
  REQUIRE(realVfs != nullptr);
  faults = {};
  faults.path = path.toUtf8();
  fillMethods();
  faultyVfs = *realVfs;
  faultyVfs.pNext = nullptr;
  faultyVfs.zName = "faulty";
  faultyVfs.szOsFile = int(realOffset) + realVfs->szOsFile;
  faultyVfs.xOpen = openThrough;
  REQUIRE(ofSqlite<decltype(sqlite3_vfs_register)>("sqlite3_vfs_register")(&faultyVfs, 1) == SQLITE_OK);
}

FaultyVfs::~FaultyVfs() {
  ofSqlite<decltype(sqlite3_vfs_unregister)>("sqlite3_vfs_unregister")(&faultyVfs);
  ofSqlite<decltype(sqlite3_vfs_register)>("sqlite3_vfs_register")(realVfs, 1);
}

void FaultyVfs::failAt(int n, Kind kind) {
  heal();
  faults.at = n;
  faults.kind = kind;
}

void FaultyVfs::heal() {
  faults.count = 0;
  faults.at = 0;
  faults.failed = false;
}

bool FaultyVfs::failed() const { return faults.failed; }
int FaultyVfs::count() const { return faults.count; }

}  // namespace trainyard::test
