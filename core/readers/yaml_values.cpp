// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/yaml_values.h"

#include <yaml.h>

#include <QCoreApplication>

#include "core/readers/basic_source.h"

namespace trainyard {
namespace {

constexpr size_t deepest = 16;
constexpr qsizetype longestValue = 6'000;  ///< characters
constexpr qsizetype longestKey = 1'000;

class YamlReader {
 public:
  explicit YamlReader(qsizetype most) : m_most(most) {}

  /// False when enough was read.
  bool take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_MAPPING_START_EVENT: return open(true);
      case YAML_SEQUENCE_START_EVENT: return open(false);
      case YAML_MAPPING_END_EVENT:
      case YAML_SEQUENCE_END_EVENT: return close();
      case YAML_SCALAR_EVENT: return scalar(QString::fromUtf8(reinterpret_cast<const char*>(event.data.scalar.value),
                                                              std::min<qsizetype>(qsizetype(event.data.scalar.length), 4 * longestValue)));
      case YAML_ALIAS_EVENT: return scalar(QString());
      case YAML_DOCUMENT_END_EVENT: return false;
      default: return true;
    }
  }
  QList<KeyValue> values;

 private:
  struct Level {
    bool isMap = true;
    qsizetype prefix = 0;  ///< length of m_path outside of it
    bool awaitsKey = true;
    QStringList items = {};
  };

  bool open(bool isMap) {
    if (m_levels.size() >= deepest) return false;
    m_levels.push_back({isMap, m_path.size()});
    return true;
  }

  bool close() {
    const Level level = std::move(m_levels.back());
    m_levels.pop_back();
    m_path.truncate(level.prefix);
    if (!level.items.isEmpty()) add(QStringLiteral("[%1]").arg(level.items.join(QStringLiteral(", "))));
    if (!m_levels.empty()) valueEnded(m_levels.back());
    return qsizetype(values.size()) < m_most;
  }

  bool scalar(const QString& text) {
    if (m_levels.empty()) return true;
    Level& level = m_levels.back();
    if (!level.isMap) {
      if (level.items.size() < 100) level.items << text.left(100);
    } else if (level.awaitsKey) {
      level.prefix = m_path.size();
      if (!m_path.isEmpty()) m_path += u'/';
      m_path += text.left(longestKey);
      level.awaitsKey = false;
    } else {
      add(text);
      valueEnded(level);
    }
    return qsizetype(values.size()) < m_most;
  }

  void valueEnded(Level& level) {
    if (!level.isMap) return;
    m_path.truncate(level.prefix);
    level.awaitsKey = true;
  }

  void add(const QString& value) {
    if (!m_path.isEmpty()) values.push_back({m_path, value.left(longestValue)});
  }

  qsizetype m_most;
  QString m_path;
  std::vector<Level> m_levels;
};

}  // namespace

Result<QList<KeyValue>> readYaml(const QByteArray& text, qsizetype mostValues) {
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) return fail(ErrorCode::Internal, QCoreApplication::translate("Readers", "There is no memory left."));
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.constData()), size_t(text.size()));
  YamlReader reader(mostValues);
  bool more = true;
  bool whole = true;
  while (more) {
    yaml_event_t event;
    whole = yaml_parser_parse(&parser, &event) != 0;
    if (!whole) break;
    more = event.type != YAML_STREAM_END_EVENT && reader.take(event);
    yaml_event_delete(&event);
  }
  const size_t line = parser.problem_mark.line + 1;
  yaml_parser_delete(&parser);
  if (!whole) return fail(ErrorCode::InvalidInput, QCoreApplication::translate("Readers", "It is no YAML from line %1 on.").arg(line));
  return std::move(reader.values);
}

QList<KeyValue> yamlFile(const QString& path) {
  constexpr qint64 largest = 1 << 20;
  const auto text = contentOf(path, largest);
  if (!text) return {};
  return readYaml(*text).value_or(QList<KeyValue>());
}

QString valueOf(const QList<KeyValue>& values, const QString& key) {
  for (const KeyValue& one : values)
    if (one.key == key) return one.value;
  return {};
}

}  // namespace trainyard
