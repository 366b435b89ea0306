// Eigen as a peer: the loop that is written by hand where a network must run in real time. One stream, sizes known when it is compiled,
// every cell a product over [x; h] whose sums stay in registers until they have become the new state.
#include "peer.hpp"

#include <Eigen/Core>

namespace {

namespace simd = Eigen::internal;

using peer::Case;
using peer::Cell;
using peer::Floats;
using peer::Mode;
using Packet = simd::packet_traits<float>::type;
using Buffer = Eigen::Matrix<float, Eigen::Dynamic, 1>;

constexpr int Width = simd::packet_traits<float>::size;

// The sums of a unit. In a GRU the candidate has two, for x and for h, and the order n, r, z, u makes both products write neighbours.
template <Cell C>
struct Sums {
    static constexpr int All = C == Cell::Elman ? 1 : 4;

    // What each of the two products adds to: of x from the first on, of h up to the last.
    static constexpr int Each = C == Cell::Gru ? 3 : All;
    static constexpr int FirstOfState = All - Each;

    // The gate of the protocol that a sum belongs to.
    static constexpr int gate(int sum) { return C == Cell::Gru ? (sum == 0 || sum == 3 ? 2 : sum - 1) : sum; }

    // Weights of sigmoid gates are halved, since sigmoid(a) = (1 + tanh(a / 2)) / 2: all gates are then one function.
    static constexpr float scale(int sum) {
        const bool sigmoid = C == Cell::Gru ? sum == 1 || sum == 2 : C == Cell::Lstm && sum != 2;
        return sigmoid ? 0.5f : 1.0f;
    }
};

// What ran fastest, measured cell by cell and size by size.
template <Cell C, int H>
struct Plan {
    // Packets of units that are worked on at once: many, to share an element of the vector; few, since all sums must fit the registers.
    static constexpr int Packets = H / Width;
    static constexpr int Wanted = C == Cell::Elman ? 4 : H == 32 ? 2 : 1;
    static constexpr int Block = Packets < Wanted ? Packets : Wanted;
    static_assert(Packets % Block == 0, "whole blocks only");

    // A sum in several chains, so that a multiply-add need not wait for the one before.
    static constexpr int Columns = Block * Sums<C>::Each;
    static constexpr int Chains = Columns >= 3 ? 2 : 4;

    // A sequence's inputs are multiplied by several rows at once, and so that the products of a chunk are still in the cache when
    // they are used. Small cells gain nothing: the product of x hides behind the wait for h.
    static constexpr bool Projects = H >= 64;
    static constexpr int Rows = EIGEN_ARCH_DEFAULT_NUMBER_OF_REGISTERS >= 32 ? 6 : 3;
    static constexpr int Chunk = 24;
    static_assert(Chunk % Rows == 0, "whole groups of rows only");
};

EIGEN_STRONG_INLINE Packet sigmoidOfHalf(const Packet &half) {
    return simd::pmadd(simd::ptanh(half), simd::pset1<Packet>(0.5f), simd::pset1<Packet>(0.5f));
}

// sums[..][first ..] += panel [K, Count] * vector [K], with a chain for every element in turn.
template <int K, int Count, int All, int Chains>
EIGEN_STRONG_INLINE void multiply(Packet (&sums)[Chains][All], int first, const float *panel, const float *vector) {
#pragma GCC unroll 2
    for (int k = 0; k < K; k += Chains) {
#pragma GCC unroll 8
        for (int chain = 0; chain < Chains; chain++) {
            const Packet element = simd::pset1<Packet>(vector[k + chain]);
#pragma GCC unroll 32
            for (int column = 0; column < Count; column++) {
                const Packet weights = simd::pload<Packet>(panel + ((k + chain) * Count + column) * Width);
                Packet &sum = sums[chain][first + column];
                sum = simd::pmadd(weights, element, sum);
            }
        }
    }
}

// products [Rows, Count] = bias + vectors [Rows, K] * panel [K, Count], the rows of the products so far apart.
template <int K, int Count, int Rows>
EIGEN_STRONG_INLINE void multiplyRows(const float *bias, const float *panel, const float *vectors, float *products, long distance) {
    Packet sums[Rows][Count];
#pragma GCC unroll 8
    for (int row = 0; row < Rows; row++) {
#pragma GCC unroll 32
        for (int column = 0; column < Count; column++) sums[row][column] = simd::pload<Packet>(bias + column * Width);
    }

    for (int k = 0; k < K; k++) {
        Packet elements[Rows];
#pragma GCC unroll 8
        for (int row = 0; row < Rows; row++) elements[row] = simd::pset1<Packet>(vectors[row * K + k]);
#pragma GCC unroll 32
        for (int column = 0; column < Count; column++) {
            const Packet weights = simd::pload<Packet>(panel + (k * Count + column) * Width);
#pragma GCC unroll 8
            for (int row = 0; row < Rows; row++) sums[row][column] = simd::pmadd(weights, elements[row], sums[row][column]);
        }
    }

#pragma GCC unroll 8
    for (int row = 0; row < Rows; row++) {
#pragma GCC unroll 32
        for (int column = 0; column < Count; column++) simd::pstore(products + row * distance + column * Width, sums[row][column]);
    }
}

template <Cell C, int H>
class EigenWork : public peer::Work {
    using S = Sums<C>;
    using P = Plan<C, H>;
    static constexpr int Units = P::Block * Width;
    static constexpr int Blocks = H / Units;
    static constexpr int Panel = H * S::Each * Units;
    static constexpr int ProductRow = S::Each * H;

public:
    explicit EigenWork(const Case &work)
        : mode(work.mode), steps(work.steps), inputs((steps + P::Rows) * H), products(P::Chunk * ProductRow), inputPanels(Blocks * Panel),
          statePanels(Blocks * Panel), biases(S::All * H), outputs(steps * H), initialHidden(H), initialCell(H), hidden(2 * H), cell(H) {
        // Rows beyond the last step are multiplied too, to have whole groups of rows.
        inputs.setZero();
        std::copy(work.inputs.begin(), work.inputs.end(), inputs.data());
        std::copy(work.h0.begin(), work.h0.end(), initialHidden.data());
        std::copy(work.c0.begin(), work.c0.end(), initialCell.data());
        hidden.head(H) = initialHidden;
        cell = initialCell;
        for (int block = 0; block < Blocks; block++) {
            for (int sum = 0; sum < S::All; sum++) packSum(work, block, sum);
        }
    }

