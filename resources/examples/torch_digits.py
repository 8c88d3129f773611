# SPDX-License-Identifier: GPL-3.0-or-later
"""A small PyTorch training, as people write them: it knows nothing of Trainyard, it prints.

Handwritten digits (8 x 8 pixels; the data set that scikit-learn ships), a network of two layers, SGD with momentum.
Needs torch and scikit-learn. Run: python3 torch_digits.py [--epochs 8] [--lr 0.05]
"""
import argparse

import torch
from sklearn.datasets import load_digits
from torch import nn


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--epochs", type=int, default=8)
    arguments.add_argument("--lr", type=float, default=0.05)
    arguments.add_argument("--batch-size", type=int, default=32)
    options = arguments.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(1)

    digits = load_digits()
    inputs = torch.tensor(digits.data / 16.0, dtype=torch.float32)
    targets = torch.tensor(digits.target)
    order = torch.randperm(len(inputs))
    train, test = order[:1400], order[1400:]
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=options.lr, momentum=0.9)
    loss_of = nn.CrossEntropyLoss()

    for epoch in range(1, options.epochs + 1):
        shuffled = train[torch.randperm(len(train))]
        for start in range(0, len(shuffled), options.batch_size):
            batch = shuffled[start:start + options.batch_size]
            optimizer.zero_grad()
            loss = loss_of(model(inputs[batch]), targets[batch])
            loss.backward()
            optimizer.step()
            done = start + len(batch)
            print(f"Train Epoch: {epoch} [{done}/{len(shuffled)} ({100 * done // len(shuffled)}%)]\tLoss: {loss.item():.6f}")
        with torch.no_grad():
            outputs = model(inputs[test])
            correct = (outputs.argmax(1) == targets[test]).sum().item()
            print(f"\nTest set: Average loss: {loss_of(outputs, targets[test]).item():.4f}, "
                  f"Accuracy: {correct}/{len(test)} ({100 * correct // len(test)}%)\n")


if __name__ == "__main__":
    main()
