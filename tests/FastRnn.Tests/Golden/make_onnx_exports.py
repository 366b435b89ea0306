"""Writes onnx_exports.json beside this file: what ONNX Runtime computes with Files/exported_*.onnx, which OnnxExportGoldenTests.cs lets
the library write and holds to the files and to these outputs. ONNX's checker has accepted each of them, shapes and all.

Run it with a Python that has onnx and numpy, and with Node and its package onnxruntime-node, which bench/FastRnn.Peers/setup.sh installs;
if it is elsewhere, with its folder as the argument.
"""

import json
import pathlib
import subprocess
import sys

import numpy as np
import onnx

import golden_file

SEED = 20260105
STEPS, BATCH, VOCABULARY = 5, 3, 7
FOLDER = pathlib.Path(__file__).with_name("Files")
PACKAGE = pathlib.Path(__file__).parents[3] / "bench/FastRnn.Peers/.peers/node_modules/onnxruntime-node"

# Reads {file, inputs} and answers with the outputs; both have a shape and values for each name.
RUN = """
const runtime = require(process.argv[1]);
const work = JSON.parse(require('fs').readFileSync(0));
const wrap = ({isIndex, shape, values}) => isIndex
    ? new runtime.Tensor('int64', BigInt64Array.from(values.map(BigInt)), shape)
    : new runtime.Tensor('float32', Float32Array.from(values), shape);
(async () => {
    const session = await runtime.InferenceSession.create(work.file);
    const inputs = Object.fromEntries(Object.entries(work.inputs).map(([name, tensor]) => [name, wrap(tensor)]));
    const outputs = Object.entries(await session.run(inputs));
    console.log(JSON.stringify(Object.fromEntries(
        outputs.map(([name, tensor]) => [name, {shape: Array.from(tensor.dims), values: Array.from(tensor.data)}]))));
})();
"""


def tensor(values):
    return {"shape": list(values.shape), "values": golden_file.numbers(values)}


def fed(info, random):
    """Random values for an input of the graph, states too."""
    kind = info.type.tensor_type
    free = {"time": STEPS, "batch": BATCH}
    shape = [size.dim_value or free[size.dim_param] for size in kind.shape.dim]
    if kind.elem_type == onnx.TensorProto.INT64:
        return random.integers(0, VOCABULARY, shape)
    return random.uniform(-1, 1, shape).astype(np.float32)


def case(file, package, random):
    model = onnx.load(file)
    onnx.checker.check_model(model, full_check=True)
    inputs = {info.name: fed(info, random) for info in model.graph.input}
    work = {"file": str(file), "inputs": {
        name: {**tensor(values), "isIndex": values.dtype == np.int64} for name, values in inputs.items()}}
    done = subprocess.run(["node", "-e", RUN, str(package)], input=json.dumps(work), text=True, capture_output=True, check=False)
    if done.returncode:
        sys.exit(f"{file.name}: {done.stderr}")
    outputs = {
        name: {"shape": result["shape"], "values": golden_file.numbers(np.array(result["values"]))}
        for name, result in json.loads(done.stdout).items()}
    return {"name": file.stem, "inputs": {name: tensor(values) for name, values in inputs.items()}, "outputs": outputs}


def main():
    package = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else PACKAGE).resolve()
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    random = np.random.default_rng(SEED)
    cases = [case(file, package, random) for file in sorted(FOLDER.glob("exported_*.onnx"))]
    golden_file.write("onnx_exports.json", "ONNX Runtime", version, SEED, cases)


if __name__ == "__main__":
    main()
