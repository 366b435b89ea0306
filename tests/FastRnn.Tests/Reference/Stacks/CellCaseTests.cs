using FastRnn.Tests.Support;

namespace FastRnn.Tests.Reference.Stacks;

/// <summary>
/// The reference's cells, with weights for which every step can be worked out by hand:
/// σ(±ln 3) = ¾ and ¼, σ(ln 4) = ⅘, tanh(½ ln 3) = ½, tanh(ln 2) = ⅗, tanh(ln 3) = ⅘.
/// </summary>
public sealed class CellCaseTests
{
    /// <summary>Some roundings of double.</summary>
    private const double Tolerance = 1e-13;

    private static readonly double Ln2 = Math.Log(2);
    private static readonly double Ln3 = Math.Log(3);
    private static readonly double Ln4 = Math.Log(4);

    [Fact]
    public void ElmanCase_Forward_twoSteps_isWorkedOutByHand()
    {
        // h⟨1⟩ = tanh(2·x + 3·h⟨0⟩ + b) = tanh(2·½ + 3·(−1) + (2 + ln 2)) = ⅗, h⟨2⟩ = tanh(2·(−1 − ln 2) + 3·⅗ + …) = tanh(1.8 − ln 2).
        double[] state = [-1];
        double[] outputs = Forward(new ElmanCase(1, Activation.Tanh), [0.5, -1 - Ln2], [2, 3, 2 + Ln2], state);
        Equal([0.6, Math.Tanh(1.8 - Ln2)], outputs);
        Equal([Math.Tanh(1.8 - Ln2)], state);
    }

    [Fact]
    public void ElmanCase_Forward_relu_isWorkedOutByHand()
    {
        // z = [1·2 + 2·1 + 3·2 − 4, 5·2 + 6·1 + 7·2 − 33] with h⟨0⟩ = [1, 2]: the rows of both matrices are the outputs'.
        double[] state = [1, 2];
        double[] outputs = Forward(new ElmanCase(2, Activation.Relu), [2], [1, 5, 2, 3, 6, 7, -4, -33], state);
        Equal([6, 0], outputs);
        Equal([6, 0], state);
    }

    [Fact]
    public void ElmanCase_Forward_sigmoid_isWorkedOutByHand()
    {
        // z⟨1⟩ = 1 + 4·¾ + (ln 3 − 4) = ln 3; with 2·ln 3 less in x⟨2⟩ z⟨2⟩ = −ln 3.
        double[] state = [0.75];
        Equal([0.75, 0.25], Forward(new ElmanCase(1, Activation.Sigmoid), [1, 1 - 2 * Ln3], [1, 4, Ln3 - 4], state));
        Equal([0.25], state);
    }

    [Fact]
    public void ElmanCase_Forward_clip_isWorkedOutByHand()
    {
        // z = 3·1 + ½·4 = 5 → 2; 3·(−¼) + ½·2 = ¼; 3·(−1) + ½·¼ = −2⅞ → −2.
        double[] state = [4];
        Equal([2, 0.25, -2], Forward(new ElmanCase(1, Activation.Identity) { Clip = 2 }, [1, -0.25, -1], [3, 0.5, 0], state));
        Equal([-2], state);
    }

    [Fact]
    public void LstmCase_Forward_aStep_isWorkedOutByHand()
    {
        // i = ¾, f = ¼, g = ½, o = ⅘; c⟨1⟩ = ¼·c⟨0⟩ + ¾·½ = ln 2 for c⟨0⟩ = 4·(ln 2 − ⅜), h⟨1⟩ = ⅘·⅗.
        // Each gate's z is 1·x + 2·h⟨0⟩ + b with x = 3 and h⟨0⟩ = ½: 4 + b.
        double[] biases = [Ln3 - 4, -Ln3 - 4, Ln3 / 2 - 4, Ln4 - 4];
        double[] state = [0.5, 4 * (Ln2 - 0.375)];
        double[] outputs = Forward(new LstmCase(1, Peepholes: false), [3], [1, 1, 1, 1, 2, 2, 2, 2, .. biases], state);
        Equal([0.48], outputs);
        Equal([0.48, Ln2], state);
    }

