// What the C++ peers share: the protocol between the comparison and a peer, from reading a request to timing and answering it.
#pragma once

#include <algorithm>
#include <chrono>
#include <dlfcn.h>
#include <fstream>
#include <initializer_list>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace peer {

enum class Cell { Elman, Gru, Lstm };

enum class Mode { Step, Sequence, Train };

using Floats = std::vector<float>;

// One piece of work and its data, gates in the protocol's order: r, z, n and i, f, g, o.
struct Case {
    Cell cell;
    Mode mode;
    int inputSize;
    int hiddenSize;
    int batch;
    int steps;
    Floats inputs;           // [steps, N, I]
    Floats h0;               // [N, H]
    Floats c0;               // [N, H]
    Floats inputWeights;     // [G*H, I]
    Floats recurrentWeights; // [G*H, H]
    Floats bias;             // [G*H]
    Floats recurrentBias;    // [H]
    Floats outputGradient;   // [steps, N, H]

    int gates() const { return cell == Cell::Elman ? 1 : cell == Cell::Gru ? 3 : 4; }
};

// What does not exist for a cell or a mode stays empty.
struct Results {
    Floats outputs;
    Floats hFinal;
    Floats cFinal;
    Floats inputsGradient;
    Floats inputWeightsGradient;
    Floats recurrentWeightsGradient;
    Floats biasGradient;
    Floats recurrentBiasGradient;
};

// A case made ready by an engine.
class Work {
public:
    virtual ~Work() = default;

    // The results of the case, from its initial state.
    virtual Results first() = 0;

    // That many calls one after the other, and nothing else: this is what is timed.
    virtual void run(long calls) = 0;
};

// What one call takes, on average over so many; bytes are below 0 where they can't be counted.
struct Timing {
    double nanoseconds;
    long calls;
    double bytes;
};

// Repeats the call for about that long, at least once.
inline Timing time(Work &work, double milliseconds) {
    using Clock = std::chrono::steady_clock;
    // Present only where the counting library is preloaded.
    const auto allocatedBytes = reinterpret_cast<unsigned long long (*)()>(dlsym(RTLD_DEFAULT, "allocated_bytes"));
    const double goal = milliseconds * 1e6;
    double elapsed = 0, allocated = 0;
    auto measure = [&](long calls) {
        const unsigned long long before = allocatedBytes ? allocatedBytes() : 0;
        const auto start = Clock::now();
        work.run(calls);
        elapsed = std::chrono::duration<double, std::nano>(Clock::now() - start).count();
        allocated = allocatedBytes ? static_cast<double>(allocatedBytes() - before) : 0;
    };

    // Runs of a 20th of the time: so long that reading the clock does not count, so short that the end is not missed by much.
    long run = 1;
    measure(run);
    while (elapsed < goal / 20) measure(run *= 2);

    double total = elapsed, totalAllocated = allocated;
    long calls = run;
    while (total < goal) {
        measure(run);
        total += elapsed;
        totalAllocated += allocated;
        calls += run;
    }

    return {total / calls, calls, allocatedBytes ? totalAllocated / calls : -1};
}

struct Unsupported : std::runtime_error {
    using std::runtime_error::runtime_error;
};

using Prepare = std::unique_ptr<Work> (*)(const Case &);

