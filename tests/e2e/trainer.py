#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A training program as Trainyard's users have them: it prints a loss and a validation loss, appends values to TRAINYARD_METRICS,
and keeps a file of its own with all that it told and when. With torch it trains a small network in PyTorch, else it draws numbers.
Arguments: its own file, steps, seconds a step, exit code, [torch]."""
import json
import os
import random
import sys
import time


def losses(with_torch):
    if not with_torch:
        random.seed(7)
        while True:
            yield random.random()
    import torch
    torch.manual_seed(7)
    torch.set_num_threads(1)
    model = torch.nn.Sequential(torch.nn.Linear(16, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    while True:
        batch = torch.randn(32, 16)
        loss = torch.nn.functional.mse_loss(model(batch), batch.sum(1, keepdim=True))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield loss.item()


def main(own, steps, pause, code, kind=""):
    with open(own, "w") as told, open(os.environ["TRAINYARD_METRICS"], "a") as metrics:
        for step, loss in zip(range(1, int(steps) + 1), losses(kind == "torch")):
            print(f"step {step}/{steps} loss={loss!r}")
            if step % 10 == 0:
                metrics.write(json.dumps({"step": step, "grad_norm": loss / 3}) + "\n")
                metrics.flush()
            told.write(f"{step} {loss!r} {time.time():.3f}\n")
            told.flush()
            time.sleep(float(pause))
    sys.exit(int(code))


if __name__ == "__main__":
    main(*sys.argv[1:])
