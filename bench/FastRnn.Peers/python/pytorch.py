"""PyTorch as a peer: its recurrent modules on one thread, as a user would call them who wants them fast."""

import ctypes
import os
import sys
import time

# Read when the libraries load, so before torch is imported.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

# OpenBLAS finds the fastest kernels of this processor by itself, those for AVX-512 where it has that. An environment that names others,
# as some do to get the same digits everywhere, would make products several times slower, and the comparison unfair.
for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "ATEN_CPU_CAPABILITY"):
    os.environ.pop(variable, None)

import numpy
import torch

GATES = {"elman": 1, "gru": 3, "lstm": 4}
SEQUENCE_MODULES = {"elman": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}
# For single steps the modules for sequences take up to half as long again.
STEP_MODULES = {"elman": torch.nn.RNNCell, "gru": torch.nn.GRUCell, "lstm": torch.nn.LSTMCell}
MODES = ("step", "sequence", "train")


class Unsupported(Exception):
    pass


class Case:
    """One piece of work and its data."""

    def __init__(self, cell, mode, input_size, hidden_size, batch, steps, data_file):
        if cell not in GATES:
            raise Unsupported(f"cell {cell}")
        if mode not in MODES:
            raise Unsupported(f"mode {mode}")
        if min(input_size, hidden_size, batch, steps) < 1:
            raise ValueError("a size below 1")
        if mode == "step" and batch != 1:
            raise ValueError("step mode has one stream")

        self.cell, self.mode, self.steps = cell, mode, steps
        self.input_size, self.hidden_size = input_size, hidden_size
        self._data = numpy.fromfile(data_file, dtype="<f4")
        self._at = 0
        rows = GATES[cell] * hidden_size
        self.inputs = self._take(steps, batch, input_size)
        self.h0 = self._take(batch, hidden_size)
        self.c0 = self._take(batch, hidden_size) if cell == "lstm" else None
        self.input_weights = self._take(rows, input_size)
        self.recurrent_weights = self._take(rows, hidden_size)
        self.bias = self._take(rows)
        # The second bias of a PyTorch module is zero but for what a GRU's reset gate is multiplied with.
        self.recurrent_bias = torch.zeros(rows)
        if cell == "gru":
            self.recurrent_bias[-hidden_size:] = self._take(hidden_size)
        self.output_gradient = self._take(steps, batch, hidden_size) if mode == "train" else None
        if self._at != self._data.size:
            raise ValueError("too much data")

    def _take(self, *shape):
        end = self._at + int(numpy.prod(shape))
        if end > self._data.size:
            raise ValueError("too little data")
        part = torch.from_numpy(self._data[self._at:end].copy()).reshape(shape)
        self._at = end
        return part


class Work:
    """A case made ready. `first` gives its results, `run` is what is timed."""

    def __init__(self, case, module):
        self.case = case
        self.module = module
        # Both kinds of modules have them in this order.
        parameters = (case.input_weights, case.recurrent_weights, case.bias, case.recurrent_bias)
        with torch.no_grad():
            for parameter, values in zip(module.parameters(), parameters):
                parameter.copy_(values)


class StepWork(Work):
    def __init__(self, case):
        super().__init__(case, STEP_MODULES[case.cell](case.input_size, case.hidden_size))
        self.inputs = list(case.inputs)
        self.next = 0
        self.state = case.h0 if case.c0 is None else (case.h0, case.c0)

    def first(self):
        outputs = []
        for _ in self.inputs:
            self.run(1)
            outputs.append(self.state[0] if self.case.cell == "lstm" else self.state)
        return [torch.stack(outputs), *(self.state if self.case.cell == "lstm" else [self.state])]

    @torch.inference_mode()
    def run(self, calls):
        module, inputs, state, at = self.module, self.inputs, self.state, self.next
        for _ in range(calls):
            state = module(inputs[at], state)
            at += 1
            if at == len(inputs):
                at = 0
        self.state, self.next = state, at