    peer::Results first() override {
        peer::Results results;
        if (mode == Mode::Step) {
            for (long call = 0; call < steps; call++) {
                run(1);
                results.outputs.insert(results.outputs.end(), hidden.data() + side * H, hidden.data() + (side + 1) * H);
            }
        } else {
            run(1);
            results.outputs.assign(outputs.data(), outputs.data() + outputs.size());
        }

        results.hFinal.assign(results.outputs.end() - H, results.outputs.end());
        if (C == Cell::Lstm) results.cFinal.assign(cell.data(), cell.data() + H);
        return results;
    }

    void run(long calls) override {
        for (long call = 0; call < calls; call++) {
            if (mode == Mode::Step) runStep();
            else runSequence();
        }
    }

private:
    EIGEN_STRONG_INLINE void runStep() {
        step<false>(inputs.data() + next * H, hidden.data() + side * H, hidden.data() + (1 - side) * H, side == 1);
        side = 1 - side;
        if (++next == steps) next = 0;
    }

    void runSequence() {
        cell = initialCell;
        const float *previous = initialHidden.data();
        for (long start = 0; start < steps; start += P::Chunk) {
            const long end = std::min<long>(steps, start + P::Chunk);
            if constexpr (P::Projects) project(start, end);
            for (long at = start; at < end; at++) {
                const float *input = P::Projects ? products.data() + (at - start) * ProductRow : inputs.data() + at * H;
                float *output = outputs.data() + at * H;
                step<P::Projects>(input, previous, output, at % 2 == 1);
                previous = output;
            }
        }
    }

    // Of one sum of a block's units: the weights of both products, which stand one behind the other as they are read, and the biases.
    void packSum(const Case &work, int block, int sum) {
        const float scale = S::scale(sum);
        const bool ofState = sum >= S::FirstOfState, ofInput = sum < S::Each;
        for (int unit = 0; unit < Units; unit++) {
            const int index = block * Units + unit;
            const size_t row = size_t(S::gate(sum)) * H + index;
            biases[(block * S::All + sum) * Units + unit] = scale * (ofInput ? work.bias[row] : work.recurrentBias[index]);
            for (int k = 0; k < H; k++) {
                const int column = block * Panel + k * S::Each * Units + unit;
                if (ofInput) inputPanels[column + sum * Units] = scale * work.inputWeights[row * H + k];
                if (ofState) statePanels[column + (sum - S::FirstOfState) * Units] = scale * work.recurrentWeights[row * H + k];
            }
        }
    }

    void project(long start, long end) {
        for (int block = 0; block < Blocks; block++) {
            const float *bias = biases.data() + block * S::All * Units, *panel = inputPanels.data() + block * Panel;
            for (long row = start; row < end; row += P::Rows) {
                float *target = products.data() + (row - start) * ProductRow + block * S::Each * Units;
                multiplyRows<H, P::Columns, P::Rows>(bias, panel, inputs.data() + row * H, target, ProductRow);
            }
        }
    }

