"""Writes pytorch_ctc.json beside this file: losses of connectionist temporal classification with their gradients, computed by PyTorch in
double, for CtcLossTests.cs. Sequences are in the order of their lengths, the longest first.

Run it with a Python that has PyTorch; the file names the version that made it. Logits are floats.
"""


import torch
import torch.nn.functional as F

import golden_file
from golden_file import numbers

SEED = 20261203
CLASSES = 6


def case(name, lengths, labels, blank=0, scale=2.0):
    steps, count = max(lengths), len(lengths)
    logits = ((torch.rand(steps, count, CLASSES, dtype=torch.float32) * 2 - 1) * scale).double().requires_grad_()
    loss = F.ctc_loss(
        torch.log_softmax(logits, dim=2), torch.tensor([label for word in labels for label in word]), torch.tensor(lengths),
        torch.tensor([len(word) for word in labels]), blank=blank, reduction="mean")
    loss.backward()
    return {
        "name": name, "steps": steps, "blank": blank, "lengths": lengths, "labels": labels, "inputs": numbers(logits.detach().float()),
        "loss": loss.item(), "gradient": numbers(logits.grad),
    }


def main():
    torch.manual_seed(SEED)
    cases = [
        case("one length", [8, 8, 8], [[1, 2, 3], [4], [5, 1, 2, 3]]),
        case("lengths", [12, 9, 9, 5], [[1, 2, 3, 4, 5], [2, 2, 3], [1], [4, 5]]),
        case("repetitions that need every step", [7, 5], [[3, 3, 3, 3], [1, 1, 2, 2][:3]]),
        case("without labels", [6, 4], [[], [2, 1]]),
        case("another blank", [10, 6], [[0, 1, 0, 4], [3, 3]], blank=5),
        case("many steps", [200, 150], [[1, 2, 3, 4, 5] * 8, [2, 4, 4, 2] * 5]),
        case("far logits", [20, 20], [[1, 2, 3, 3, 4], [5, 5]], scale=60.0),
    ]
    golden_file.write("pytorch_ctc.json", "PyTorch", torch.__version__, SEED, cases)


if __name__ == "__main__":
    main()
