"""Writes pytorch_training.json beside this file: 50 updates of every optimizer, the factors of learning rate schedules, and losses with
their gradients, computed by PyTorch, for TrainingGoldenTests.cs, which has the same settings under the same names.

Run it with a Python that has PyTorch; the file names the version that made it. Values are floats, everything is computed from them in
double. PyTorch's schedulers count epochs from 0, one for each update here.
"""


import torch
import torch.nn.functional as F

import golden_file
from golden_file import numbers

SEED = 20261202
UPDATES = 50
SIZE = 19
ROWS, OUTPUTS = 6, 4


def floats(*shape):
    return torch.rand(*shape, dtype=torch.float32).double() * 2 - 1


def optimizer_case(name, make, scale=1.0):
    """Parameters and gradients follow from their places, so that the test can make them."""
    place = torch.arange(SIZE, dtype=torch.float64)
    parameters = torch.nn.Parameter((torch.sin(place * 1.7) * 2).float().double())
    optimizer = make([parameters])
    for update in range(1, UPDATES + 1):
        parameters.grad = (torch.sin(update * 0.7 + place * 1.3) * (1 + place / 4) * scale).float().double()
        optimizer.step()
    return {"name": name, "values": numbers(parameters.detach())}


class NAdam(torch.optim.Optimizer):
    """After the paper, as later versions of PyTorch: torch.optim.NAdam of 1.13 has the last momentum in its product twice."""

    def __init__(self, parameters, lr, weight_decay=0.0, momentum_decay=4e-3):
        super().__init__(parameters, {})
        self.lr, self.decay, self.psi = lr, weight_decay, momentum_decay
        self.count, self.product, self.mean, self.square = 0, 1.0, 0.0, 0.0

    def momentum(self, update):
        return 0.9 * (1 - 0.5 * 0.96 ** (update * self.psi))

    @torch.no_grad()
    def step(self):
        (parameter,) = self.param_groups[0]["params"]
        gradient = parameter.grad + self.decay * parameter
        self.count += 1
        now, after = self.momentum(self.count), self.momentum(self.count + 1)
        self.product *= now
        self.mean = 0.9 * self.mean + 0.1 * gradient
        self.square = 0.999 * self.square + 0.001 * gradient ** 2
        root = torch.sqrt(self.square / (1 - 0.999 ** self.count)) + 1e-8
        direction = (1 - now) / (1 - self.product) * gradient + after / (1 - self.product * after) * self.mean
        parameter -= self.lr * direction / root


def schedule_case(name, make):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1)
    scheduler = make(optimizer)
    factors = []
    for _ in range(UPDATES):
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return {"name": name, "values": factors}


def plateau_case(name, losses, **options):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, eps=0, **options)
    factors = []
    for loss in losses:
        scheduler.step(loss)
        factors.append(optimizer.param_groups[0]["lr"])
    return {"name": name, "inputs": losses, "values": factors}


def loss_case(name, evaluate, targets):
    o = (floats(ROWS, OUTPUTS) * 3).requires_grad_()
    loss = evaluate(o, targets)
    loss.backward()
    case = {"name": name, "inputs": numbers(o.detach()), "values": [loss.item()] + numbers(o.grad)}
    return case | ({"targets": numbers(targets)} if targets.is_floating_point() else {"indices": targets.tolist()})


