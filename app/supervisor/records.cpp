// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/supervisor/records.h"

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace trainyard::supervisor {
namespace {

/// The length of the UTF-8 sequence at `at`, or 0 when there is none (RFC 3629).
size_t sequenceAt(const std::string& text, size_t at) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(at);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xC2 && first <= 0xDF ? 2 : (first & 0xF0) == 0xE0 ? 3 : first >= 0xF0 && first <= 0xF4 ? 4 : 0;
  for (size_t i = 1; i < length; ++i)
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  const unsigned second = byte(at + 1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool outside = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
  return overlong || outside ? 0 : length;
}

int64_t millisecondsOf(clockid_t clock) {
  timespec now = {};
  clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

int writeAll(int file, const std::string& text) {
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = write(file, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    done += static_cast<size_t>(count);
  }
  return fsync(file) == 0 ? 0 : errno;
}

}  // namespace

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const size_t length = sequenceAt(text, at);
    const char c = text[at];
    if (length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      out += escaped;
    } else {
      out.append(text, at, length);
    }
    at += length == 0 ? 1 : length;
  }
  return out + "\"";
}

JsonObject& JsonObject::addRaw(const char* key, const std::string& value) {
  if (!m_members.empty()) m_members += ", ";
  m_members += quoted(key) + ": " + value;
  return *this;
}

JsonObject& JsonObject::add(const char* key, const std::string& text) { return addRaw(key, quoted(text)); }
JsonObject& JsonObject::add(const char* key, int64_t number) { return addRaw(key, std::to_string(number)); }
JsonObject& JsonObject::add(const char* key, bool truth) { return addRaw(key, truth ? "true" : "false"); }
JsonObject& JsonObject::add(const char* key, const JsonObject& object) { return addRaw(key, object.text()); }

JsonObject& JsonObject::add(const char* key, double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", std::isfinite(number) ? number : 0.0);
  return addRaw(key, text);
}

int writeAtomically(const FilePlace& place, const std::string& text) {
  const std::string fresh = place.path() + ".new";
  const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
  int file = open(fresh.c_str(), flags, 0600);
  if (file < 0 && errno == ENOENT && mkdir(place.directory.c_str(), 0777) == 0) file = open(fresh.c_str(), flags, 0600);
  if (file < 0) return errno;
  int problem = writeAll(file, text + "\n");
  if (close(file) != 0 && problem == 0) problem = errno;
  if (problem == 0 && rename(fresh.c_str(), place.path().c_str()) != 0) problem = errno;
  if (problem != 0) {
    unlink(fresh.c_str());
    return problem;
  }
  if (const int folder = open(place.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); folder >= 0) {
    fsync(folder);  // the name too; a file system that cannot do this still has the file
    close(folder);
  }
  return 0;
}

std::string runName() {
  const char* name = std::getenv("TRAINYARD_RUN");
  return name == nullptr ? std::string() : name;
}

int64_t wallMs() { return millisecondsOf(CLOCK_REALTIME); }
int64_t bootMs() { return millisecondsOf(CLOCK_BOOTTIME); }

std::string readSmallFile(const std::string& path, size_t most) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  std::string text(most, '\0');
  size_t size = 0;
  while (size < most) {
    const ssize_t count = read(file, text.data() + size, most - size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    size += static_cast<size_t>(count);
  }
  close(file);
  text.resize(size);
  return text;
}

}  // namespace trainyard::supervisor
