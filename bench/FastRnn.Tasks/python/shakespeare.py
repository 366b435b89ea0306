"""The task of ShakespeareTask by PyTorch: prints update, validation loss in nats and seconds, a line for each validation."""
import argparse
import time

import numpy as np
import torch
import torch.nn.functional as F

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
for name in ("updates", "every", "embedding", "hidden", "steps", "strands"):
    parser.add_argument(f"--{name}", type=int, required=True)
parser.add_argument("--rate", type=float, required=True)
args = parser.parse_args()
torch.set_num_threads(1)
torch.manual_seed(1)

text = open(args.data, encoding="utf-8").read()
letters = sorted(set(text))
index = {letter: i for i, letter in enumerate(letters)}
data = np.array([index[letter] for letter in text])
first, second = len(data) * 9 // 10, len(data) * 95 // 100


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.table = torch.nn.Embedding(len(letters), args.embedding)
        self.lstm = torch.nn.LSTM(args.embedding, args.hidden)
        self.head = torch.nn.Linear(args.hidden, len(letters))

    def forward(self, x, state):
        y, state = self.lstm(self.table(x), state)
        return self.head(y), state


def strands(part):
    """[length, strands] of inputs and targets: as many whole windows as each strand has."""
    inputs, targets = part[:-1], part[1:]
    length = len(inputs) // args.strands // args.steps * args.steps
    cut = lambda values: torch.from_numpy(values[:length * args.strands].reshape(args.strands, length).T.copy())
    return cut(inputs), cut(targets)


net = Net()
optimizer = torch.optim.Adam(net.parameters(), lr=args.rate)
train_x, train_y = strands(data[:first])
valid_x, valid_y = strands(data[first:second])


def loss_of(logits, targets):
    return F.cross_entropy(logits.reshape(-1, len(letters)), targets.reshape(-1))


def validate():
    total, count, state = 0.0, 0, None
    with torch.no_grad():
        for start in range(0, len(valid_x), args.steps):
            logits, state = net(valid_x[start:start + args.steps], state)
            total += loss_of(logits, valid_y[start:start + args.steps]).item()
            count += 1
    return total / count


begin = time.perf_counter()
update = 0
while update < args.updates:
    state = None
    for start in range(0, len(train_x), args.steps):
        logits, state = net(train_x[start:start + args.steps], state)
        state = tuple(part.detach() for part in state)
        loss = loss_of(logits, train_y[start:start + args.steps])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        update += 1
        if update % args.every == 0 or update == args.updates:
            print(update, f"{validate():.6f}", f"{time.perf_counter() - begin:.3f}", flush=True)
        if update == args.updates:
            break
