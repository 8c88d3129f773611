// SPDX-License-Identifier: GPL-3.0-or-later
// Says a million damaged requests to a server, on many connections at once. Arguments: PORT RUN EXPERIMENT TOKEN OWN_RUN REQUESTS SEED. After each
// thousand it asks and logs as a good client does and must be answered well. Prints one line of JSON. Exit 1 when the server is gone, does not
// answer, or answers what is no HTTP.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <utility>

#include "tests/fuzz/http_requests.h"

namespace trainyard::fuzz {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr size_t connections = 40;  ///< fewer than wait to be accepted: who comes when the queue is full comes again a second later
constexpr int mostSlow = 10;
constexpr long mostMaking = 300;  ///< talks that may make jobs: a list of a million jobs is another test
constexpr milliseconds patience{1'500};  ///< for an answer to a request that perhaps has no end
constexpr milliseconds dripTime{40};
constexpr long eachProbe = 1'000;

int opened(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(uint16_t(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    ::close(fd);
    return -1;
  }
  return fd;
}

/// What is answered to a whole request on a connection of its own; empty when nothing comes in 20 s.
std::string asked(int port, const std::string& request) {
  const int fd = opened(port);
  if (fd < 0) return {};
  const timeval most{20, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
  std::string answer;
  char part[65'536];
  if (::send(fd, request.data(), request.size(), MSG_NOSIGNAL) == ssize_t(request.size()))
    for (ssize_t got = ::recv(fd, part, sizeof part, 0); got > 0; got = ::recv(fd, part, sizeof part, 0)) answer.append(part, size_t(got));
  ::close(fd);
  return answer;
}

struct Line {
  int fd = -1;
  Talk talk;
  size_t sent = 0;
  std::string answer;
  Clock::time_point until, next;
};

class Driver {
 public:
  Driver(int port, Target target, std::string own, long wanted, uint64_t seed)
      : m_port(port), m_target(std::move(target)), m_own(std::move(own)), m_wanted(wanted), m_seed(seed), m_lines(connections) {}

  int run() {
    const auto start = Clock::now();
    while (m_requests < m_wanted && m_problem.empty()) turn();
    for (Line& line : m_lines) end(line);
    if (m_problem.empty()) probe();
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::printf("{\"requests\": %ld, \"connections\": %ld, \"seconds\": %.1f, \"probes\": %ld, \"unanswered\": %ld, \"answers\": {", m_requests, m_talks, seconds, m_probes, m_silent);
    const char* comma = "";
    for (const auto& [status, count] : m_statuses) std::printf("%s\"%d\": %ld", std::exchange(comma, ", "), status, count);
    std::printf("}}\n");
    if (!m_problem.empty()) std::fprintf(stderr, "After %ld requests (seed %llu): %s\n", m_requests, static_cast<unsigned long long>(m_seed), m_problem.c_str());
    return m_problem.empty() ? 0 : 1;
  }

 private:
  void turn() {
    std::vector<pollfd> polled;
    for (Line& line : m_lines) {
      if (line.fd < 0 && m_problem.empty()) begin(line);
      polled.push_back({line.fd, short(isSending(line) && line.talk.end != Talk::End::Drip ? POLLIN | POLLOUT : POLLIN), 0});
    }
    if (::poll(polled.data(), polled.size(), 20) < 0) return;
    for (size_t i = 0; i < m_lines.size(); ++i) advance(m_lines[i], polled[i].revents);
    if (m_requests / eachProbe > m_probes) probe();
  }

  static bool isSending(const Line& line) { return line.sent < line.talk.bytes.size(); }

  void begin(Line& line) {
    std::mt19937_64 random(m_seed + uint64_t(m_talks));
    line = Line{opened(m_port), talkOf(m_target, random, m_talks % 97 == 0 && m_talks / 97 < mostMaking), 0, {}, Clock::now() + patience, Clock::now()};
    if (line.fd < 0) return fail("no connection");
    ++m_talks;
    m_requests += line.talk.requests;
    if (line.talk.end == Talk::End::Drip && m_slow >= mostSlow) line.talk.end = Talk::End::Close;
    if (line.talk.end == Talk::End::Drip) {
      ++m_slow;
      line.until += milliseconds(5'000);
    }
    const int yes = 1;
    ::setsockopt(line.fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    ::fcntl(line.fd, F_SETFL, O_NONBLOCK);
  }

  void advance(Line& line, short events) {
    if (line.fd < 0) return;
    if ((events & (POLLIN | POLLHUP | POLLERR)) != 0 && !receive(line)) return end(line);
    const bool drips = line.talk.end == Talk::End::Drip && Clock::now() >= line.next;
    if (isSending(line) && ((events & POLLOUT) != 0 || drips)) send(line, drips);
    if (!isSending(line) && line.talk.end != Talk::End::ReadAll && line.talk.end != Talk::End::HalfClose) return end(line);
    if (Clock::now() > line.until) {
      ++m_silent;
      end(line);
    }
  }

  void send(Line& line, bool drips) {
    // Pieces of many sizes, so that what belongs together comes apart.
    const size_t left = line.talk.bytes.size() - line.sent, piece = drips ? 3 : 1 + (line.sent * 2654435761U + size_t(m_talks)) % 4'000;
    const ssize_t sent = ::send(line.fd, line.talk.bytes.data() + line.sent, std::min(left, piece), MSG_NOSIGNAL);
    line.next = Clock::now() + dripTime;
    if (sent > 0) line.sent += size_t(sent);
    if (sent < 0 && errno != EAGAIN) line.sent = line.talk.bytes.size();  // the server has closed; its answer may be there
    if (!isSending(line) && line.talk.end == Talk::End::HalfClose) ::shutdown(line.fd, SHUT_WR);
  }

  /// False when the server has closed.
  bool receive(Line& line) {
    char part[65'536];
    const ssize_t got = ::recv(line.fd, part, sizeof part, 0);
    if (got > 0) line.answer.append(part, size_t(got));
    return got > 0 || (got < 0 && errno == EAGAIN);
  }

  void end(Line& line) {
    if (line.fd < 0) return;
    if (line.talk.end == Talk::End::Reset) {
      const linger now{1, 0};
      ::setsockopt(line.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    if (line.talk.end == Talk::End::Drip) --m_slow;
    ::close(line.fd);
    line.fd = -1;
    if (!line.answer.empty() && line.answer.compare(0, 9, "HTTP/1.1 ") != 0) fail("an answer that is no HTTP: " + line.answer.substr(0, 60));
    for (size_t at = line.answer.find("HTTP/1.1 "); at != std::string::npos; at = line.answer.find("HTTP/1.1 ", at + 9)) ++m_statuses[std::atoi(line.answer.c_str() + at + 9)];
  }

  /// As a good client: it asks, logs one point, and reads it back.
  void probe() {
    const std::string host = "Host: " + m_target.host + "\r\nConnection: close\r\n", step = std::to_string(m_probes);
    const std::string body = R"({"run_id":")" + m_own + R"(","key":"alive","value":)" + step + R"(,"timestamp":1790000000000,"step":)" + step + '}';
    const std::string logged = asked(m_port, "POST /api/2.0/mlflow/runs/log-metric HTTP/1.1\r\n" + host + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    if (logged.compare(0, 12, "HTTP/1.1 200") != 0) return fail("a good request to log was answered: " + logged);
    const std::string read = asked(m_port, "GET /api/2.0/mlflow/runs/get?run_id=" + m_own + " HTTP/1.1\r\n" + host + "\r\n");
    if (read.compare(0, 12, "HTTP/1.1 200") != 0 || read.find("\"alive\"") == std::string::npos) return fail("a good request to read was answered: " + read.substr(0, 400));
    ++m_probes;
    if (m_probes % 50 == 0) std::fprintf(stderr, "%ld requests\n", m_requests);
  }

  void fail(const std::string& problem) {
    if (m_problem.empty()) m_problem = problem;
  }

  int m_port;
  Target m_target;
  std::string m_own;  ///< the good client's run
  long m_wanted;
  uint64_t m_seed;
  std::vector<Line> m_lines;
  std::map<int, long> m_statuses;
  std::string m_problem;
  long m_requests = 0, m_talks = 0, m_probes = 0, m_silent = 0;
  int m_slow = 0;
};

}  // namespace
}  // namespace trainyard::fuzz

int main(int count, char** values) {
  if (count != 8) return 2;
  const int port = std::atoi(values[1]);
  return trainyard::fuzz::Driver(port, {"127.0.0.1:" + std::to_string(port), values[2], values[3], values[4]}, values[5], std::atol(values[6]), std::strtoull(values[7], nullptr, 10)).run();
}
