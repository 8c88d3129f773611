// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/http_requests.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace trainyard::fuzz {
namespace {

using Random = std::mt19937_64;
using namespace std::string_literals;

size_t below(Random& random, size_t most) { return most == 0 ? 0 : size_t(random() % most); }
bool chance(Random& random, int percent) { return int(below(random, 100)) < percent; }

template <typename List>
const auto& oneOf(Random& random, const List& list) {
  return list[below(random, std::size(list))];
}

struct Sample {
  const char* method;
  const char* path;
  const char* body;  ///< "RUN" and "EXP" stand for what there is
  bool makes = false;
};

// No job that runs a program is among them: what comes of a damaged command line is nobody's wish.
constexpr Sample samples[] = {
    {"GET", "/api/training/1", ""},
    {"GET", "/api/training/1/metrics?limit=20&after=3", ""},
    {"GET", "/api/training/1/metrics?series=loss&limit=10", ""},
    {"POST", "/api/training/1/start", "{}"},
    {"POST", "/api/training/1/stop", "{}"},
    {"POST", "/api/training", R"({"name":"net","model":"cnn","dataset":"digits","epochs":1,"learning_rate":0.1,"batch_size":8,"seed":1})", true},
    {"POST", "/api/2.0/mlflow/runs/create", R"({"experiment_id":"EXP","run_name":"fuzz","start_time":1790000000000,"tags":[{"key":"a","value":"b"}]})", true},
    {"POST", "/api/2.0/mlflow/experiments/create", R"({"name":"other","tags":[{"key":"a","value":"b"}]})", true},
    {"GET", "/api/2.0/mlflow/experiments/get?experiment_id=EXP", ""},
    {"GET", "/api/2.0/mlflow/experiments/get-by-name?experiment_name=Default", ""},
    {"POST", "/api/2.0/mlflow/experiments/search", R"({"max_results":5,"filter":"name LIKE 'D%' AND tags.a = 'b'","view_type":"ALL"})"},
    {"GET", "/api/2.0/mlflow/runs/get?run_id=RUN", ""},
    {"POST", "/api/2.0/mlflow/runs/update", R"({"run_id":"RUN","status":"RUNNING","end_time":1790000000999,"run_name":"new"})"},
    {"POST", "/api/2.0/mlflow/runs/log-metric", R"({"run_id":"RUN","key":"loss","value":0.5,"timestamp":1790000000000,"step":17})"},
    {"POST", "/api/2.0/mlflow/runs/log-parameter", R"({"run_id":"RUN","key":"lr","value":"0.1"})"},
    {"POST", "/api/2.0/mlflow/runs/set-tag", R"({"run_id":"RUN","key":"stage","value":"test"})"},
    {"POST", "/api/2.0/mlflow/runs/delete-tag", R"({"run_id":"RUN","key":"stage"})"},
    {"POST", "/api/2.0/mlflow/runs/log-inputs", R"({"run_id":"RUN","datasets":[{"dataset":{"name":"d","digest":"1"},"tags":[]}]})"},
    {"POST", "/api/2.0/mlflow/runs/log-batch",
     R"({"run_id":"RUN","metrics":[{"key":"m","value":"NaN","timestamp":1,"step":0},{"key":"m","value":1e300,"timestamp":2,"step":1}],"params":[{"key":"p","value":"1"}],"tags":[]})"},
    {"POST", "/api/2.0/mlflow/runs/search",
     R"({"experiment_ids":["EXP"],"filter":"metrics.`loss` < 1e3 and params.lr = '0.1' AND attributes.status != 'FAILED' and tags.a ILIKE '%b_'","order_by":["metrics.loss DESC"],"max_results":3})"},
    {"GET", "/api/2.0/mlflow/metrics/get-history?run_id=RUN&metric_key=loss&max_results=10", ""},
    {"GET", "/api/2.0/mlflow/artifacts/list?run_id=RUN&path=a", ""},
    {"POST", "/api/2.0/mlflow/logged-models", R"({"experiment_id":"EXP","name":"m","source_run_id":"RUN"})", true},
    {"POST", "/api/2.0/mlflow/logged-models/search", R"({"experiment_ids":["EXP"],"filter":"name = 'm'"})"},
    {"PUT", "/api/2.0/mlflow-artifacts/artifacts/EXP/RUN/artifacts/a/b.bin", "some bytes"},
    {"GET", "/api/2.0/mlflow-artifacts/artifacts/EXP/RUN/artifacts/a/b.bin", ""},
    {"DELETE", "/api/2.0/mlflow-artifacts/artifacts/EXP/RUN/artifacts/a", ""},
    {"HEAD", "/api/training/1", ""},
    {"GET", "/health", ""}};

const std::string fields[] = {"Content-Length: 0", "Content-Length: 99999999999999999999", "Content-Length: -1", "Content-Length: 5, 5", "content-length:7", "Content-Length: 1048577",
                              "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity", "Expect: 100-continue", "Expect: cake",
                              "Host: evil.example", "Host:", "Origin: http://evil.example", "Origin: null", "Sec-Fetch-Site: cross-site", "Connection: close",
                              "Connection: keep-alive, Upgrade", "Upgrade: h2c", " folded: line", "Name : value", "No colon", ": no name", "If-None-Match: \"x\"",
                              "Authorization: Bearer x", "Range: bytes=0-1", "Cookie: a=b", "Trailer: x", "TE: trailers", "X: a\x01z", "X: \xff\xfe", "\x7f: x"};

const std::string scraps[] = {"\r\n", "\n", "\r", "\r\n\r\n", "\0"s, "%00", "%ff", "%zz", "../", "..%2f..%2f", "\\", "\"", "'", "`", "{", "}", "[", "]", ",", ":", "/", "?", "#", "&", "=", " ", "\t",
                              "-1", "0", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "1e309", "-1e-400", "NaN", "Infinity", "null", "true", "\\ud800", "\\u0000",
                              "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "HTTP/1.1", "HTTP/9.9", "GET", "CONNECT", "TRACE", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01\x02", "0\r\n\r\n",
                              "ffffffff\r\n", "7fffffffffffffff\r\n", "1;a=b\r\n", "(", ")", "NOT IN", "LIKE", "%", "_", "AND"};

void replaceAll(std::string& text, const std::string& what, const std::string& by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) text.replace(at, what.size(), by);
}

