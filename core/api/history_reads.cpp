// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/history_reads.h"

namespace trainyard {

HistoryReads::HistoryReads(MetricReader& reader, QObject* parent) : QObject(parent), m_reader(reader) {
  connect(&m_reader, &MetricReader::loaded, this, [this](quint64 request, const JobPoints& points) {
    if (const Then then = m_waiting.take(request)) then(points);
  });
  connect(&m_reader, &MetricReader::loadFailed, this, [this](quint64 request, const Error& error) {
    if (const Then then = m_waiting.take(request)) then(tl::make_unexpected(error));
  });
}

void HistoryReads::read(const SeriesQuery& query, Then then) { m_waiting.insert(m_reader.request(query), std::move(then)); }

}  // namespace trainyard
