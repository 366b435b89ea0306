// oneDNN as a peer: its RNN primitives in the layouts that they ask for, run by calls whose arguments are all made beforehand.
#include "peer.hpp"

#include <cstring>
#include <dnnl.hpp>
#include <limits>
#include <omp.h>

namespace {

using dnnl::memory;
using peer::Case;
using peer::Cell;
using peer::Floats;
using peer::Mode;
using Tag = memory::format_tag;

// oneDNN has the update gate (z) before the reset gate (r); its other cells have the protocol's order.
int gateAt(Cell cell, int gate) {
    return cell == Cell::Gru && gate < 2 ? 1 - gate : gate;
}

// The same rows with the gates in the other order. The exchange undoes itself, so it serves both ways.
Floats exchangeGates(Cell cell, const Floats &source, size_t gateLength) {
    Floats target(source);
    const int gates = static_cast<int>(source.size() / gateLength);
    for (int gate = 0; gate < gates; gate++) {
        const auto from = source.begin() + static_cast<long>(gateAt(cell, gate) * gateLength);
        std::copy(from, from + static_cast<long>(gateLength), target.begin() + static_cast<long>(gate * gateLength));
    }

    return target;
}

memory::desc describe(const memory::dims &dims, Tag tag) {
    return {dims, memory::data_type::f32, tag};
}

float *floatsOf(const memory &source) {
    return static_cast<float *>(source.get_data_handle());
}

Floats contentOf(const memory &source) {
    return {floatsOf(source), floatsOf(source) + source.get_desc().get_size() / sizeof(float)};
}

// How the weights lie. The layout that oneDNN chooses, `any`, picks the implementation too, and is not always the fastest.
struct Layouts {
    Tag forward;
    Tag backward;
};

// The shapes of a case.
struct Shapes {
    explicit Shapes(const Case &work)
        : layers{1, 1, work.inputSize, work.gates(), work.hiddenSize},
          recurrent{1, 1, work.hiddenSize, work.gates(), work.hiddenSize},
          biases{1, 1, work.gates() + (work.cell == Cell::Gru ? 1 : 0), work.hiddenSize},
          state{1, 1, work.batch, work.hiddenSize},
          streamed(work.mode == Mode::Step) {
        const int steps = streamed ? 1 : work.steps;
        source = {steps, work.batch, work.inputSize};
        output = {steps, work.batch, work.hiddenSize};
    }

    memory::dims layers, recurrent, biases, state, source, output;
    bool streamed;
};

// The two primitives of a cell, with one way to describe them for all three cells.
template <class TForward, class TBackward, bool HasMemory, class... TAlgorithm>
struct Primitives {
    using Forward = typename TForward::primitive_desc;
    using Backward = typename TBackward::primitive_desc;

    static Forward forward(const dnnl::engine &engine, const dnnl::primitive_attr &attributes, dnnl::prop_kind kind, const Shapes &shapes,
                           Tag layout, TAlgorithm... algorithm) {
        const auto direction = dnnl::rnn_direction::unidirectional_left2right;
        const auto source = describe(shapes.source, Tag::tnc), output = describe(shapes.output, Tag::tnc);
        const auto state = describe(shapes.state, Tag::ldnc), bias = describe(shapes.biases, Tag::ldgo);
        const auto layers = describe(shapes.layers, layout), recurrent = describe(shapes.recurrent, layout);
        if constexpr (HasMemory) {
            return {{kind, direction, source, state, state, layers, recurrent, bias, output, state, state}, attributes, engine};
        } else {
            // One streamed step's output is its state, which need not be written twice.
            const auto last = shapes.streamed ? memory::desc() : state;
            return {{kind, algorithm..., direction, source, state, layers, recurrent, bias, output, last}, attributes, engine};
        }
    }

