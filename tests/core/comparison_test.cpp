// SPDX-License-Identifier: GPL-3.0-or-later
#include <catch2/catch.hpp>

#include "core/base/csv.h"
#include "core/jobs/comparison.h"
#include "core/metrics/series_spread.h"
#include "tests/support/catch_qstring.h"
#include "tests/support/fakes.h"

using namespace trainyard;
using namespace trainyard::test;

namespace {

Job jobOf(qint64 id, const JobSettings& settings) {
  Job job;
  job.id = JobId{id};
  job.settings = settings;
  return job;
}

struct Jobs {
  std::vector<Job> all;
  std::vector<const Job*> pointers() const {
    std::vector<const Job*> result;
    for (const Job& job : all) result.push_back(&job);
    return result;
  }
};

JobSettings commandSettings(const QString& line) {
  JobSettings settings;
  settings.name = line;
  settings.source = JobSource::Command;
  settings.command.line = line;
  return settings;
}

QString textOf(const std::vector<std::vector<std::size_t>>& groups) {
  QStringList texts;
  for (const auto& group : groups) {
    QStringList members;
    for (const std::size_t i : group) members << QString::number(i);
    texts << members.join(u',');
  }
  return texts.join(QStringLiteral(" | "));
}

SeriesPoints run(std::vector<std::pair<qint64, double>> values) {
  SeriesPoints series{QStringLiteral("train/loss"), {}};
  for (const auto& [step, value] : values) series.points.push_back({step, step * 10, value});
  return series;
}

}  // namespace

TEST_CASE("parameters of several jobs say which of them differ", "[comparison]") {
  JobSettings one = simulatedSettings(QStringLiteral("a"));
  JobSettings other = one;
  other.learningRate = 1e-3;
  other.seed = 7;
  other.parameters = {{QStringLiteral("optimizer"), QStringLiteral("adam")}};
  const Jobs jobs{{jobOf(1, one), jobOf(2, other)}};
  QStringList differing;
  QStringList equal;
  for (const ComparedParameter& parameter : comparedParameters(jobs.pointers())) {
    (parameter.differs ? differing : equal) << parameter.title;
    REQUIRE(parameter.values.size() == 2);
    if (parameter.title == u"Learning rate") {
      CHECK(parameter.isNumber);
      CHECK(parameter.values[0].text == QStringLiteral("3e-4"));
      CHECK(parameter.values[1].number == 1e-3);
    }
    if (parameter.title == u"optimizer") CHECK(parameter.values[0].text.isEmpty());
  }
  CHECK(differing == QStringList{QStringLiteral("Learning rate"), QStringLiteral("Seed"), QStringLiteral("optimizer")});
  CHECK(equal.contains(QStringLiteral("Batch size")));
  CHECK_FALSE(equal.contains(QStringLiteral("Command")));  // nobody tells one
}

TEST_CASE("jobs that are equal but for seed and name are a group", "[comparison]") {
  JobSettings base = simulatedSettings(QStringLiteral("a"));
  JobSettings seeded = base;
  seeded.seed = 9;
  seeded.name = QStringLiteral("b");
  seeded.scheduling.priority = 1;
  JobSettings faster = base;
  faster.learningRate = 1e-2;
  const Jobs jobs{{jobOf(1, base), jobOf(2, faster), jobOf(3, seeded)}};
  CHECK(textOf(seedGroups(jobs.pointers())) == QStringLiteral("0,2 | 1"));
  CHECK(seedGroups({}).empty());
}

TEST_CASE("the seed of a command is found where programs take it", "[comparison]") {
  const auto same = [](const QString& one, const QString& other) {
    return withoutSeed(commandSettings(one)) == withoutSeed(commandSettings(other));
  };
  CHECK(same(QStringLiteral("python t.py --seed 1 --lr 2"), QStringLiteral("python t.py --seed 22 --lr 2")));
  CHECK(same(QStringLiteral("python t.py --random-seed=1"), QStringLiteral("python t.py --random-seed=2")));
  CHECK(same(QStringLiteral("python t.py trainer.seed=1"), QStringLiteral("python t.py trainer.seed=2")));
  CHECK(same(QStringLiteral("SEED=1 python t.py"), QStringLiteral("SEED=5 python t.py")));
  CHECK_FALSE(same(QStringLiteral("python t.py --lr 1"), QStringLiteral("python t.py --lr 2")));
  CHECK_FALSE(same(QStringLiteral("python t.py --seed 1"), QStringLiteral("python t.py --speed 1")));
  CHECK_FALSE(same(QStringLiteral("python t.py --reseed1 1"), QStringLiteral("python t.py --reseed1 2")));
  JobSettings one = commandSettings(QStringLiteral("x"));
  JobSettings other = one;
  one.command.environment = {{QStringLiteral("SEED"), QStringLiteral("1")}};
  one.parameters = {{QStringLiteral("data_seed"), QStringLiteral("3")}};
  CHECK(withoutSeed(one) == withoutSeed(other));
}

