// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHostAddress>
#include <optional>

namespace trainyard {

/// Which user (uid) owns the other end of a loopback connection whose ends are `peer` and `own`, as the kernel tells of that socket
/// (sock_diag(7)), or of all of them where it has no such service. Nothing where it does not tell, or that end is closed.
[[nodiscard]] std::optional<uint> peerOwner(const QHostAddress& peer, quint16 peerPort, const QHostAddress& own, quint16 ownPort);

/// The same as `folder`/tcp and tcp6 tell (proc(5)). Reading them takes milliseconds: the kernel walks through its tables of all connections.
[[nodiscard]] std::optional<uint> peerOwnerInTables(const QHostAddress& peer, quint16 peerPort, const QHostAddress& own, quint16 ownPort, const QString& folder);

}  // namespace trainyard