    static Backward backward(const dnnl::engine &engine, const dnnl::primitive_attr &attributes, const Forward &hint, const Shapes &shapes,
                             Tag layout, TAlgorithm... algorithm) {
        const auto kind = dnnl::prop_kind::backward;
        const auto direction = dnnl::rnn_direction::unidirectional_left2right;
        const auto source = describe(shapes.source, Tag::tnc), output = describe(shapes.output, Tag::tnc);
        const auto state = describe(shapes.state, Tag::ldnc), bias = describe(shapes.biases, Tag::ldgo);
        const auto layers = describe(shapes.layers, layout), recurrent = describe(shapes.recurrent, layout);
        const auto layersGradient = describe(shapes.layers, Tag::any), recurrentGradient = describe(shapes.recurrent, Tag::any);
        if constexpr (HasMemory) {
            return {{kind, direction, source, state, state, layers, recurrent, bias, output, state, state,
                     source, state, state, layersGradient, recurrentGradient, bias, output, state, state}, attributes, engine, hint};
        } else {
            return {{kind, algorithm..., direction, source, state, layers, recurrent, bias, output, state,
                     source, state, layersGradient, recurrentGradient, bias, output, state}, attributes, engine, hint};
        }
    }
};

using Elman = Primitives<dnnl::vanilla_rnn_forward, dnnl::vanilla_rnn_backward, false, dnnl::algorithm>;
using Gru = Primitives<dnnl::lbr_gru_forward, dnnl::lbr_gru_backward, false>;
using Lstm = Primitives<dnnl::lstm_forward, dnnl::lstm_backward, true>;

// Arguments as the library's C interface takes them: the C++ one builds a map and a list in every call.
using Arguments = std::vector<dnnl_exec_arg_t>;

class OneDnnWork : public peer::Work {
public:
    OneDnnWork(const Case &work, Layouts layouts)
        : work(work), layouts(layouts), engine(dnnl::engine::kind::cpu, 0), stream(engine), shapes(work) {
        attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
        switch (work.cell) {
        case Cell::Elman: build<Elman>(dnnl::algorithm::eltwise_tanh); break;
        case Cell::Gru: build<Gru>(); break;
        case Cell::Lstm: build<Lstm>(); break;
        }
    }

    peer::Results first() override {
        peer::Results results;
        for (int call = 0; call < (shapes.streamed ? work.steps : 1); call++) {
            run(1);
            const Floats rows = contentOf(shapes.streamed ? hiddens[next % 2] : output);
            results.outputs.insert(results.outputs.end(), rows.begin(), rows.end());
        }

        // Streamed, the state that the last call wrote is the one that the next call reads.
        const size_t last = shapes.streamed ? next % 2 : 1;
        results.hFinal = contentOf(hiddens[last]);
        if (work.cell == Cell::Lstm) results.cFinal = contentOf(cells[last]);
        if (work.mode == Mode::Train) addGradients(results);
        return results;
    }

