#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains a little with one of the real writers below, into a folder of its own, and prints what it logged, a JSON object a line:
{"tag", "step", "value", "at"}: `at` is the time right after the writer's flush. Arguments: the writer's name, the folder.
Run by live_writers.py, with the python of its virtual environment."""
import json
import math
import os
import pathlib
import re
import struct
import sys
import threading
import time

STEPS = 30
PACE = 0.1  # seconds a step, so that points come one by one
TOLD = os.fdopen(os.dup(1), "w")  # standard output itself belongs to the writers


def told(step, values, at=None):
    at = at or time.time()
    for tag, value in values.items():
        TOLD.write(json.dumps({"tag": tag, "step": step, "value": value, "at": at}) + "\n")
    TOLD.flush()


def float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def trained():
    """(step, values) of a training that goes well, but for one step."""
    for step in range(STEPS):
        loss = math.nan if step == 11 else math.exp(-step / 9) + 0.1 * math.sin(step) / 3
        yield step, {"train/loss": loss, "lr": 1e-3 * 0.97 ** step}
        time.sleep(PACE)


def into_events(writer):
    for step, values in trained():
        for tag, value in values.items():
            writer.add_scalar(tag, value, step)
        if step == 5:
            writer.add_text("note", "half of it is noise")
        writer.flush()
        told(step, {tag: float32(value) for tag, value in values.items()})
    writer.close()


def torch_events(folder):
    from torch.utils.tensorboard import SummaryWriter
    into_events(SummaryWriter(folder / "runs" / "exp1"))


def tensorboardx(folder):
    from tensorboardX import SummaryWriter
    into_events(SummaryWriter(str(folder / "runs" / "exp1")))


def plain_csv(folder):
    import csv
    with open(folder / "progress.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["step", "train/loss", "lr"])
        for step, values in trained():
            rows.writerow([step, *values.values()])
            file.flush()
            told(step, values)


def json_lines(folder):
    with open(folder / "log.jsonl", "w") as file:
        for step, values in trained():
            file.write(json.dumps({"step": step, **values}) + "\n")
            file.flush()
            told(step, values)


def with_mlflow(uri, fails):
    import mlflow
    mlflow.set_tracking_uri(uri)
    mlflow.set_experiment("digits")
    with mlflow.start_run(run_name="live"):
        mlflow.log_params({"lr": 1e-3, "batch_size": 32})
        for step, values in trained():
            for tag, value in values.items():
                mlflow.log_metric(tag, value, step=step)
                told(step, {tag: value})
        if fails:
            raise RuntimeError("as wanted")


def mlflow_files(folder):
    with_mlflow((folder / "mlruns").as_uri(), fails=False)


def mlflow_failing(folder):
    with_mlflow((folder / "mlruns").as_uri(), fails=True)


def mlflow_sqlite(folder):
    with_mlflow(f"sqlite:///{folder / 'mlflow.db'}", fails=False)


def wandb_offline(folder):
    """W&B flushes when it wants to, mostly a block at a time: what counts is when its file has a record, in its own reader's eyes."""
    os.environ.update(WANDB_MODE="offline", WANDB_DIR=str(folder), WANDB_SILENT="true")
    import wandb
    from wandb.proto import wandb_internal_pb2
    from wandb.sdk.internal.datastore import DataStore
    run = wandb.init(project="digits", name="live", config={"lr": 1e-3, "batch_size": 32}, settings=wandb.Settings(x_disable_stats=True))
    file, sizes, logged = next(folder.rglob("run-*.wandb")), [(0, 0.0)], {}

    def look():
        if (size := file.stat().st_size) > sizes[-1][0]:
            sizes.append((size, time.time()))

    threading.Thread(target=lambda: [look() or time.sleep(0.01) for _ in iter(int, 1)], daemon=True).start()
    for step, values in trained():
        for part in range(20):
            logged[20 * step + part] = {tag: value * (1 + part) for tag, value in values.items()} | {"epoch": step}
            run.log(logged[20 * step + part], step=20 * step + part)
    run.finish()
    look()
    records, history = DataStore(), iter(logged.items())
    records.open_for_scan(str(file))
    while data := records.scan_data():
        if wandb_internal_pb2.Record.FromString(data).WhichOneof("record_type") == "history":
            told(*next(history), next(at for size, at in sizes if size >= records._index))


