// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/peer_owner.h"

#include <QFile>
#include <QtEndian>
#include <cstring>

namespace trainyard {
namespace {

/// An end as the kernel writes it: the words of the address in the machine's order of bytes, then the port, all hexadecimal.
QByteArray written(const QHostAddress& address, quint16 port, bool six) {
  quint8 bytes[16] = {};
  int size = 4;
  if (six) {
    const Q_IPV6ADDR all = address.toIPv6Address();  // an IPv4 address becomes ::ffff:a.b.c.d
    std::memcpy(bytes, all.c, sizeof bytes);
    size = 16;
  } else {
    qToBigEndian(address.toIPv4Address(), bytes);
  }
  QByteArray text;
  for (int i = 0; i < size; i += 4) {
    quint32 word = 0;
    std::memcpy(&word, bytes + i, sizeof word);
    text += QByteArray::number(word, 16).rightJustified(8, '0');
  }
  return (text + ':' + QByteArray::number(port, 16).rightJustified(4, '0')).toUpper();
}

std::optional<uint> ownerIn(const QString& path, const QByteArray& from, const QByteArray& to) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return std::nullopt;
  constexpr int fieldOfUser = 7;
  constexpr QByteArrayView established = "01";
  for (const QByteArray& line : file.readAll().split('\n')) {
    const QList<QByteArray> fields = line.simplified().split(' ');
    if (fields.size() > fieldOfUser && fields[1] == from && fields[2] == to && fields[3] == established) return fields[fieldOfUser].toUInt();
  }
  return std::nullopt;
}

}  // namespace

std::optional<uint> peerOwner(const QHostAddress& peer, quint16 peerPort, const QHostAddress& own, quint16 ownPort, const QString& folder) {
  bool isFour = false;
  peer.toIPv4Address(&isFour);
  if (isFour)
    if (const auto owner = ownerIn(folder + QStringLiteral("/tcp"), written(peer, peerPort, false), written(own, ownPort, false))) return owner;
  return ownerIn(folder + QStringLiteral("/tcp6"), written(peer, peerPort, true), written(own, ownPort, true));
}

}  // namespace trainyard