    void run(long calls) override {
        for (long call = 0; call < calls; call++) {
            execute(forward, forwardArguments[next]);
            if (work.mode == Mode::Train) {
                // oneDNN 2 adds to the gradients of weights and biases that it finds.
                for (const memory &gradient : {std::cref(layersGradient), std::cref(recurrentGradient), std::cref(biasGradient)}) {
                    std::memset(gradient.get_data_handle(), 0, gradient.get_desc().get_size());
                }

                execute(backward, backwardArguments);
            }

            if (++next == forwardArguments.size()) next = 0;
        }

        stream.wait();
    }

private:
    template <class TPrimitives, class... TAlgorithm>
    void build(TAlgorithm... algorithm) {
        const bool train = work.mode == Mode::Train;
        const auto kind = train ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference;
        const auto description = TPrimitives::forward(engine, attributes, kind, shapes, layouts.forward, algorithm...);
        forward = dnnl::primitive(description.get());

        const Floats weightRows = exchangeGates(work.cell, work.inputWeights, size_t(work.hiddenSize) * work.inputSize);
        const Floats recurrentRows = exchangeGates(work.cell, work.recurrentWeights, size_t(work.hiddenSize) * work.hiddenSize);
        Floats biases = exchangeGates(work.cell, work.bias, work.hiddenSize);
        biases.insert(biases.end(), work.recurrentBias.begin(), work.recurrentBias.end());
        const memory layers = lay(shapes.layers, weightRows, description.weights_layer_desc());
        const memory recurrent = lay(shapes.recurrent, recurrentRows, description.weights_iter_desc());
        const memory bias = hold(describe(shapes.biases, Tag::ldgo), biases);

        output = memory(describe(shapes.output, Tag::tnc), engine);
        for (int side = 0; side < 2; side++) {
            hiddens[side] = hold(describe(shapes.state, Tag::ldnc), work.h0);
            if (work.cell == Cell::Lstm) cells[side] = hold(describe(shapes.state, Tag::ldnc), work.c0);
        }

        if (train) workspace = memory(description.workspace_desc(), engine);
        const memory scratchpad(description.scratchpad_desc(), engine);

        // Streamed, every input has its arguments, and the two states change places from call to call: nothing is copied.
        // An odd number of inputs goes round twice before state and input meet again.
        const int calls = !shapes.streamed ? 1 : work.steps % 2 == 0 ? work.steps : 2 * work.steps;
        const auto source = describe(shapes.source, Tag::tnc);
        for (int call = 0; call < calls; call++) {
            const float *input = work.inputs.data() + static_cast<size_t>(call % work.steps) * work.inputSize;
            const memory inputs = hold(source, Floats(input, input + source.get_size() / sizeof(float)));
            Arguments arguments;
            add(arguments, DNNL_ARG_SRC_LAYER, inputs);
            add(arguments, DNNL_ARG_SRC_ITER, hiddens[call % 2]);
            add(arguments, DNNL_ARG_WEIGHTS_LAYER, layers);
            add(arguments, DNNL_ARG_WEIGHTS_ITER, recurrent);
            add(arguments, DNNL_ARG_BIAS, bias);
            if (shapes.streamed && work.cell != Cell::Lstm) {
                add(arguments, DNNL_ARG_DST_LAYER, memory(output.get_desc(), engine, floatsOf(hiddens[1 - call % 2])));
            } else {
                add(arguments, DNNL_ARG_DST_LAYER, output);
                add(arguments, DNNL_ARG_DST_ITER, hiddens[1 - call % 2]);
            }

            if (work.cell == Cell::Lstm) {
                add(arguments, DNNL_ARG_SRC_ITER_C, cells[call % 2]);
                add(arguments, DNNL_ARG_DST_ITER_C, cells[1 - call % 2]);
            }

            if (train) {
                add(arguments, DNNL_ARG_WORKSPACE, workspace);
                backwardArguments = arguments;
            }

            add(arguments, DNNL_ARG_SCRATCHPAD, scratchpad);
            forwardArguments.push_back(arguments);
        }

        if (train) {
            buildBackward(TPrimitives::backward(engine, attributes, description, shapes, layouts.backward, algorithm...),
                          weightRows, recurrentRows);
        }
    }

    template <class TDescription>
    void buildBackward(const TDescription &description, const Floats &weightRows, const Floats &recurrentRows) {
        backward = dnnl::primitive(description.get());
        for (dnnl_exec_arg_t &argument : backwardArguments) {
            // The same weights, in the layout that the products of the way back ask for.
            if (argument.arg == DNNL_ARG_WEIGHTS_LAYER) {
                argument.memory = lay(shapes.layers, weightRows, description.weights_layer_desc()).get();
            } else if (argument.arg == DNNL_ARG_WEIGHTS_ITER) {
                argument.memory = lay(shapes.recurrent, recurrentRows, description.weights_iter_desc()).get();
            }
        }

        sourceGradient = memory(description.diff_src_layer_desc(), engine);
        layersGradient = memory(description.diff_weights_layer_desc(), engine);
        recurrentGradient = memory(description.diff_weights_iter_desc(), engine);
        biasGradient = memory(description.diff_bias_desc(), engine);
        const auto state = describe(shapes.state, Tag::ldnc);
        const Floats zeros(work.h0.size());
        add(backwardArguments, DNNL_ARG_DIFF_SRC_LAYER, sourceGradient);
        add(backwardArguments, DNNL_ARG_DIFF_SRC_ITER, memory(state, engine));
        add(backwardArguments, DNNL_ARG_DIFF_WEIGHTS_LAYER, layersGradient);
        add(backwardArguments, DNNL_ARG_DIFF_WEIGHTS_ITER, recurrentGradient);
        add(backwardArguments, DNNL_ARG_DIFF_BIAS, biasGradient);
        add(backwardArguments, DNNL_ARG_DIFF_DST_LAYER, hold(describe(shapes.output, Tag::tnc), work.outputGradient));
        add(backwardArguments, DNNL_ARG_DIFF_DST_ITER, hold(state, zeros));
        if (work.cell == Cell::Lstm) {
            add(backwardArguments, DNNL_ARG_DIFF_SRC_ITER_C, memory(state, engine));
            add(backwardArguments, DNNL_ARG_DIFF_DST_ITER_C, hold(state, zeros));
        }

        add(backwardArguments, DNNL_ARG_SCRATCHPAD, memory(description.scratchpad_desc(), engine));
    }