def lightning_csv(folder):
    from lightning.pytorch.loggers import CSVLogger
    logger = CSVLogger(folder, name="lightning_logs", flush_logs_every_n_steps=1)
    logger.log_hyperparams({"lr": 1e-3, "batch_size": 32})
    for step, values in trained():
        late = {"val/loss": values["train/loss"] * 1.5} if step % 10 == 9 else {}  # a new column: the file is written anew
        logger.log_metrics({**values, **late, "epoch": step // 10}, step)
        logger.save()
        told(step, {**values, **late, "epoch": step // 10})


def keras_csv(folder):
    import keras
    import numpy

    class Tell(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            told(epoch, {tag: float(value) for tag, value in logs.items()})
            time.sleep(PACE)

    random = numpy.random.default_rng(1)
    inputs = random.normal(size=(256, 4)).astype("float32")
    targets = (inputs.sum(axis=1) > 0).astype("float32")
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    model.fit(inputs, targets, epochs=STEPS, validation_split=0.25, verbose=0,
              callbacks=[keras.callbacks.CSVLogger(str(folder / "training.log")), Tell()])


def hugging_face(folder):
    import torch
    import transformers

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Linear(4, 1)

        def forward(self, x, labels=None):
            out = self.layer(x)
            return {"loss": torch.nn.functional.mse_loss(out, labels), "logits": out}

    class Tell(transformers.TrainerCallback):
        before = 0

        def on_step_end(self, args, state, control, **more):
            time.sleep(PACE)

        def on_save(self, args, state, control, **more):
            self.tell(state)  # trainer_state.json was written

        def tell(self, state):
            at = time.time()
            for entry in state.log_history[self.before:]:
                told(entry["step"], {tag: value for tag, value in entry.items() if tag != "step"}, at)
            self.before = len(state.log_history)

    torch.manual_seed(1)
    data = [{"x": (x := torch.randn(4)), "labels": x.sum().reshape(1)} for _ in range(64)]
    arguments = transformers.TrainingArguments(str(folder / "out"), max_steps=STEPS, logging_steps=1, save_steps=5, report_to=[], disable_tqdm=True,
                                               use_cpu=True, dataloader_pin_memory=False)
    tell = Tell()
    trainer = transformers.Trainer(Model(), arguments, train_dataset=data, callbacks=[tell])
    trainer.train()
    trainer.save_state()  # as Hugging Face's examples do
    tell.tell(trainer.state)


class LineTold:
    """Standard output as a log, each line flushed; `meaning` says what another pattern than Trainyard's finds in it."""

    def __init__(self, path, meaning):
        self.file, self.meaning = open(path, "w", buffering=1), meaning
        self.line = ""

    def write(self, text):
        self.file.write(text)
        self.line += text
        while "\n" in self.line:
            line, self.line = self.line.split("\n", 1)
            self.file.flush()
            at = time.time()
            for step, values in self.meaning(line):
                told(step, values, at)
                time.sleep(PACE)

    def flush(self):
        self.file.flush()


def xgboost_log(folder):
    import numpy
    import xgboost

    def meaning(line):
        if found := re.match(r"\[(\d+)\]\ttrain-logloss:([\d.]+)\teval-logloss:([\d.]+)", line):
            yield int(found[1]), {"train/logloss": float(found[2]), "val/logloss": float(found[3])}

    sys.stdout = LineTold(folder / "train.log", meaning)
    random = numpy.random.default_rng(1)
    inputs = random.normal(size=(400, 6))
    targets = (inputs.sum(axis=1) > 0).astype(int)
    train, other = xgboost.DMatrix(inputs[:300], targets[:300]), xgboost.DMatrix(inputs[300:], targets[300:])
    xgboost.train({"objective": "binary:logistic", "eval_metric": "logloss", "nthread": 1}, train, STEPS, evals=[(train, "train"), (other, "eval")])


def sklearn_log(folder):
    import warnings

    import numpy
    from sklearn.neural_network import MLPClassifier

    def meaning(line):
        if found := re.match(r"Iteration (\d+), loss = ([\d.]+)", line):
            yield int(found[1]), {"train/loss": float(found[2])}

    warnings.simplefilter("ignore")
    sys.stdout = LineTold(folder / "train.log", meaning)
    random = numpy.random.default_rng(1)
    inputs = random.normal(size=(400, 6))
    MLPClassifier((8,), max_iter=STEPS, verbose=True, random_state=1).fit(inputs, (inputs.sum(axis=1) > 0).astype(int))


if __name__ == "__main__":
    os.dup2(2, 1)
    where = pathlib.Path(sys.argv[2])
    where.mkdir(parents=True)
    os.chdir(where)
    globals()[sys.argv[1]](where)