TEST_CASE("a group is called by what its names have in common", "[comparison]") {
  const auto named = [](const QStringList& names) { return groupName(names); };
  CHECK(named({QStringLiteral("resnet-seed1"), QStringLiteral("resnet-seed2")}) == QStringLiteral("resnet (2 jobs)"));
  CHECK(named({QStringLiteral("resnet s1"), QStringLiteral("resnet s2"), QStringLiteral("resnet s3")}) == QStringLiteral("resnet (3 jobs)"));
  CHECK(named({QStringLiteral("alone")}) == QStringLiteral("alone"));
  CHECK(named({QStringLiteral("a"), QStringLiteral("b")}) == QStringLiteral("a (2 jobs)"));
  CHECK(named({QStringLiteral("x"), QStringLiteral("x")}) == QStringLiteral("x (2 jobs)"));
  CHECK(named({QStringLiteral("biases-1"), QStringLiteral("biases-2")}) == QStringLiteral("biases (2 jobs)"));
}

TEST_CASE("groups that would be called alike are told apart by what differs", "[comparison]") {
  const auto seeded = [](const QString& name, double rate, qint64 seed) {
    JobSettings settings = simulatedSettings(name);
    settings.learningRate = rate;
    settings.seed = seed;
    return settings;
  };
  const Jobs rates{{jobOf(1, seeded(QStringLiteral("vit seed1"), 1e-3, 1)), jobOf(2, seeded(QStringLiteral("vit seed2"), 1e-3, 2)),
                    jobOf(3, seeded(QStringLiteral("vit seed1"), 3e-4, 1)), jobOf(4, seeded(QStringLiteral("vit seed3"), 3e-4, 3)),
                    jobOf(5, seeded(QStringLiteral("other"), 5e-4, 3))}};
  CHECK(groupNames(rates.pointers(), seedGroups(rates.pointers())) ==
        QStringList{QStringLiteral("vit (2 jobs) · lr 1e-3"), QStringLiteral("vit (2 jobs) · lr 3e-4"), QStringLiteral("other")});
  JobSettings adam = commandSettings(QStringLiteral("python t.py --opt adam --seed 1"));
  JobSettings sgd = commandSettings(QStringLiteral("python t.py --opt sgd --seed 1 --nesterov"));
  adam.name = sgd.name = QStringLiteral("run");
  sgd.parameters = {{QStringLiteral("note"), QStringLiteral("x")}};
  const Jobs commands{{jobOf(1, adam), jobOf(2, sgd)}};
  CHECK(groupNames(commands.pointers(), seedGroups(commands.pointers())) ==
        QStringList{QStringLiteral("run · adam"), QStringLiteral("run · sgd --nesterov, note x")});
}

TEST_CASE("the spread of runs takes the last value before each step, within each run's own extent", "[comparison]") {
  const SeriesPoints one = run({{1, 1.0}, {3, 3.0}, {5, 5.0}});
  const SeriesPoints other = run({{2, 10.0}, {4, 20.0}});
  const SeriesSpread spread = spreadOf({&one, &other});
  REQUIRE(spread.mean.points.size() == 5);
  const double means[] = {1.0, 5.5, 6.5, 11.5, 5.0};
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(spread.mean.points[i].step == qint64(i) + 1);
    CHECK(spread.mean.points[i].value == Approx(means[i]));
    CHECK(spread.range[i].step == qint64(i) + 1);
  }
  CHECK(spread.range[1].low == 1.0);
  CHECK(spread.range[1].high == 10.0);
  CHECK(spread.range[4].low == 5.0);  // the other has ended
  CHECK(spread.range[4].high == 5.0);
  CHECK(spread.mean.smoothed.empty());
  const SeriesSpread turned = spreadOf({&other, &one});
  for (std::size_t i = 0; i < 5; ++i) CHECK(turned.mean.points[i].value == spread.mean.points[i].value);
  CHECK(spreadOf({}).mean.points.empty());
}

TEST_CASE("values that are not finite leave the spread to the others", "[comparison]") {
  const SeriesPoints one = run({{1, std::nan("")}, {2, INFINITY}, {3, 3.0}});
  SeriesPoints other = run({{1, 2.0}, {2, 4.0}, {3, std::nan("")}});
  const SeriesSpread spread = spreadOf({&one, &other});
  CHECK(spread.mean.points[0].value == 2.0);
  CHECK(spread.range[1].high == 4.0);
  CHECK(spread.mean.points[2].value == 3.0);
  const SeriesPoints none = run({{1, std::nan("")}});
  CHECK(std::isnan(spreadOf({&none}).mean.points[0].value));
  CHECK(std::isnan(spreadOf({&none}).range[0].low));
}

TEST_CASE("smoothed values are averaged where every run has them", "[comparison]") {
  SeriesPoints one = run({{1, 1.0}, {2, 3.0}});
  SeriesPoints other = run({{1, 5.0}, {2, 7.0}});
  one.smoothed = {1.0, 2.0};
  other.smoothed = {5.0, 6.0};
  CHECK(spreadOf({&one, &other}).mean.smoothed == std::vector<double>{3.0, 4.0});
  other.smoothed.clear();
  CHECK(spreadOf({&one, &other}).mean.smoothed.empty());
}

TEST_CASE("CSV quotes what must be quoted", "[comparison]") {
  CHECK(csvText({{QStringLiteral("a"), QStringLiteral("b,c")}, {QStringLiteral("say \"x\""), QStringLiteral("1\n2")}, {QString(), QStringLiteral(" d")}})
        == QStringLiteral("a,\"b,c\"\n\"say \"\"x\"\"\",\"1\n2\"\n,\" d\"\n"));
  CHECK(csvText({}).isEmpty());
}