def main():
    torch.manual_seed(SEED)
    optim = torch.optim
    cases = [
        optimizer_case("Sgd", lambda p: optim.SGD(p, lr=0.05)),
        optimizer_case("Sgd momentum", lambda p: optim.SGD(p, lr=0.02, momentum=0.9)),
        optimizer_case("Sgd Nesterov decay", lambda p: optim.SGD(p, lr=0.02, momentum=0.8, nesterov=True, weight_decay=0.1)),
        optimizer_case("Adam", lambda p: optim.Adam(p, lr=0.01)),
        optimizer_case("Adam decay", lambda p: optim.Adam(p, lr=0.01, betas=(0.8, 0.95), eps=1e-4, weight_decay=0.2)),
        optimizer_case("AdamW", lambda p: optim.AdamW(p, lr=0.01, weight_decay=0.2)),
        optimizer_case("NAdam", lambda p: NAdam(p, lr=0.01)),
        optimizer_case("NAdam decay", lambda p: NAdam(p, lr=0.01, weight_decay=0.2, momentum_decay=0.1)),
        optimizer_case("RmsProp", lambda p: optim.RMSprop(p, lr=0.01)),
        optimizer_case("RmsProp momentum decay", lambda p: optim.RMSprop(p, lr=0.003, alpha=0.9, momentum=0.9, weight_decay=0.1)),
        optimizer_case("Adagrad", lambda p: optim.Adagrad(p, lr=0.1)),
        optimizer_case("Adagrad decay", lambda p: optim.Adagrad(p, lr=0.1, weight_decay=0.2)),
    ]
    lr = optim.lr_scheduler
    warm = 8
    cases += [
        schedule_case("Constant", lambda o: lr.ConstantLR(o, factor=1)),
        schedule_case("Step", lambda o: lr.StepLR(o, step_size=7, gamma=0.5)),
        schedule_case("Exponential", lambda o: lr.ExponentialLR(o, gamma=0.9)),
        schedule_case("Cosine", lambda o: lr.CosineAnnealingLR(o, T_max=UPDATES, eta_min=0.1)),
        schedule_case("Linear", lambda o: lr.LinearLR(o, start_factor=1, end_factor=0.2, total_iters=UPDATES)),
        schedule_case("Cosine warm-up", lambda o: lr.SequentialLR(
            o, [lr.LinearLR(o, start_factor=1 / warm, total_iters=warm - 1), lr.CosineAnnealingLR(o, T_max=UPDATES - warm)], [warm])),
        schedule_case("OneCycle", lambda o: lr.OneCycleLR(o, max_lr=1, total_steps=UPDATES + 1, cycle_momentum=False)),
        plateau_case("Plateau", [3.0, 2.0, 2.0, 1.9999, 2.1, 1.5, 1.6, 1.6, 1.6, 1.6, 1.6, 1.6, 1.6, 1.0, 1.2, 0.99999],
                     factor=0.5, patience=2),
    ]
    values, probabilities = floats(ROWS, OUTPUTS) * 2, (floats(ROWS, OUTPUTS) + 1) / 2
    probabilities = probabilities.float().double()
    classes = torch.tensor([0, 3, 1, 2, 3, 1])
    some = torch.tensor([0, -100, 1, -100, 3, 1])
    weights = torch.tensor([0.5, 2.0, 0.0, 1.25], dtype=torch.float64)
    positive = torch.tensor([2.5], dtype=torch.float64)
    levels = [0.1, 0.5]
    targets = floats(ROWS, 2) * 2

    def pinball(o, y):
        error = y[:, :, None] - o.reshape(ROWS, 2, 2)
        q = torch.tensor(levels, dtype=torch.float32).double()
        return torch.maximum(q * error, (q - 1) * error).mean()

    def gaussian(o, y):
        return F.gaussian_nll_loss(o[:, :2], y, torch.exp(o[:, 2:]), eps=1e-12)

    cases += [
        loss_case("SquaredError", F.mse_loss, values),
        loss_case("AbsoluteError", F.l1_loss, values),
        loss_case("Huber", F.huber_loss, values),
        loss_case("Huber delta", lambda o, y: F.huber_loss(o, y, delta=0.375), values),
        loss_case("Quantile", pinball, targets),
        loss_case("Gaussian", gaussian, targets),
        loss_case("CrossEntropy", F.cross_entropy, classes),
        loss_case("CrossEntropy ignored", F.cross_entropy, some),
        loss_case("CrossEntropy weights", lambda o, y: F.cross_entropy(o, y, weight=weights), classes),
        loss_case("CrossEntropy smoothing", lambda o, y: F.cross_entropy(o, y, label_smoothing=0.125), classes),
        loss_case("CrossEntropy all", lambda o, y: F.cross_entropy(o, y, weight=weights, label_smoothing=0.25), some),
        loss_case("BinaryCrossEntropy", F.binary_cross_entropy_with_logits, probabilities),
        loss_case("BinaryCrossEntropy positive", lambda o, y: F.binary_cross_entropy_with_logits(o, y, pos_weight=positive), probabilities),
    ]
    golden_file.write("pytorch_training.json", "PyTorch", torch.__version__, SEED, cases)


if __name__ == "__main__":
    main()
