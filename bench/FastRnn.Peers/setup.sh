#!/usr/bin/env bash
# Installs what FastRnn is compared with, on Debian or Ubuntu: oneDNN, Eigen, PyTorch and ONNX Runtime, compiled or unpacked into .peers/
# beside this file. Can be run again. A peer that fails does not keep the others from being installed; the end says which are ready.
set -euo pipefail

readonly here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly peers="$here/.peers"
readonly onnxruntime_version=1.30.0

# One place for how the C++ peers are compiled: for this machine, as who needs the speed compiles.
readonly compile=(g++ -std=c++17 -O3 -march=native -DNDEBUG)
readonly eigen_flags=(-ffast-math -isystem /usr/include/eigen3)
readonly onednn_libraries=(-ldnnl -lgomp)

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
}

# To a new file first, so that a failure leaves no old program that looks ready.
compile_peer() {
    local name="$1"
    shift
    rm -f "$peers/$name"
    "${compile[@]}" "$@" -o "$peers/$name.new" && mv "$peers/$name.new" "$peers/$name"
}

set_up_onednn() {
    install_packages g++ libdnnl-dev && compile_peer onednn "$here/native/onednn.cpp" "${onednn_libraries[@]}" -ldl
}

set_up_eigen() {
    install_packages g++ libeigen3-dev && compile_peer eigen "${eigen_flags[@]}" "$here/native/eigen.cpp" -ldl
}

set_up_allocations() {
    install_packages g++ && compile_peer liballocations.so -shared -fPIC "$here/native/allocations.cpp"
}

set_up_pytorch() {
    # Without OpenBLAS it would multiply with the reference library, many times slower. Serial, since all peers run on one thread.
    install_packages python3-torch python3-numpy libopenblas0-serial && /usr/bin/python3 -c 'import numpy, torch'
}

set_up_onnxruntime() {
    local architecture
    case "$(uname -m)" in
        x86_64) architecture=x64 ;;
        aarch64) architecture=arm64 ;;
        *) echo "no ONNX Runtime for $(uname -m)" >&2; return 1 ;;
    esac

    # Debian's npm conflicts with a Node from elsewhere, which brings its own.
    if ! command -v npm > /dev/null; then install_packages npm || return; fi
    # Its scripts would fetch libraries for graphics cards; what the processor needs is in the package.
    npm install --prefix "$peers" --ignore-scripts --no-audit --no-fund "onnxruntime-node@$onnxruntime_version" || return
    local library="$peers/node_modules/onnxruntime-node/bin/napi-v6/linux/$architecture/libonnxruntime.so.1"
    [ -f "$library" ] || { echo "$library is missing" >&2; return 1; }
}

mkdir -p "$peers"
echo '== package lists'
as_root apt-get update || echo 'The package lists are not up to date; going on with those that are here.' >&2

failed=0
report=()
for peer in onednn eigen allocations pytorch onnxruntime; do
    echo "== $peer"
    log="$peers/$peer.log"
    if "set_up_$peer" > >(tee "$log") 2>&1; then
        report+=("ready      $peer")
    else
        failed=1
        # The log is complete when what writes it has ended.
        wait "$!" || true
        reason="$(grep -i -m 1 -e 'error' -e '^E:' "$log" || tail -n 1 "$log")"
        report+=("NOT READY  $peer: $reason (all of it: $log)")
    fi
done

echo
printf '%s\n' "${report[@]}"
exit "$failed"
