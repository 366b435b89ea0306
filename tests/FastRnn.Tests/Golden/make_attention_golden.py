"""Writes attention.json beside this file: encoders and decoders with attention, computed and differentiated by PyTorch, for
AttentionGoldenTests.cs.

Run it with a Python that has PyTorch; the file names the version that made it. As in make_golden.py all that goes in are floats, and
everything is computed from them in double.
"""

import torch
import torch.nn.functional as F

import golden_file
import make_golden
from golden_file import numbers
from make_golden import Case

SEED = 20260201

# Encoder, decoder, score, hidden units of the score: of each score one with lengths and one without.
CASES = [
    (Case("gru", 1, False, 6, 3, 2, 5), Case("gru", 1, False, 4, 3, 3, 5, outputs=2), "dot", 1),
    (Case("elmanTanh", 1, True, 5, 2, 3, 4, [2, 5]), Case("elmanTanh", 1, False, 3, 2, 2, 8, [3, 1], outputs=3), "dot", 1),
    (Case("lstm", 1, True, 7, 2, 2, 3, [7, 4]), Case("lstm", 1, False, 5, 2, 3, 6, [2, 5], outputs=3), "general", 1),
    (Case("gru", 1, False, 3, 1, 4, 9), Case("gru", 1, False, 6, 1, 1, 9, outputs=4), "general", 1),
    (Case("lstm", 1, False, 9, 3, 3, 4, [1, 9, 5]), Case("lstm", 1, False, 4, 3, 2, 4, [4, 1, 3], outputs=2), "additive", 7),
    (Case("gru", 1, True, 4, 2, 2, 3), Case("gru", 1, False, 5, 2, 3, 6, outputs=5), "additive", 3),
]


def draw_attention(score, query, memory, hidden):
    """The parameters of a score in the library's order, in double."""
    sizes = {
        "dot": [],
        "general": [(memory, query)],
        "additive": [(hidden, query), (hidden, memory), (hidden,), (hidden,)],
    }
    return [(torch.rand(size) * 2 - 1).double().requires_grad_() for size in sizes[score]]


def scores_of(score, parameters, queries, memory):
    """[Ty, N, Tx] of queries [Ty, N, Q] and a memory [Tx, N, M]."""
    if score == "additive":
        query, key, bias, weights = parameters
        hidden = torch.tanh((queries @ query.T + bias)[:, None] + (memory @ key.T)[None])  # [Ty, Tx, N, A]
        return (hidden @ weights).permute(0, 2, 1)
    products = F.linear(queries, parameters[0]) if score == "general" else queries
    return torch.bmm(products.transpose(0, 1), memory.permute(1, 2, 0)).transpose(0, 1)


def valid_rows(case):
    """[T, N], whether a step is within its sequence."""
    return torch.arange(case.steps)[:, None] < torch.tensor(case.lengths or [case.steps] * case.batch)


def flat(parameters):
    return torch.cat([parameter.flatten() for parameter in parameters]) if parameters else torch.zeros(0).double()


def make(index, encoder, decoder, score, hidden):
    """The case as it stands in the file."""
    torch.manual_seed(SEED + index)
    read, _ = make_golden.draw_parameters(encoder)
    written, _ = make_golden.draw_parameters(decoder._replace(outputs=0))
    read, written = read.double(), written.double()
    source, states, _ = make_golden.draw_data(encoder)
    inputs, _, targets = make_golden.draw_data(decoder)
    memory, final = make_golden.run(encoder, read, source, [torch.zeros_like(state) for state in states])

    # Both directions' states side by side are those of a layer of twice the size.
    handed = [state.transpose(0, 1).reshape(1, decoder.batch, decoder.hidden) for state in final]
    queries, last = make_golden.run(decoder, written, inputs, handed)
    attention = draw_attention(score, decoder.hidden, memory.shape[-1], hidden)
    scores = scores_of(score, attention, queries, memory)
    weights = torch.softmax(scores.masked_fill(~valid_rows(encoder).T[None], -torch.inf), -1)
    context = torch.einsum("tns,snm->tnm", weights, memory)
    head = torch.nn.Linear(decoder.hidden + memory.shape[-1], decoder.outputs).double()
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.copy_(parameter.float())
    valid = valid_rows(decoder)
    outputs = head(torch.cat([queries, context], -1)) * valid[..., None]
    loss = make_golden.loss_of("SquaredError", outputs[valid], None, targets[valid])
    loss.backward()

    def of_network(case, layers, more, value, fold):
        return torch.cat([make_golden.flat_parameters(case, layers, None, value, fold), flat([value(parameter) for parameter in more])])

    def network(case, layers, x, more):
        parameters = of_network(case, layers, more, lambda p: p.detach(), lambda a, b: a + b)
        assert torch.equal(parameters.float().double(), parameters), "a parameter is not a float"
        return {
            "layers": {"kind": case.kind, "hidden": case.hidden, "count": case.count, "bidirectional": case.bidirectional},
            "inputSize": case.inputs, "steps": case.steps, "lengths": case.lengths, "parameters": numbers(parameters),
            "inputs": numbers(x), "gradients": numbers(of_network(case, layers, more, lambda p: p.grad, lambda a, _: a)),
        }

    name = f"{score} {encoder.name} to {decoder.name}"
    return {
        "name": name, "score": score, "hidden": hidden, "batch": decoder.batch, "outputSize": decoder.outputs,
        "encoder": network(encoder, read, source, []), "decoder": network(decoder, written, inputs, attention + list(head.parameters())),
        "targets": numbers(targets), "outputs": numbers(outputs), "weights": numbers(weights * valid[..., None]),
        "finalState": numbers(make_golden.flat_state(decoder, last)), "lossValue": float(f"{loss.item():.9g}"),
    }


def main():
    cases = [make(index, *case) for index, case in enumerate(CASES)]
    golden_file.write("attention.json", "PyTorch", torch.__version__, SEED, cases)


if __name__ == "__main__":
    main()
