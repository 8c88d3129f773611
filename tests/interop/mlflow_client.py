#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs with the real MLflow client to MLFLOW_TRACKING_URI, and compares what is told back with what was logged. Prints one line of JSON:
what was compared, what was different, and what was logged. To be run by the Python that has mlflow; mlflow_clients.py does that for several versions."""
import json
import math
import os
import sys
import tempfile

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

told = {"mlflow": mlflow.__version__, "compared": 0, "different": [], "logged": {}}  # logged: {job: {series: [[step, value]]}}


def compare(what, seen, wanted):
    told["compared"] += 1
    if seen != wanted:
        told["different"].append({"what": what, "seen": repr(seen)[:300], "wanted": repr(wanted)[:300]})


def points(history):
    """(step, timestamp, value) of each; NaN is no number that equals itself."""
    return [(m.step, m.timestamp, "nan" if math.isnan(m.value) else m.value) for m in sorted(history, key=lambda m: (m.step, m.timestamp))]


def fluent(client):
    mlflow.set_experiment("interop")
    with mlflow.start_run(run_name="fluent", tags={"team": "blue"}) as run:
        mlflow.log_param("lr", 0.01)
        mlflow.log_params({"depth": 3, "name with space": "ü ✓", "long": "x" * 500})
        for step in range(50):
            mlflow.log_metric("train/loss", 1.0 / (step + 1), step=step)
        mlflow.log_metrics({"val_acc": 0.875, "tiny": 5e-324, "huge": 1.7976931348623157e308}, step=7)
        for value in (float("nan"), float("inf"), float("-inf")):
            mlflow.log_metric("odd", value, step=len(client.get_metric_history(run.info.run_id, "odd")))
        for value in (3.0, 2.0, 1.0):
            mlflow.log_metric("no_step", value)
        mlflow.set_tag("stage", "test")
        mlflow.set_tags({"a": "b", "gone": "x"})
        mlflow.delete_tag("gone")
        mlflow.log_text("hello", "notes/hello.txt")
        mlflow.log_dict({"a": [1, 2]}, "dict.json")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "weights.bin")
            with open(path, "wb") as file:
                file.write(bytes(range(256)) * 20_000)
            mlflow.log_artifact(path, "model")
        try:
            mlflow.log_param("lr", 0.02)
            compare("a parameter that changes", "accepted", "refused")
        except mlflow.exceptions.MlflowException as error:
            compare("a parameter that changes", error.error_code, "INVALID_PARAMETER_VALUE")
    back = client.get_run(run.info.run_id)
    compare("status", back.info.status, "FINISHED")
    compare("name", back.info.run_name, "fluent")
    compare("params", back.data.params, {"lr": "0.01", "depth": "3", "name with space": "ü ✓", "long": "x" * 500})
    for key, value in {"team": "blue", "stage": "test", "a": "b"}.items():
        compare("tag " + key, back.data.tags.get(key), value)
    compare("deleted tag", back.data.tags.get("gone"), None)
    loss = client.get_metric_history(run.info.run_id, "train/loss")
    compare("train/loss", [(m.step, m.value) for m in loss], [(step, 1.0 / (step + 1)) for step in range(50)])
    told["logged"]["interop/fluent"] = {"train/loss": [(step, 1.0 / (step + 1)) for step in range(50)], "val_acc": [(7, 0.875)], "tiny": [(7, 5e-324)],
                                        "huge": [(7, 1.7976931348623157e308)], "odd": list(enumerate(["nan", "inf", "-inf"]))}
    for key, value in {"val_acc": 0.875, "tiny": 5e-324, "huge": 1.7976931348623157e308}.items():
        compare(key, back.data.metrics.get(key), value)
    compare("odd", [str(m.value) for m in client.get_metric_history(run.info.run_id, "odd")], ["nan", "inf", "-inf"])
    compare("no_step", [(m.step, m.value) for m in client.get_metric_history(run.info.run_id, "no_step")], [(0, 3.0), (0, 2.0), (0, 1.0)])
    compare("artifacts", sorted((f.path, f.is_dir) for f in client.list_artifacts(run.info.run_id)), [("dict.json", False), ("model", True), ("notes", True)])
    compare("artifacts below", [(f.path, f.file_size) for f in client.list_artifacts(run.info.run_id, "model")], [("model/weights.bin", 5_120_000)])
    with tempfile.TemporaryDirectory() as folder:
        with open(client.download_artifacts(run.info.run_id, "model/weights.bin", folder), "rb") as file:
            compare("artifact's bytes", file.read() == bytes(range(256)) * 20_000, True)
    compare("text", mlflow.artifacts.load_text(back.info.artifact_uri + "/notes/hello.txt"), "hello")


def batches(client):
    experiment = client.get_experiment_by_name("interop").experiment_id
    run = client.create_run(experiment, run_name="batches", tags={"k": "v"}).info.run_id
    wanted = [Metric("loss", math.sin(i) * 10 ** (i % 20 - 10), 1_790_000_000_000 + i, i) for i in range(5_000)]
    for start in range(0, len(wanted), 900):
        client.log_batch(run, metrics=wanted[start:start + 900], params=[Param(f"p{start}", str(start))], tags=[RunTag(f"t{start}", str(start))])
    client.set_terminated(run, "FAILED", end_time=1_790_000_999_000)
    told["logged"]["interop/batches"] = {"loss": [(metric.step, metric.value) for metric in wanted]}
    compare("5,000 points", points(client.get_metric_history(run, "loss")), points(wanted))
    back = client.get_run(run)
    compare("batch params", back.data.params, {f"p{start}": str(start) for start in range(0, 5_000, 900)})
    compare("failed", (back.info.status, back.info.end_time), ("FAILED", 1_790_000_999_000))
    client.log_metric(run, "after", 1.0)
    compare("after its end", (client.get_run(run).info.status, client.get_run(run).data.metrics["after"]), ("FAILED", 1.0))
    found = client.search_runs([experiment], "params.p0 = '0' and tags.k = 'v' and metrics.loss < 1e30", order_by=["metrics.loss DESC"])
    compare("search", [r.info.run_id for r in found], [run])
    compare("search of a status", {r.info.run_name for r in client.search_runs([experiment], "attributes.status = 'FINISHED'")} >= {"fluent"}, True)
    with mlflow.start_run(run_id=run):
        mlflow.log_metric("again", 2.0, step=1)
        compare("taken up again", client.get_run(run).info.status, "RUNNING")
    compare("finished again", client.get_run(run).info.status, "FINISHED")
    child_of = None
    with mlflow.start_run(run_name="parent") as parent:
        with mlflow.start_run(run_name="child", nested=True) as child:
            child_of = child.info.run_id
    compare("nested", client.get_run(child_of).data.tags.get("mlflow.parentRunId"), parent.info.run_id)
    client.delete_run(child_of)
    compare("deleted", [r.info.run_id for r in client.search_runs([experiment]) if r.info.run_id == child_of], [])
    client.restore_run(child_of)
    compare("restored", client.get_run(child_of).info.lifecycle_stage, "active")


def sklearn_autolog(client):
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import accuracy_score
    mlflow.sklearn.autolog()
    data, target = load_iris(return_X_y=True)
    with mlflow.start_run(run_name="autolog sklearn") as run:
        model = LogisticRegression(max_iter=200, C=0.5).fit(data, target)
    accuracy = accuracy_score(target, model.predict(data))
    mlflow.sklearn.autolog(disable=True)
    back = client.get_run(run.info.run_id)
    compare("autolog C", back.data.params.get("C"), "0.5")
    compare("autolog params", set(model.get_params()) <= set(back.data.params), True)
    compare("autolog accuracy", back.data.metrics.get("training_accuracy_score"), accuracy)
    compare("autolog model", "model/MLmodel" in [file.path for file in client.list_artifacts(run.info.run_id, "model")], True)
    loaded = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
    compare("autolog model's predictions", list(loaded.predict(data)), list(model.predict(data)))
    compare("autolog estimator", back.data.tags.get("estimator_name"), "LogisticRegression")


def xgboost_autolog(client):
    try:
        import xgboost
    except ImportError:
        return
    import numpy
    mlflow.xgboost.autolog()
    evals, data = {}, xgboost.DMatrix(numpy.random.default_rng(1).normal(size=(400, 5)), label=numpy.arange(400) % 2)
    with mlflow.start_run(run_name="autolog xgboost") as run:
        xgboost.train({"objective": "binary:logistic", "eta": 0.1}, data, 25, evals=[(data, "train")], evals_result=evals, verbose_eval=False)
    mlflow.xgboost.autolog(disable=True)
    history = client.get_metric_history(run.info.run_id, "train-logloss")
    compare("xgboost logloss", [(m.step, m.value) for m in history], list(enumerate(evals["train"]["logloss"])))
    told["logged"]["interop/autolog xgboost"] = {"train-logloss": list(enumerate(evals["train"]["logloss"]))}
    compare("xgboost eta", client.get_run(run.info.run_id).data.params.get("eta"), "0.1")


def main():
    client = MlflowClient()
    fluent(client)
    batches(client)
    sklearn_autolog(client)
    xgboost_autolog(client)
    print(json.dumps(told))
    sys.exit(1 if told["different"] else 0)


main()
