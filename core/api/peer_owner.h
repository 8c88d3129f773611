// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHostAddress>
#include <optional>

namespace trainyard {

/// Which user (uid) owns the other end of a loopback connection whose ends are `peer` and `own`, as Linux tells in /proc/net/tcp and
/// tcp6 (proc(5)). Nothing where the system does not tell, or that end is closed.
[[nodiscard]] std::optional<uint> peerOwner(const QHostAddress& peer, quint16 peerPort, const QHostAddress& own, quint16 ownPort,
                                            const QString& folder = QStringLiteral("/proc/net"));

}  // namespace trainyard