    // Every other step takes the blocks from the last to the first: it finds in the cache what the step before has just read.
    template <bool IsProduct>
    EIGEN_STRONG_INLINE void step(const float *input, const float *previous, float *target, bool back) {
        for (int turn = 0; turn < Blocks; turn++) {
            stepBlock<IsProduct>(back ? Blocks - 1 - turn : turn, input, previous, target);
        }
    }

    template <bool IsProduct>
    EIGEN_STRONG_INLINE void stepBlock(int block, const float *input, const float *previous, float *target) {
        constexpr int All = S::All * P::Block;
        Packet sums[P::Chains][All];
#pragma GCC unroll 32
        for (int sum = 0; sum < All; sum++) {
            const bool isProduct = IsProduct && sum < P::Columns;
            const float *start = isProduct ? input + block * S::Each * Units : biases.data() + block * S::All * Units;
            sums[0][sum] = simd::pload<Packet>(start + sum * Width);
#pragma GCC unroll 8
            for (int chain = 1; chain < P::Chains; chain++) sums[chain][sum] = simd::pset1<Packet>(0);
        }

        if constexpr (!IsProduct) multiply<H, P::Columns>(sums, 0, inputPanels.data() + block * Panel, input);
        multiply<H, P::Columns>(sums, S::FirstOfState * P::Block, statePanels.data() + block * Panel, previous);
#pragma GCC unroll 8
        for (int half = P::Chains / 2; half > 0; half /= 2) {
#pragma GCC unroll 8
            for (int chain = 0; chain < half; chain++) {
#pragma GCC unroll 32
                for (int sum = 0; sum < All; sum++) sums[chain][sum] = simd::padd(sums[chain][sum], sums[chain + half][sum]);
            }
        }

#pragma GCC unroll 8
        for (int packet = 0; packet < P::Block; packet++) {
            const int unit = block * Units + packet * Width;
            simd::pstore(target + unit, newState(sums[0], packet, previous + unit, cell.data() + unit));
        }
    }

    static EIGEN_STRONG_INLINE Packet newState(const Packet (&sums)[S::All * P::Block], int packet, const float *h, float *c) {
        if constexpr (C == Cell::Elman) {
            return simd::ptanh(sums[packet]);
        } else if constexpr (C == Cell::Gru) {
            const Packet r = sigmoidOfHalf(sums[P::Block + packet]), z = sigmoidOfHalf(sums[2 * P::Block + packet]);
            const Packet n = simd::ptanh(simd::pmadd(r, sums[3 * P::Block + packet], sums[packet]));
            return simd::pmadd(z, simd::psub(simd::pload<Packet>(h), n), n);
        } else {
            const Packet i = sigmoidOfHalf(sums[packet]), f = sigmoidOfHalf(sums[P::Block + packet]);
            const Packet g = simd::ptanh(sums[2 * P::Block + packet]), o = sigmoidOfHalf(sums[3 * P::Block + packet]);
            const Packet memory = simd::pmadd(f, simd::pload<Packet>(c), simd::pmul(i, g));
            simd::pstore(c, memory);
            return simd::pmul(o, simd::ptanh(memory));
        }
    }

    Mode mode;
    long steps;
    Buffer inputs, products, inputPanels, statePanels, biases, outputs, initialHidden, initialCell, hidden, cell;
    long next = 0;
    int side = 0;
};

template <Cell C>
std::unique_ptr<peer::Work> prepareSize(const Case &work) {
    switch (work.hiddenSize) {
    case 16: return std::make_unique<EigenWork<C, 16>>(work);
    case 32: return std::make_unique<EigenWork<C, 32>>(work);
    case 64: return std::make_unique<EigenWork<C, 64>>(work);
    case 128: return std::make_unique<EigenWork<C, 128>>(work);
    case 256: return std::make_unique<EigenWork<C, 256>>(work);
    case 512: return std::make_unique<EigenWork<C, 512>>(work);
    default: throw peer::Unsupported("size " + std::to_string(work.hiddenSize) + " is not compiled in");
    }
}

std::unique_ptr<peer::Work> prepare(const Case &work) {
    if (work.mode == Mode::Train) throw peer::Unsupported("training");
    if (work.batch != 1) throw peer::Unsupported("more than one sequence");
    if (work.inputSize != work.hiddenSize) throw peer::Unsupported("inputs and units that differ in number");
    switch (work.cell) {
    case Cell::Elman: return prepareSize<Cell::Elman>(work);
    case Cell::Gru: return prepareSize<Cell::Gru>(work);
    default: return prepareSize<Cell::Lstm>(work);
    }
}

} // namespace

int main() {
    std::ostringstream name;
    name << "Eigen " << EIGEN_WORLD_VERSION << '.' << EIGEN_MAJOR_VERSION << '.' << EIGEN_MINOR_VERSION;
    return peer::serve(name.str(), prepare);
}
