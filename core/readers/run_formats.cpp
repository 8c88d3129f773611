// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/readers/run_formats.h"

#include "core/readers/dvclive_source.h"
#include "core/readers/json_lines_source.h"
#include "core/readers/log_source.h"
#include "core/readers/mlflow_database_source.h"
#include "core/readers/mlflow_files_source.h"
#include "core/readers/table_source.h"
#include "core/readers/tensorboard_source.h"
#include "core/readers/trackio_source.h"
#include "core/readers/trainer_state_source.h"
#include "core/readers/wandb_source.h"

namespace trainyard {
namespace {

// One line a format.
constexpr FormatReader table[] = {
    {RunFormat::Wandb, findWandb, openWandb},
    {RunFormat::TensorBoard, findTensorBoard, openTensorBoard},
    {RunFormat::MlflowFiles, findMlflowFiles, openMlflowFiles},
    {RunFormat::MlflowDatabase, findMlflowDatabase, openMlflowDatabase},
    {RunFormat::Trackio, findTrackio, openTrackio},
    {RunFormat::TrainerState, findTrainerState, openTrainerState},
    {RunFormat::DvcLive, findDvcLive, openDvcLive},
    {RunFormat::LightningCsv, findLightning, openTable},
    {RunFormat::UltralyticsCsv, findUltralytics, openTable},
    {RunFormat::KerasCsv, findKeras, openTable},
    {RunFormat::JsonLines, findJsonLines, openJsonLines},
    {RunFormat::Table, findTables, openTable},
    {RunFormat::Log, findLogs, openLog},
};

}  // namespace

std::span<const FormatReader> runFormats() { return table; }

}  // namespace trainyard
