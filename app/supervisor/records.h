// SPDX-License-Identifier: GPL-3.0-or-later
// What the supervisor writes into a job's directory. Standard C++ only: the supervisor must stay small.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace trainyard::supervisor {

/// One JSON object, members in the order in which they were added. Text that is not UTF-8 gets U+FFFD in its place.
class JsonObject {
 public:
  JsonObject& add(const char* key, const std::string& text);
  JsonObject& add(const char* key, const char* text) { return add(key, std::string(text)); }
  JsonObject& add(const char* key, int64_t number);
  JsonObject& add(const char* key, double number);
  JsonObject& add(const char* key, bool truth);
  JsonObject& add(const char* key, const JsonObject& object);
  [[nodiscard]] std::string text() const { return "{" + m_members + "}"; }

 private:
  JsonObject& addRaw(const char* key, const std::string& value);
  std::string m_members;
};

[[nodiscard]] std::string quoted(const std::string& text);

/// A file by its folder and name.
struct FilePlace {
  std::string directory;
  std::string name;
  [[nodiscard]] std::string path() const { return directory + "/" + name; }
};

/// Writes a file so that a reader sees all of it or none, also after a power cut: a new file, synced, takes the name. A
/// folder that is gone is made again. 0, or the errno of what failed.
[[nodiscard]] int writeAtomically(const FilePlace& place, const std::string& text);

/// Which run of which job this is, as the window that asked has told it (TRAINYARD_RUN).
[[nodiscard]] std::string runName();

/// Milliseconds since 1970 UTC, and of a clock that nobody sets and that counts sleep.
[[nodiscard]] int64_t wallMs();
[[nodiscard]] int64_t bootMs();

/// The first `most` bytes of a file of /proc; empty when it cannot be read.
[[nodiscard]] std::string readSmallFile(const std::string& path, size_t most = 65'536);

}  // namespace trainyard::supervisor