class SequenceWork(Work):
    def __init__(self, case):
        super().__init__(case, SEQUENCE_MODULES[case.cell](case.input_size, case.hidden_size))
        h0 = case.h0.unsqueeze(0)
        self.initial = h0 if case.c0 is None else (h0, case.c0.unsqueeze(0))

    def call(self):
        return self.module(self.case.inputs, self.initial)

    @torch.inference_mode()
    def first(self):
        outputs, state = self.call()
        return [outputs, *(state if self.case.cell == "lstm" else [state])]

    @torch.inference_mode()
    def run(self, calls):
        for _ in range(calls):
            self.call()


class TrainWork(SequenceWork):
    def __init__(self, case):
        super().__init__(case)
        case.inputs.requires_grad = True

    def call(self):
        inputs = self.case.inputs
        # Gradients of one call: PyTorch adds to those that it finds.
        self.module.zero_grad(set_to_none=True)
        inputs.grad = None
        outputs, state = super().call()
        outputs.backward(self.case.output_gradient)
        return outputs, state

    def first(self):
        outputs, state = self.call()
        results = [outputs, *(state if self.case.cell == "lstm" else [state]), self.case.inputs.grad]
        *gradients, recurrent_bias = (parameter.grad for parameter in self.module.parameters())
        results += gradients
        if self.case.cell == "gru":
            results.append(recurrent_bias[-self.case.hidden_size:])
        return results

    def run(self, calls):
        for _ in range(calls):
            self.call()


WORKS = {"step": StepWork, "sequence": SequenceWork, "train": TrainWork}


def prepare(words):
    if len(words) != 8:
        raise ValueError("prepare needs a cell, a mode, four sizes and two files")
    cell, mode, *sizes, data_file, result_file = words
    case = Case(cell, mode, *map(int, sizes), data_file)
    work = WORKS[mode](case)
    with open(result_file, "wb") as file:
        for result in work.first():
            file.write(result.detach().contiguous().numpy().astype("<f4").tobytes())
    return work


def find_allocated_bytes():
    """The counter of heap bytes, present only where its library is preloaded."""
    try:
        count = ctypes.CDLL(None).allocated_bytes
    except AttributeError:
        return None
    count.restype = ctypes.c_ulonglong
    return count


def time_work(work, words):
    if work is None:
        raise ValueError("time before prepare")
    if len(words) != 1 or not float(words[0]) >= 0:
        raise ValueError("time needs milliseconds")

    goal = float(words[0]) * 1e6
    allocated_bytes = find_allocated_bytes()

    def measure(calls):
        before = allocated_bytes() if allocated_bytes else 0
        start = time.perf_counter_ns()
        work.run(calls)
        elapsed = time.perf_counter_ns() - start
        return elapsed, (allocated_bytes() if allocated_bytes else 0) - before

    # Runs of a 20th of the time: so long that reading the clock does not count, so short that the end is not missed by much.
    run = 1
    total, allocated = measure(run)
    while total < goal / 20:
        run *= 2
        total, allocated = measure(run)

    calls = run
    while total < goal:
        elapsed, more = measure(run)
        total += elapsed
        allocated += more
        calls += run
    return f"timed {total / calls:.3f} {calls} " + (f"{allocated / calls:.3f}" if allocated_bytes else "-")


def version():
    """PyTorch's, and the kernels that its products are made with, where OpenBLAS makes them."""
    try:
        kernels = ctypes.CDLL("libblas.so.3").openblas_get_corename
    except (OSError, AttributeError):
        return torch.__version__
    kernels.restype = ctypes.c_char_p
    return f"{torch.__version__} (OpenBLAS for {kernels().decode()})"


def main():
    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    print("ready PyTorch", version(), flush=True)
    work = None
    for line in sys.stdin:
        verb, *words = line.split() or [""]
        if verb == "quit":
            break
        try:
            if verb == "prepare":
                # The last case goes first: none is timed after an error.
                work = None
                work = prepare(words)
                print("prepared", flush=True)
            elif verb == "time":
                print(time_work(work, words), flush=True)
            else:
                raise ValueError("unknown request: " + line.strip())
        except Unsupported as reason:
            print("unsupported", reason, flush=True)
        except Exception as error:  # whatever a request does, the next one is answered
            print("error", str(error).split("\n")[0], flush=True)


if __name__ == "__main__":
    main()
