// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/wandb_stream.h"

#include <zlib.h>

#include <QtEndian>

namespace trainyard {
namespace {

constexpr qint64 block = 32'768;
constexpr qint64 chunkHeader = 7;  // u32 checksum, u16 length, u8 type
enum ChunkType { Full = 1, First = 2, Middle = 3, Last = 4 };

bool isIntact(QByteArrayView chunk) {
  const auto* const begin = reinterpret_cast<const Bytef*>(chunk.data());
  return crc32(0, begin + 6, static_cast<uInt>(chunk.size() - 6)) == qFromLittleEndian<quint32>(begin);
}

}  // namespace

/// ":W&B", 0xBEE1 and a version; the versions so far, 0 and 1, are laid out the same.
bool WandbStream::isHeader(QByteArrayView head) {
  constexpr QByteArrayView magic(":W&B\xe1\xbe", 6);
  head = head.first(std::min<qsizetype>(head.size(), headerBytes));
  return magic.startsWith(head.first(std::min(head.size(), magic.size()))) && (head.size() < headerBytes || head.back() == 0 || head.back() == 1);
}

void WandbStream::feed(const QByteArray& bytes, const Take& take, const Complain& complain) {
  if (m_over) return;
  m_rest += bytes;
  qint64 used = 0;
  while (!m_over && used < m_rest.size()) {
    const qint64 step = this->step(QByteArrayView(m_rest).sliced(used), take, complain);
    if (step == 0) break;
    used += step;
    m_at += step;
    if (!m_open) m_recordAt = m_at;
  }
  m_rest.remove(0, used);
}

/// How many bytes were used; 0 = more are needed.
qint64 WandbStream::step(QByteArrayView rest, const Take& take, const Complain& complain) {
  if (m_at == 0) {
    m_over = !isHeader(rest);
    if (m_over) complain(Trouble::Header, 0);
    return m_over || rest.size() < headerBytes ? 0 : headerBytes;
  }
  if (m_at < m_skipTo) return std::min<qint64>(m_skipTo - m_at, rest.size());
  const qint64 left = block - m_at % block;
  if (left < chunkHeader) return std::min<qint64>(left, rest.size());  // padding
  return rest.size() < chunkHeader ? 0 : takeChunk(rest, left, take, complain);
}

qint64 WandbStream::takeChunk(QByteArrayView rest, qint64 left, const Take& take, const Complain& complain) {
  const auto length = qFromLittleEndian<quint16>(rest.data() + 4);
  const int type = static_cast<quint8>(rest[6]);
  const bool isZero = type == 0 && length == 0 && qFromLittleEndian<quint32>(rest.data()) == 0;
  const qint64 whole = chunkHeader + length;
  if (isZero || type < Full || type > Last || whole > left) {
    if (!isZero) complain(Trouble::Chunk, m_at);
    if (!isZero || m_open) lose();
    m_skipTo = m_at + left;
    return chunkHeader;
  }
  if (rest.size() < whole) return 0;
  if (isIntact(rest.first(whole))) {
    m_damaged = false;
    takeFragment(type, rest.sliced(chunkHeader, length), take, complain);
    return whole;
  }
  complain(Trouble::Checksum, m_at);
  lose();
  if (std::exchange(m_damaged, true)) m_skipTo = m_at + left;  // then lengths are wrong too
  return whole;
}

void WandbStream::takeFragment(int type, QByteArrayView data, const Take& take, const Complain& complain) {
  const bool begins = type == Full || type == First;
  if (begins == m_open && !m_lost) complain(Trouble::Order, m_open ? m_recordAt : m_at);
  if (begins) m_lost = false;
  if (type == Full) {
    m_open = false;
    return take(data, m_at);
  }
  if (type == First) {
    m_record.resize(0);
    m_recordAt = m_at;
    m_open = true;
  }
  if (!m_open) return;
  if (m_record.size() + data.size() > longestRecord) {
    complain(Trouble::TooLong, m_recordAt);
    return lose();
  }
  m_record += data;
  if (type != Last) return;
  m_open = false;
  take(m_record, m_recordAt);
}

void WandbStream::lose() {
  m_open = false;
  m_lost = true;
  m_record.clear();
}

}  // namespace trainyard