std::string filled(const char* sample, const Target& target) {
  std::string text = sample;
  replaceAll(text, "RUN", target.run);
  replaceAll(text, "EXP", target.experiment);
  return text;
}

std::string hexOf(size_t number) {
  std::string digits;
  do digits.insert(digits.begin(), "0123456789abcdef"[number % 16]);
  while ((number /= 16) > 0);
  return digits;
}

std::string chunked(Random& random, std::string_view body) {
  std::string text;
  while (!body.empty()) {
    const size_t size = 1 + below(random, std::min<size_t>(body.size(), 200));
    text += hexOf(size) + (chance(random, 10) ? ";x=y" : "") + "\r\n";
    text.append(body.substr(0, size)).append("\r\n");
    body.remove_prefix(size);
  }
  return text + (chance(random, 10) ? "0\r\nT: x\r\n\r\n" : "0\r\n\r\n");
}

/// A few changes of its bytes.
void damage(Random& random, std::string& text) {
  for (size_t times = 1 + below(random, 4); times > 0; --times) {
    const size_t at = below(random, text.size() + 1), count = std::min(text.size() - at, 1 + below(random, 24));
    switch (below(random, 6)) {
      case 0: text.insert(at, oneOf(random, scraps)); break;
      case 1: text.replace(at, count, oneOf(random, scraps)); break;
      case 2: text.erase(at, count); break;
      case 3: text.insert(at, text.substr(at, count)); break;
      case 4: text.insert(at, std::string(1 + below(random, 8), char(below(random, 256)))); break;
      default:
        if (at < text.size()) text[at] = char(below(random, 256));
    }
  }
}

