// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/log_source.h"
#include "tests/core/table_runs.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

const QByteArray output = "loading\nEpoch 1/2\nstep: 1, loss: 2.5\nstep: 2, loss: 1.5\nEpoch 2/2\nstep: 3, loss: 1.25\nstep: 4, loss: 1.0\ndone";

}  // namespace

TEST_CASE("a log is a run by its name and by what it tells", "[readers][logsource]") {
  const auto [name, text, isRun] = GENERATE(table<QString, QByteArray, bool>({
      {"train.log", output, true},
      {"slurm-123.out", output, true},
      {"nohup.out", output, true},
      {"my_stdout.txt", output, true},
      {"notes.txt", output, false},
      {"train.py", output, false},
      {"train.log", "step: 1, loss: 2.5\n", false},
      {"server.log", "GET /index 200\nGET /index 404\nport: 80\n", false},
      {"train.log", QByteArray(10'000, '\0'), false},
      {"train.log", "", false},
      {"train.log", QByteArray(300'000, 'x') + '\n' + output, false},
  }));
  const QTemporaryDir dir;
  put(dir.path() + u'/' + name, text);
  INFO(name.toStdString() << text.left(50).toStdString());
  const Claim claim = findLogs(listed(dir.path()));
  CHECK(claim.runs.size() == (isRun ? 1 : 0));
  CHECK(claim.taken.size() == (isRun ? 1 : 0));
}

TEST_CASE("a log that grows byte by byte, and that is taken up at each byte", "[readers][logsource]") {
  const QTemporaryDir dir;
  const FoundRun run{RunFormat::Log, dir.path() + "/train.log"};
  checkGrowing(run.path, output + "\nstep: 5, loss: 0.5", run, [] {}, openLog);
  Series all;
  auto source = opened(openLog(run, {}));
  readOn(*source, all);
  add(all, source->finish(someDay));
  CHECK(textOf(all["train/loss"]) == "1=2.5 2=1.5 3=1.25 4=1 5=0.5");
  put(run.path, "step: 1, loss: 9\nstep: 2, loss: 8\n");
  readOn(*source, all);
  CHECK(textOf(all["train/loss"]) == "1=9 2=8");
  CHECK(source->takeNotice().contains("train.log"));
  REQUIRE(QFile::remove(run.path));
  REQUIRE_FALSE(openLog(run, {}));
}