    [Fact]
    public void LstmCase_Forward_peepholes_isWorkedOutByHand()
    {
        // c⟨0⟩ = 2: i = σ(ln 3 − 2p + p·c⟨0⟩) with p = 5 for i and 7 for f; c⟨1⟩ = ¼·2 + ¾·½ = ⅞; o = σ(ln 4 − 8·⅞ + 8·c⟨1⟩) = ⅘.
        double[] biases = [Ln3 - 10, -Ln3 - 14, Ln3 / 2, Ln4 - 7];
        double[] state = [0, 2];
        double[] outputs = Forward(new LstmCase(1, Peepholes: true), [0], [0, 0, 0, 0, 0, 0, 0, 0, .. biases, 5, 7, 8], state);
        Equal([0.8 * Math.Tanh(0.875)], outputs);
        Equal([outputs[0], 0.875], state);
    }

    [Theory]
    [InlineData(ActivationKind.Identity, ActivationKind.Identity, -3, -1)]
    [InlineData(ActivationKind.Identity, ActivationKind.Relu, 0, -1)]
    [InlineData(ActivationKind.Relu, ActivationKind.Identity, 3, 1)]
    public void LstmCase_Forward_otherActivations_isWorkedOutByHand(
        ActivationKind gate, ActivationKind output, double hidden, double memory)
    {
        // z = 4 + b = ½, −¼, 2, 3: c⟨1⟩ = −¼·8 + ½·ReLU(2) = −1 and h⟨1⟩ = 3·(−1); where f is ReLU(−¼) = 0, c⟨1⟩ = 1.
        LstmCase cell = new(1, Peepholes: false)
        {
            GateActivation = Activations.Of(gate),
            CandidateActivation = Activation.Relu,
            OutputActivation = Activations.Of(output),
        };
        double[] state = [0.5, 8];
        Equal([hidden], Forward(cell, [3], [1, 1, 1, 1, 2, 2, 2, 2, -3.5, -4.25, -2, -1], state));
        Equal([hidden, memory], state);
    }

    [Fact]
    public void LstmCase_Forward_clip_isOfGatesAndCandidateAlone()
    {
        // z = ½, −3 → −1, 2 → 1, 3 → 1: c⟨1⟩ = −1·8 + ½·1 is beyond the bound, and so is h⟨1⟩ = 1·c⟨1⟩.
        double[] state = [0.5, 8];
        Equal([-7.5], Forward(Linear(peepholes: false), [3], [1, 1, 1, 1, 2, 2, 2, 2, -3.5, -7, -2, -1], state));
        Equal([-7.5, -7.5], state);
    }

    [Fact]
    public void LstmCase_Forward_clip_isBehindThePeepholes()
    {
        // c⟨0⟩ = 2: i = 0 + 5·2 → 1, f = 0 − 7·2 → −1, g = ½; c⟨1⟩ = −2 + ½, o = 3.5 + 2·c⟨1⟩ = ½, h⟨1⟩ = ½·(−1.5).
        double[] state = [0, 2];
        Equal([-0.75], Forward(Linear(peepholes: true), [0], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5, 3.5, 5, -7, 2], state));
        Equal([-0.75, -1.5], state);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LstmCase_Forward_coupledGates_forgetWhatIsNotTaken(bool peepholes)
    {
        // As above i = ¾, f = 1 − i = ¼, whatever its own weights are, g = ½, o = ⅘, and c⟨1⟩ = ln 2.
        double[] biases = [Ln3 - 4, 99, Ln3 / 2 - 4, Ln4 - 4];
        double[] state = [0.5, 4 * (Ln2 - 0.375)];
        double[] seen = peepholes ? [0, 99, 0] : [];
        Equal([0.48], Forward(
            new LstmCase(1, peepholes) { CoupledGates = true }, [3], [1, 7, 1, 1, 2, -5, 2, 2, .. biases, .. seen], state));
        Equal([0.48, Ln2], state);
    }

    [Fact]
    public void GruCase_Forward_resetAfter_isWorkedOutByHand()
    {
        // h⟨0⟩ = 2, x = 1: r = ¾, z = ¼, n = tanh(W + b + ¾·(4·2 + c)) with c = −4 is tanh(W + b + 3) = ⅗; h⟨1⟩ = ¾·⅗ + ¼·2.
        double[] biases = [Ln3 - 7, -Ln3 - 9, Ln2 - 6];
        double[] state = [2];
        double[] outputs = Forward(new GruCase(1, ResetAfter: true), [1], [1, 3, 3, 3, 3, 4, .. biases, -4], state);
        Equal([0.95], outputs);
        Equal([0.95], state);
    }