/// JSON that is deep, or long, or has the same key again and again; no longer than what may be sent but once in a while.
std::string strangeBody(Random& random) {
  const size_t count = size_t(1) << below(random, chance(random, 2) ? 20 : 12);
  const std::array<std::string, 5> parts{"[", R"({"a":)", R"([{"key":"k","value":1},)", "\"\\u00e9", "1"};
  std::string body = R"({"run_id":"RUN","metrics":)";
  const std::string& part = oneOf(random, parts);
  while (body.size() + part.size() < count) body += part;
  return body;
}

std::string headOf(Random& random, const Sample& sample, const Target& target) {
  std::string path = filled(sample.path, target);
  if (chance(random, 15)) damage(random, path);
  if (chance(random, 1)) path += '?' + std::string(below(random, 12'000), 'a');
  std::string head = sample.method + " "s + path + (chance(random, 3) ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
  if (!chance(random, 2)) head += "Host: " + target.host + "\r\n";
  if (!chance(random, 2)) head += "Authorization: Bearer " + target.token + "\r\n";
  if (chance(random, 25)) head += "Content-Type: application/json\r\n";
  if (chance(random, 15)) head += oneOf(random, fields) + "\r\n";
  if (chance(random, 1)) head += "Long: " + std::string(below(random, 40'000), 'x') + "\r\n";
  if (chance(random, 1))
    for (size_t i = below(random, 200); i > 0; --i) head += "N" + std::to_string(i) + ": v\r\n";
  return head;
}

/// Those that write wait for the disk, so they are fewer.
const Sample& sampleOf(Random& random, bool mayMake) {
  while (true) {
    const Sample& sample = oneOf(random, samples);
    const bool reads = std::string_view(sample.path).find("search") != std::string_view::npos || sample.method == "GET"s || sample.method == "HEAD"s;
    if (sample.makes ? mayMake : reads || chance(random, 25)) return sample;
  }
}

std::string requestOf(Random& random, const Target& target, bool mayMake) {
  const Sample& sample = sampleOf(random, mayMake);
  std::string body = filled(sample.body, target);
  if (!body.empty() && chance(random, 40)) damage(random, body);
  if (!body.empty() && chance(random, 2)) body = filled(strangeBody(random).c_str(), target);
  std::string request = headOf(random, sample, target);
  if (!body.empty() && chance(random, 20)) {
    request += "Transfer-Encoding: chunked\r\n\r\n" + chunked(random, body);
  } else {
    const size_t told = chance(random, 95) ? body.size() : below(random, 2 * body.size() + 2);
    if (!body.empty()) request += "Content-Length: " + std::to_string(told) + "\r\n";
    request += "\r\n" + body;
  }
  if (chance(random, 25)) damage(random, request);
  return request;
}

}  // namespace

Talk talkOf(const Target& target, std::mt19937_64& random, bool mayMake) {
  Talk talk;
  const size_t wanted = chance(random, 70) ? 1 : chance(random, 70) ? 2 + below(random, 3) : 4 + below(random, 17);
  for (size_t i = 0; i < wanted; ++i) {
    talk.bytes += requestOf(random, target, mayMake);
    ++talk.requests;
  }
  const size_t end = below(random, 100);
  if (end < 6) talk.bytes.resize(below(random, talk.bytes.size()) + 1);
  talk.end = end < 12 ? Talk::End::Reset : end < 22 ? Talk::End::Close : end < 32 ? Talk::End::HalfClose : end < 33 ? Talk::End::Drip : Talk::End::ReadAll;
  if (talk.end != Talk::End::ReadAll) return talk;
  talk.bytes += "GET /health HTTP/1.1\r\nHost: " + target.host + "\r\nConnection: close\r\n\r\n";  // so that the server ends it
  ++talk.requests;
  return talk;
}

}  // namespace trainyard::fuzz
