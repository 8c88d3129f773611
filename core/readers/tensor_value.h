// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <optional>

namespace trainyard {

/// The number of a TensorProto (tensorflow/core/framework/tensor.proto) that holds one: of any numeric type, in its content or in the list of its
/// type; one whose list is empty is 0, which is how it is written short. Nothing for more than one number, for texts and for what is no tensor.
[[nodiscard]] std::optional<double> tensorScalar(QByteArrayView tensor);

}  // namespace trainyard
