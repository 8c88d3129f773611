// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/peer_owner.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

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

void setAddress(__be32 (&words)[4], const QHostAddress& address, bool six) {
  if (six) {
    const Q_IPV6ADDR all = address.toIPv6Address();
    std::memcpy(words, all.c, sizeof all.c);
  } else {
    words[0] = qToBigEndian(address.toIPv4Address());
  }
}

struct Question {
  nlmsghdr head{};
  inet_diag_req_v2 request{};
};

/// What the kernel says of that one socket (sock_diag(7)), without a walk through all of them.
std::optional<uint> ownerByKernel(const QHostAddress& peer, quint16 peerPort, const QHostAddress& own, quint16 ownPort) {
  bool isFour = false;
  peer.toIPv4Address(&isFour);
  Question question;
  question.head = {sizeof question, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 1, 0};
  question.request.sdiag_family = isFour ? AF_INET : AF_INET6;
  question.request.sdiag_protocol = IPPROTO_TCP;
  question.request.idiag_states = ~0u;
  inet_diag_sockid& ends = question.request.id;
  ends.idiag_sport = qToBigEndian(peerPort);
  ends.idiag_dport = qToBigEndian(ownPort);
  setAddress(ends.idiag_src, peer, !isFour);
  setAddress(ends.idiag_dst, own, !isFour);
  ends.idiag_cookie[0] = ends.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  const int netlink = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (netlink < 0) return std::nullopt;
  alignas(nlmsghdr) char answer[1024];
  // The kernel answers within the call that asks.
  const bool asked = ::send(netlink, &question, sizeof question, 0) == ssize_t(sizeof question);
  const ssize_t size = asked ? ::recv(netlink, answer, sizeof answer, MSG_DONTWAIT) : -1;
  ::close(netlink);
  if (size < ssize_t(NLMSG_LENGTH(sizeof(inet_diag_msg)))) return std::nullopt;
  nlmsghdr head;
  inet_diag_msg found;
  std::memcpy(&head, answer, sizeof head);
  std::memcpy(&found, answer + NLMSG_HDRLEN, sizeof found);
  constexpr quint8 established = 1;
  // Where there is no such connection it may tell of who listens at that port.
  if (head.nlmsg_type != SOCK_DIAG_BY_FAMILY || found.idiag_state != established || found.id.idiag_dport != ends.idiag_dport) return std::nullopt;
  return found.idiag_uid;
}

}  // namespace

std::optional<uint> peerOwner(const QHostAddress& peer, quint16 peerPort, const QHostAddress& own, quint16 ownPort) {
  if (const auto owner = ownerByKernel(peer, peerPort, own, ownPort)) return owner;
  return peerOwnerInTables(peer, peerPort, own, ownPort, QStringLiteral("/proc/net"));
}

std::optional<uint> peerOwnerInTables(const QHostAddress& peer, quint16 peerPort, const QHostAddress& own, quint16 ownPort, const QString& folder) {
  bool isFour = false;
  peer.toIPv4Address(&isFour);
  if (isFour)
    if (const auto owner = ownerIn(folder + QStringLiteral("/tcp"), written(peer, peerPort, false), written(own, ownPort, false))) return owner;
  return ownerIn(folder + QStringLiteral("/tcp6"), written(peer, peerPort, true), written(own, ownPort, true));
}

}  // namespace trainyard
