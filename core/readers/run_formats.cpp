// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/run_formats.h"

#include "core/readers/tensorboard_source.h"
#include "core/readers/wandb_source.h"

namespace trainyard {
namespace {

// One line a format.
constexpr FormatReader table[] = {
    {RunFormat::Wandb, findWandb, openWandb},
    {RunFormat::TensorBoard, findTensorBoard, openTensorBoard},
};

}  // namespace

std::span<const FormatReader> runFormats() { return table; }

}  // namespace trainyard
