#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains with Hugging Face's Trainer and with Lightning's logger; both report to MLFLOW_TRACKING_URI by themselves. Compares what is told
back with what was logged. The last line is JSON like that of mlflow_client.py."""
import functools
import json
import math
import os
import sys
import tempfile

import mlflow
import torch
from mlflow import MlflowClient
from mlflow.store.tracking.rest_store import RestStore

STEPS = 30
sent = {}  # {run's id: {key: {(step, timestamp, value)}}}
told = {"mlflow": mlflow.__version__ + " through its loggers", "compared": 0, "different": [], "logged": {}}


def compare(what, seen, wanted):
    told["compared"] += 1
    if seen != wanted:
        told["different"].append({"what": what, "seen": repr(seen)[:300], "wanted": repr(wanted)[:300]})


def note_what_is_sent():
    """Each point once: the Trainer sends "epoch" with its losses and again with its evaluation, now and then in the same millisecond. MLflow's own
    store keeps one of those (step, time and value are in the primary key of its metrics), and so must what it is compared with."""
    log_batch = RestStore.log_batch

    @functools.wraps(log_batch)
    def noted(store, run_id, metrics, *rest, **named):
        for metric in metrics:
            sent.setdefault(run_id, {}).setdefault(metric.key, set()).add((metric.step, metric.timestamp, metric.value))
        return log_batch(store, run_id, metrics, *rest, **named)

    RestStore.log_batch = noted


def compare_run(client, run_id, job, wanted):
    """What the trainer says, {key: {step: value}}, and what was sent, against the run's history; the command line is asked by mlflow_clients.py."""
    for key, points in wanted.items():
        history = client.get_metric_history(run_id, key)
        compare(f"{job}: {key}", {m.step: m.value for m in history}, points)
        compare(f"{job}: all of {key}", sorted((m.step, m.timestamp, m.value) for m in history), sorted(sent[run_id][key]))
    told["logged"][job] = {key: [(step, value) for step, _, value in sorted(points)] for key, points in sent[run_id].items()}


class Linear(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Linear(4, 1)

    def forward(self, x, labels=None):
        out = self.layer(x)
        return {"loss": torch.nn.functional.mse_loss(out, labels), "logits": out}


def data_of(count):
    torch.manual_seed(1)
    return [{"x": (x := torch.randn(4)), "labels": x.sum().reshape(1)} for _ in range(count)]


def hugging_face(client, folder):
    import transformers
    os.environ["MLFLOW_EXPERIMENT_NAME"] = "hugging face"
    arguments = transformers.TrainingArguments(folder, max_steps=STEPS, logging_steps=1, eval_steps=10, evaluation_strategy="steps", save_strategy="no",
                                               report_to=["mlflow"], run_name="trainer", disable_tqdm=True, use_cpu=True, dataloader_pin_memory=False)
    trainer = transformers.Trainer(Linear(), arguments, train_dataset=data_of(64), eval_dataset=data_of(16))
    trainer.train()
    mlflow.end_run()
    run = client.search_runs([client.get_experiment_by_name("hugging face").experiment_id])[0]
    wanted = {}
    for entry in trainer.state.log_history:
        for key, value in entry.items():
            if key != "step" and isinstance(value, (int, float)):
                wanted.setdefault(key, {})[entry["step"]] = float(value)
    compare("hugging face: status", run.info.status, "FINISHED")
    compare("hugging face: keys", set(run.data.metrics), set(wanted))
    compare("hugging face: losses", len(wanted["loss"]), STEPS)
    compare("hugging face: max_steps", run.data.params.get("max_steps"), str(STEPS))
    compare("hugging face: all parameters", {key: run.data.params.get(key) for key, value in arguments.to_dict().items() if run.data.params.get(key) != str(value)}, {})
    compare_run(client, run.info.run_id, "hugging face/" + run.info.run_name, wanted)
    told["unordered"] = ["hugging face/" + run.info.run_name]  # its points are sent by several threads


def lightning_logger(client, _):
    """Called as Lightning's trainer calls it: its modules do not bear Debian's PyTorch."""
    from lightning.pytorch.loggers import MLFlowLogger
    logger = MLFlowLogger(experiment_name="lightning", run_name="trainer", tracking_uri=os.environ["MLFLOW_TRACKING_URI"], tags={"team": "blue"})
    logger.log_hyperparams({"lr": 0.01, "layers": [4, 1], "optimizer": {"name": "SGD", "momentum": 0.9}})
    torch.manual_seed(1)
    model, wanted = torch.nn.Linear(4, 1), {"train/loss": {}, "val/loss": {}}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for step, batch in enumerate(torch.randn(STEPS, 8, 4)):
        loss = torch.nn.functional.mse_loss(model(batch), batch.sum(1, keepdim=True))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        values = {"train/loss": float(loss.detach())} | ({"val/loss": float(loss.detach()) / 2} if step % 10 == 9 else {})
        logger.log_metrics(values, step)
        for key, value in values.items():
            wanted[key][step] = value
    logger.finalize("success")
    run = client.get_run(logger.run_id)
    compare("lightning: status", run.info.status, "FINISHED")
    compare("lightning: params", run.data.params, {"lr": "0.01", "layers": "[4, 1]", "optimizer/name": "SGD", "optimizer/momentum": "0.9"})
    compare("lightning: tag", run.data.tags.get("team"), "blue")
    compare_run(client, logger.run_id, "lightning/trainer", wanted)


def main():
    note_what_is_sent()
    client = MlflowClient()
    for train in (hugging_face, lightning_logger):
        with tempfile.TemporaryDirectory() as folder:
            train(client, folder)
    assert all(math.isfinite(value) for series in told["logged"].values() for points in series.values() for _, value in points)
    print(json.dumps(told))
    sys.exit(1 if told["different"] else 0)


main()
