// SPDX-License-Identifier: GPL-3.0-or-later
// Requests as nobody should send them: real ones of the API, damaged.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace trainyard::fuzz {

/// What the server under test has, so that a part of the requests gets past the first check.
struct Target {
  std::string host;        ///< "127.0.0.1:5151"
  std::string run;         ///< a run of MLflow that exists
  std::string experiment;  ///< its experiment
  std::string token;       ///< with it the server need not ask the system for the owner of each connection
};

/// What is said on one connection.
struct Talk {
  enum class End { ReadAll, HalfClose, Close, Reset, Drip };
  std::string bytes;
  int requests = 0;
  End end = End::ReadAll;  ///< Drip: slowly, a few bytes at a time, and then gone
};

/// The same for the same state of `random`, so that what went wrong can be said again. `mayMake`: whether there may be requests that make jobs.
[[nodiscard]] Talk talkOf(const Target& target, std::mt19937_64& random, bool mayMake);

}  // namespace trainyard::fuzz