namespace detail {

inline Cell parseCell(const std::string &name) {
    if (name == "elman") return Cell::Elman;
    if (name == "gru") return Cell::Gru;
    if (name == "lstm") return Cell::Lstm;
    throw Unsupported("cell " + name);
}

inline Mode parseMode(const std::string &name) {
    if (name == "step") return Mode::Step;
    if (name == "sequence") return Mode::Sequence;
    if (name == "train") return Mode::Train;
    throw Unsupported("mode " + name);
}

inline void readData(Case &work, const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot open " + path);
    auto read = [&](Floats &target, size_t count) {
        target.resize(count);
        const auto bytes = static_cast<std::streamsize>(count * sizeof(float));
        if (!file.read(reinterpret_cast<char *>(target.data()), bytes)) throw std::runtime_error("too little data in " + path);
    };

    const size_t input = work.inputSize, hidden = work.hiddenSize, batch = work.batch, steps = work.steps, rows = work.gates() * hidden;
    read(work.inputs, steps * batch * input);
    read(work.h0, batch * hidden);
    if (work.cell == Cell::Lstm) read(work.c0, batch * hidden);
    read(work.inputWeights, rows * input);
    read(work.recurrentWeights, rows * hidden);
    read(work.bias, rows);
    if (work.cell == Cell::Gru) read(work.recurrentBias, hidden);
    if (work.mode == Mode::Train) read(work.outputGradient, steps * batch * hidden);
    if (file.peek() != std::ifstream::traits_type::eof()) throw std::runtime_error("too much data in " + path);
}

inline void writeResults(const Results &results, const std::string &path) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    for (const Floats *part : {&results.outputs, &results.hFinal, &results.cFinal, &results.inputsGradient,
                               &results.inputWeightsGradient, &results.recurrentWeightsGradient, &results.biasGradient,
                               &results.recurrentBiasGradient}) {
        file.write(reinterpret_cast<const char *>(part->data()), static_cast<std::streamsize>(part->size() * sizeof(float)));
    }

    file.close();
    if (!file) throw std::runtime_error("cannot write " + path);
}

inline std::unique_ptr<Work> prepareCase(std::istringstream &request, Prepare prepare) {
    std::string cell, mode, dataPath, resultPath;
    Case work{};
    if (!(request >> cell >> mode >> work.inputSize >> work.hiddenSize >> work.batch >> work.steps >> dataPath >> resultPath)) {
        throw std::runtime_error("prepare needs a cell, a mode, four sizes and two files");
    }

    work.cell = parseCell(cell);
    work.mode = parseMode(mode);
    if (std::min({work.inputSize, work.hiddenSize, work.batch, work.steps}) < 1) throw std::runtime_error("a size below 1");
    if (work.mode == Mode::Step && work.batch != 1) throw std::runtime_error("step mode has one stream");
    readData(work, dataPath);
    std::unique_ptr<Work> prepared = prepare(work);
    writeResults(prepared->first(), resultPath);
    return prepared;
}

inline std::string timeWork(std::istringstream &request, Work *work) {
    double milliseconds;
    if (work == nullptr) throw std::runtime_error("time before prepare");
    if (!(request >> milliseconds) || !(milliseconds >= 0)) throw std::runtime_error("time needs milliseconds");
    const Timing timing = time(*work, milliseconds);
    std::ostringstream answer;
    answer << std::fixed;
    answer.precision(3);
    answer << "timed " << timing.nanoseconds << ' ' << timing.calls << ' ';
    if (timing.bytes >= 0) answer << timing.bytes;
    else answer << '-';
    return answer.str();
}

inline std::string firstLine(const char *message) {
    const std::string text(message);
    return text.substr(0, text.find('\n'));
}

} // namespace detail

// Answers requests until `quit` or the end of the input; what main returns.
inline int serve(const std::string &name, Prepare prepare) {
    std::cout << "ready " << name << std::endl;
    std::unique_ptr<Work> work;
    std::string line;
    while (std::getline(std::cin, line)) {
        std::istringstream request(line);
        std::string verb;
        request >> verb;
        if (verb == "quit") break;
        try {
            if (verb == "prepare") {
                // The last case goes first: two large ones need not be in memory, and none is timed after an error.
                work.reset();
                work = detail::prepareCase(request, prepare);
                std::cout << "prepared" << std::endl;
            } else if (verb == "time") {
                std::cout << detail::timeWork(request, work.get()) << std::endl;
            } else {
                throw std::runtime_error("unknown request: " + line);
            }
        } catch (const Unsupported &reason) {
            std::cout << "unsupported " << detail::firstLine(reason.what()) << std::endl;
        } catch (const std::exception &error) {
            std::cout << "error " << detail::firstLine(error.what()) << std::endl;
        }
    }

    return 0;
}

} // namespace peer