    void addGradients(peer::Results &results) {
        const size_t hidden = work.hiddenSize;
        results.inputsGradient = rowsOf(sourceGradient, describe(shapes.source, Tag::tnc));
        results.inputWeightsGradient =
            exchangeGates(work.cell, rowsOf(layersGradient, describe(shapes.layers, Tag::ldgoi)), hidden * work.inputSize);
        results.recurrentWeightsGradient =
            exchangeGates(work.cell, rowsOf(recurrentGradient, describe(shapes.recurrent, Tag::ldgoi)), hidden * hidden);
        Floats biases = exchangeGates(work.cell, rowsOf(biasGradient, describe(shapes.biases, Tag::ldgo)), hidden);
        const auto end = biases.begin() + static_cast<long>(work.gates() * hidden);
        results.recurrentBiasGradient.assign(end, biases.end());
        biases.erase(end, biases.end());
        results.biasGradient = biases;
    }

    memory hold(const memory::desc &description, const Floats &content) {
        memory held(description, engine);
        std::copy(content.begin(), content.end(), floatsOf(held));
        return held;
    }

    // Weights [G*H, I] in another layout; kept, since arguments do not keep what they name.
    memory lay(const memory::dims &dims, const Floats &rows, const memory::desc &layout) {
        memory plain = hold(describe(dims, Tag::ldgoi), rows);
        memory laid(layout, engine);
        dnnl::reorder(plain, laid).execute(stream, plain, laid);
        stream.wait();
        kept.push_back(laid);
        return laid;
    }

    Floats rowsOf(memory source, const memory::desc &layout) {
        memory plain(layout, engine);
        dnnl::reorder(source, plain).execute(stream, source, plain);
        stream.wait();
        return contentOf(plain);
    }

    void add(Arguments &arguments, int name, const memory &value) {
        kept.push_back(value);
        arguments.push_back({name, value.get()});
    }

    void execute(const dnnl::primitive &primitive, const Arguments &arguments) {
        const auto count = static_cast<int>(arguments.size());
        dnnl::error::wrap_c_api(dnnl_primitive_execute(primitive.get(), stream.get(), count, arguments.data()), "execution failed");
    }

    Case work;
    Layouts layouts;
    dnnl::engine engine;
    dnnl::stream stream;
    Shapes shapes;
    dnnl::primitive_attr attributes;
    dnnl::primitive forward, backward;
    std::vector<Arguments> forwardArguments;
    Arguments backwardArguments;
    std::vector<memory> kept;
    memory output, workspace, hiddens[2], cells[2];
    memory sourceGradient, layersGradient, recurrentGradient, biasGradient;
    size_t next = 0;
};

// The case with the layouts that run fastest here: each has its turn a few times, and its best time counts.
std::unique_ptr<peer::Work> prepare(const Case &work) {
    std::vector<Layouts> candidates{{Tag::any, Tag::any}, {Tag::ldigo, Tag::any}};
    if (work.mode == Mode::Train) candidates.insert(candidates.end(), {{Tag::any, Tag::ldgoi}, {Tag::ldigo, Tag::ldgoi}});
    std::vector<std::unique_ptr<peer::Work>> made;
    for (const Layouts &layouts : candidates) made.push_back(std::make_unique<OneDnnWork>(work, layouts));
    std::vector<double> times(candidates.size(), std::numeric_limits<double>::infinity());
    for (int turn = 0; turn < 4; turn++) {
        for (size_t index = 0; index < made.size(); index++) {
            times[index] = std::min(times[index], peer::time(*made[index], 5).nanoseconds);
        }
    }

    // Made anew, since the calls have moved the state on.
    const auto fastest = std::min_element(times.begin(), times.end()) - times.begin();
    return std::make_unique<OneDnnWork>(work, candidates[fastest]);
}

} // namespace

int main() {
    // Not through the environment: OpenMP has read that before main begins.
    omp_set_num_threads(1);
    const dnnl_version_t *version = dnnl_version();
    std::ostringstream name;
    name << "oneDNN " << version->major << '.' << version->minor << '.' << version->patch;
    return peer::serve(name.str(), prepare);
}
