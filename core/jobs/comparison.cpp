// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/comparison.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <map>

#include "core/base/format.h"

namespace trainyard {
namespace {

QString words(const char* text) { return QCoreApplication::translate("Comparison", text); }

ComparedValue textValue(const QString& text) {
  bool isNumber = false;
  const double number = text.toDouble(&isNumber);
  return {text, isNumber ? std::optional(number) : std::nullopt};
}

ComparedValue countValue(qint64 count) {
  return count > 0 ? ComparedValue{QString::number(count), double(count)} : ComparedValue{};
}

class Collector {
 public:
  explicit Collector(const std::vector<const Job*>& jobs) : m_jobs(jobs) {}

  template <typename Of>
  void add(const QString& title, Of of) {
    ComparedParameter parameter{title, {}, false, true};
    bool told = false;
    for (const Job* job : m_jobs) {
      const ComparedValue value = of(*job);
      told = told || !value.text.isEmpty();
      parameter.isNumber = parameter.isNumber && (value.text.isEmpty() || value.number);
      parameter.differs = parameter.differs || (!parameter.values.empty() && parameter.values.front().text != value.text);
      parameter.values.push_back(value);
    }
    if (told) m_parameters.push_back(std::move(parameter));
  }

  /// A list of named values that each job has.
  template <typename Of>
  void addNamed(const QString& title, Of of) {
    QStringList keys;
    for (const Job* job : m_jobs)
      for (const KeyValue& pair : of(*job))
        if (!keys.contains(pair.key)) keys << pair.key;
    for (const QString& key : keys)
      add(title.arg(key), [&](const Job& job) {
        for (const KeyValue& pair : of(job))
          if (pair.key == key) return textValue(pair.value);
        return ComparedValue{};
      });
  }

  [[nodiscard]] std::vector<ComparedParameter> take() { return std::move(m_parameters); }

 private:
  const std::vector<const Job*>& m_jobs;
  std::vector<ComparedParameter> m_parameters;
};

bool isSeedName(const QString& name) { return name.endsWith(QLatin1String("seed"), Qt::CaseInsensitive); }

/// What names have in common at their beginning, without what leads on to the number of a seed or a run.
QString stemOf(const QStringList& names) {
  if (names.size() == 1) return names.front();
  QString common = names.value(0);
  for (const QString& name : names)
    while (!name.startsWith(common)) common.chop(1);
  static const QRegularExpression tail(QStringLiteral("[^\\pL\\pN]*(?:(?:^|(?<=[^\\pL]))(?:seed|s|run))?[^\\pL\\pN]*$"), QRegularExpression::CaseInsensitiveOption);
  const QString stem = QString(common).remove(tail);
  return stem.isEmpty() ? names.value(0) : stem;
}

QString shortTitle(const QString& title) {
  if (title == words("Learning rate")) return words("lr");
  return title == words("Batch size") ? words("batch") : title;
}

/// The words of a command that not all of the others have.
QString ownWords(const QString& command, const std::vector<ComparedValue>& all) {
  QStringList own = command.split(u' ', Qt::SkipEmptyParts);
  own.removeIf([&](const QString& word) {
    return std::all_of(all.begin(), all.end(), [&](const ComparedValue& other) { return other.text.split(u' ').contains(word); });
  });
  return own.join(u' ');
}

/// For each of several jobs in what it differs from the others, but for the seed.
std::vector<QStringList> differences(std::vector<Job> jobs) {
  std::vector<const Job*> pointers;
  for (Job& job : jobs) {
    job.settings = withoutSeed(job.settings);
    pointers.push_back(&job);
  }
  std::vector<QStringList> told(jobs.size());
  for (const ComparedParameter& parameter : comparedParameters(pointers)) {
    if (!parameter.differs) continue;
    const bool isCommand = parameter.title == words("Command");
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const QString value = isCommand ? ownWords(parameter.values[i].text, parameter.values) : parameter.values[i].text;
      if (!value.isEmpty()) told[i] << (isCommand ? value : shortTitle(parameter.title) + u' ' + value);
    }
  }
  return told;
}

}  // namespace