    [Fact]
    public void GruCase_Forward_resetBefore_isWorkedOutByHand()
    {
        // As above with n = tanh(W + b + 4·(¾·2)) = tanh(3 + b + 6) = ⅗.
        double[] biases = [Ln3 - 7, -Ln3 - 9, Ln2 - 9];
        double[] state = [2];
        double[] outputs = Forward(new GruCase(1, ResetAfter: false), [1], [1, 3, 3, 3, 3, 4, .. biases], state);
        Equal([0.95], outputs);
        Equal([0.95], state);
    }

    [Fact]
    public void GruCase_Forward_resetBefore_twoUnits_resetsEachUnitByItsOwnGate()
    {
        // h⟨0⟩ = [2, 4], r = [¾, ¼], so r⊙h⟨0⟩ = [1.5, 1]; z = ½, n = [tanh(1·1.5 + 2·1 + b), tanh(3·1.5 + 4·1 + b)] = [⅗, ⅘].
        double[] recurrent = [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4];
        double[] biases = [Ln3, -Ln3, 0, 0, Ln2 - 3.5, Ln3 - 8.5];
        double[] state = [2, 4];
        Equal([1.3, 2.4], Forward(new GruCase(2, ResetAfter: false), [0], [0, 0, 0, 0, 0, 0, .. recurrent, .. biases], state));
    }

