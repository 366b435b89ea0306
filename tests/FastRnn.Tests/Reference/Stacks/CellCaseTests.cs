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
    [InlineData(Activation.Identity)]
    [InlineData(Activation.Relu)]
    public void JordanCase_Forward_twoSteps_isWorkedOutByHand(Activation outputActivation)
    {
        // b = ln 2 − 5. y⟨0⟩ = 1, x⟨1⟩ = 1: a⟨1⟩ = tanh(2·1 + 3·1 + b) = ⅗, y⟨1⟩ = 5·⅗ + 2 = 5.
        // x⟨2⟩ = −5 + (ln 3 − ln 2)/2: a⟨2⟩ = tanh(2·x⟨2⟩ + 3·5 + b) = tanh(ln 3) = ⅘, y⟨2⟩ = 5·⅘ + 2 = 6.
        double[] state = [1];
        double[] outputs = Forward(
            new JordanCase(1, 1, Activation.Tanh, outputActivation), [1, -5 + (Ln3 - Ln2) / 2], [2, 3, Ln2 - 5, 5, 2], state);
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
    public void CellCase_Forward_unitsThatDoNotSeeEachOther_areCellsOfOneUnit(string cell)
    {
        (Func<int, CellCase> create, int gates, int coefficients) = cell switch
        {
            "LSTM" => ((Func<int, CellCase>)(size => new LstmCase(size, false)), 4, 0),
            "LSTM with peepholes" => (size => new LstmCase(size, true), 4, 3),
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