std::vector<ComparedParameter> comparedParameters(const std::vector<const Job*>& jobs) {
  const auto simulated = [](const Job& job) { return job.settings.source == JobSource::Simulated; };
  Collector all(jobs);
  all.add(words("Learning rate"), [](const Job& job) {
    const double rate = job.settings.learningRate;
    return rate > 0.0 ? ComparedValue{numberText(rate), rate} : ComparedValue{};
  });
  all.add(words("Batch size"), [](const Job& job) { return countValue(job.settings.batchSize); });
  all.add(words("Epochs"), [](const Job& job) { return countValue(job.settings.epochs); });
  all.add(words("Model"), [](const Job& job) { return ComparedValue{job.settings.model, {}}; });
  all.add(words("Dataset"), [](const Job& job) { return ComparedValue{job.settings.dataset, {}}; });
  all.add(words("Seed"), [&](const Job& job) {
    return simulated(job) ? ComparedValue{QString::number(job.settings.seed), double(job.settings.seed)} : ComparedValue{};
  });
  all.add(words("Steps per epoch"), [&](const Job& job) { return simulated(job) ? countValue(job.settings.stepsPerEpoch) : ComparedValue{}; });
  all.add(words("Source"), [&](const Job& job) { return ComparedValue{simulated(job) ? words("Simulated run") : words("Command"), {}}; });
  all.add(words("Command"), [](const Job& job) { return ComparedValue{job.settings.command.line.simplified(), {}}; });
  all.add(words("Working directory"), [](const Job& job) { return ComparedValue{job.settings.command.workingDirectory, {}}; });
  all.addNamed(words("Environment: %1"), [](const Job& job) { return job.settings.command.environment; });
  all.addNamed(QStringLiteral("%1"), [](const Job& job) { return job.settings.parameters; });
  return all.take();
}

JobSettings withoutSeed(JobSettings settings) {
  static const QRegularExpression seed(QStringLiteral("(?<![A-Za-z0-9])((?:[A-Za-z0-9_.-]*[_.-])?seed[ =:]\\s*)[0-9]+"),
                                       QRegularExpression::CaseInsensitiveOption);
  const auto dropSeeds = [](QList<KeyValue>& pairs) {
    pairs.erase(std::remove_if(pairs.begin(), pairs.end(), [](const KeyValue& pair) { return isSeedName(pair.key); }), pairs.end());
  };
  settings.name.clear();
  settings.seed = 0;
  settings.scheduling = {};
  settings.command.line.replace(seed, QStringLiteral("\\1"));
  dropSeeds(settings.command.environment);
  dropSeeds(settings.parameters);
  return settings;
}

std::vector<std::vector<std::size_t>> seedGroups(const std::vector<const Job*>& jobs) {
  std::vector<JobSettings> kinds;
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const JobSettings settings = withoutSeed(jobs[i]->settings);
    const auto known = std::find(kinds.begin(), kinds.end(), settings);
    if (known == kinds.end()) {
      kinds.push_back(settings);
      groups.push_back({i});
    } else {
      groups[std::size_t(known - kinds.begin())].push_back(i);
    }
  }
  return groups;
}

QString groupName(const QStringList& names) {
  return names.size() == 1 ? names.front() : words("%1 (%2 jobs)").arg(stemOf(names)).arg(names.size());
}

QStringList groupNames(const std::vector<const Job*>& jobs, const std::vector<std::vector<std::size_t>>& groups) {
  QStringList names;
  std::map<QString, std::vector<std::size_t>> sameStem;  // numbers of groups
  for (std::size_t i = 0; i < groups.size(); ++i) {
    QStringList members;
    for (const std::size_t member : groups[i]) members << jobs[member]->settings.name;
    names << groupName(members);
    sameStem[stemOf(members)].push_back(i);
  }
  for (const auto& [stem, twins] : sameStem) {
    if (twins.size() < 2) continue;
    std::vector<Job> firsts;
    for (const std::size_t twin : twins) firsts.push_back(*jobs[groups[twin].front()]);
    const std::vector<QStringList> own = differences(std::move(firsts));
    for (std::size_t i = 0; i < twins.size(); ++i)
      if (!own[i].isEmpty()) names[qsizetype(twins[i])] += QStringLiteral(" · ") + own[i].join(QStringLiteral(", "));
  }
  return names;
}

}  // namespace trainyard