    [Theory]
    [InlineData(true, ActivationKind.Identity, -1, 5)]
    [InlineData(false, ActivationKind.Identity, -1, 8)]
    [InlineData(true, ActivationKind.Relu, -9, -1)]
    [InlineData(false, ActivationKind.Relu, -9, -1)]
    public void GruCase_Forward_otherActivations_isWorkedOutByHand(bool resetAfter, ActivationKind candidate, double bias, double hidden)
    {
        // h⟨0⟩ = 2, x = 1: r = ½, z = −½; n = g(3 + b + ½·(4·2 − 4)) after, g(3 + b + 4·(½·2)) before; h⟨1⟩ = 1½·n − ½·2.
        var cell = new GruCase(1, resetAfter) { GateActivation = Activation.Identity, CandidateActivation = Activations.Of(candidate) };
        Equal([hidden], Forward(cell, [1], [1, 3, 3, 3, 3, 4, -6.5, -9.5, bias, .. Coefficient(resetAfter)], [2]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void GruCase_Forward_clip_isWorkedOutByHand(bool resetAfter)
    {
        // As above with r = 3 → 1, z = −½, n = 3 − 1 + (4·2 − 4) = 6 after and 3 − 1 + 4·2 = 10 before, both → 1; h⟨1⟩ = 1½·1 − ½·2.
        GruCase cell = new(1, resetAfter)
        {
            GateActivation = Activation.Identity,
            CandidateActivation = Activation.Identity,
            Clip = 1,
        };
        Equal([0.5], Forward(cell, [1], [1, 3, 3, 3, 3, 4, -4, -9.5, -1, .. Coefficient(resetAfter)], [2]));
    }

    [Fact]
    public void Smoothness_Least_clip_isTheDistanceToTheNearerBound()
    {
        // z = 0.75, −1.125 and 3 are ¼, ⅛ and 2 from ±1.
        var smoothness = new Smoothness();
        ElmanCase cell = new(1, Activation.Identity) { Clip = 1 };
        cell.Forward([[0.75], [-1.125], [3]], new[] { 1.0, 0, 0 }, [0], smoothness);
        Assert.Equal(0.125, smoothness.Least);
        (cell with { Clip = float.PositiveInfinity }).Forward([[1]], new[] { 1.0, 0, 0 }, [0], smoothness = new Smoothness());
        Assert.Equal(double.PositiveInfinity, smoothness.Least);
    }

    [Theory]
    [InlineData(ActivationKind.Identity)]
    [InlineData(ActivationKind.Relu)]
    public void JordanCase_Forward_twoSteps_isWorkedOutByHand(ActivationKind outputActivation)
    {
        // b = ln 2 − 5. y⟨0⟩ = 1, x⟨1⟩ = 1: a⟨1⟩ = tanh(2·1 + 3·1 + b) = ⅗, y⟨1⟩ = 5·⅗ + 2 = 5.
        // x⟨2⟩ = −5 + (ln 3 − ln 2)/2: a⟨2⟩ = tanh(2·x⟨2⟩ + 3·5 + b) = tanh(ln 3) = ⅘, y⟨2⟩ = 5·⅘ + 2 = 6.
        double[] state = [1];
        double[] outputs = Forward(
            new JordanCase(1, 1, Activation.Tanh, Activations.Of(outputActivation)), [1, -5 + (Ln3 - Ln2) / 2], [2, 3, Ln2 - 5, 5, 2], state);
        Equal([5, 6], outputs);
        Equal([6], state);
    }

    [Fact]
    public void JordanCase_Forward_softmax_feedsOutputsBack()
    {
        // y⟨0⟩ = [1, 2], a = ReLU(5·1 + 6·2 + 7·2 − 30) = 1, y = softmax([0, ln 3·a]) = [¼, ¾].
        double[] state = [1, 2];
        double[] outputs = Forward(
            new JordanCase(1, 2, Activation.Relu, Activation.Softmax), [2], [7, 5, 6, -30, 0, Ln3, 0, 0], state);
        Equal([0.25, 0.75], outputs);
        Equal([0.25, 0.75], state);
    }

    [Theory]
    [InlineData("LSTM")]
    [InlineData("LSTM with peepholes")]
    [InlineData("GRU reset after")]
    [InlineData("GRU reset before")]
    [InlineData("LSTM with options")]
    [InlineData("GRU reset before with options")]
    public void CellCase_Forward_unitsThatDoNotSeeEachOther_areCellsOfOneUnit(string cell)
    {
        (Func<int, CellCase> create, int gates, int coefficients) = cell switch
        {
            "LSTM" => ((Func<int, CellCase>)(size => new LstmCase(size, false)), 4, 0),
            "LSTM with peepholes" => (size => new LstmCase(size, true), 4, 3),
            "LSTM with options" => (size => Linear(peepholes: true) with { Hidden = size, CoupledGates = true }, 4, 3),
            "GRU reset before with options" => (
                size => new GruCase(size, false) { GateActivation = Activation.Tanh, CandidateActivation = Activation.Relu, Clip = 0.5f },
                3, 0),
            "GRU reset after" => (size => new GruCase(size, true), 3, 1),
            _ => (size => new GruCase(size, false), 3, 0),
        };
        var random = new Random(3);
        double[] x = Values(4);
        int count = 3 * gates + coefficients;
        double[][] units = [Values(count), Values(count)];

        // Of two units a matrix has two rows a gate, and zeros where one unit would see the other.
        double[] Rows(int start, int groups) => Enumerable.Range(0, 2 * groups).Select(row => units[row % 2][start + row / 2]).ToArray();
        double[] recurrent = Rows(gates, gates).SelectMany((w, row) => row % 2 == 0 ? new[] { w, 0 } : [0, w]).ToArray();
        double[] both = [.. Rows(0, gates), .. recurrent, .. Rows(2 * gates, gates), .. Rows(3 * gates, coefficients)];
        double[] outputs = Forward(create(2), x, both, new double[create(2).StateSize(1)]);
        for (int unit = 0; unit < 2; unit++)
        {
            Equal(Forward(create(1), x, units[unit], new double[create(1).StateSize(1)]), outputs.Where((_, i) => i % 2 == unit).ToArray());
        }

        double[] Values(int length) => Enumerable.Range(0, length).Select(_ => 4 * random.NextDouble() - 2).ToArray();
    }

    /// <summary>A cell that only adds, multiplies and clips at 1.</summary>
    private static LstmCase Linear(bool peepholes) => new(1, peepholes)
    {
        GateActivation = Activation.Identity,
        CandidateActivation = Activation.Identity,
        OutputActivation = Activation.Identity,
        Clip = 1,
    };

    /// <summary>c, which a GRU has that resets after.</summary>
    private static double[] Coefficient(bool resetAfter) => resetAfter ? [-4] : [];

    /// <summary>The outputs of steps of one value each; the state is replaced.</summary>
    private static double[] Forward(CellCase cell, double[] x, double[] parameters, double[] state)
    {
        Assert.Equal(cell.ParameterCount(1), parameters.Length);
        return cell.Forward(Array.ConvertAll(x, value => new[] { value }), parameters, state, new Smoothness())
            .SelectMany(row => row).ToArray();
    }

    private static void Equal(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second - pair.First, -Tolerance, Tolerance));
    }
}
