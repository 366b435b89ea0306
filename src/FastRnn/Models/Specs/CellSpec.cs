namespace FastRnn;

/// <summary>What a recurrent layer is: its cell and its sizes. Made by <see cref="Cell"/>. Weights start uniform in ±1/√H.</summary>
public abstract record CellSpec : LayerSpec
{
    private protected CellSpec(int hiddenSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hiddenSize);
        HiddenSize = hiddenSize;
    }

    /// <summary>The number of hidden units, H.</summary>
    public int HiddenSize { get; }

    /// <inheritdoc/>
    public sealed override bool IsTemporal => true;

    internal sealed override bool MixesBehind(LayerPlace place) => false;

    internal override int Outputs(int inputSize) => HiddenSize;

    internal override (string Name, bool IsReverse, long Length)[] GetState(int inputSize) => [("h", false, HiddenSize)];

    /// <summary>The parameters of a cell with one product of the inputs and one of the hidden state: Wx [G·H, I], Wh [G·H, H], b [G·H],
    /// and C weights a unit [C, H], which files call coefficients.</summary>
    private protected ParameterShape[] GatedParameters(int inputSize, int gates, int unitWeights = 0)
    {
        float bound = Bound(HiddenSize);
        int rows = Saturated((long)gates * HiddenSize);
        ParameterShape[] shapes =
        [
            ParameterShape.Matrix("inputWeights", rows, inputSize, bound) with { Gates = gates },
            ParameterShape.Matrix("recurrentWeights", rows, HiddenSize, bound) with
            {
                Role = ParameterRole.RecurrentWeights,
                Gates = gates,
            },
            ParameterShape.Vector("bias", rows, bound) with { Gates = gates },
        ];
        return unitWeights == 0
            ? shapes
            : [.. shapes, ParameterShape.Matrix("coefficients", unitWeights, HiddenSize, bound) with { Role = ParameterRole.Other }];
    }

    /// <summary>The bound of a clip: above 0, ∞ for none.</summary>
    private protected static float ClipBound(float value, string parameter)
        => value > 0 ? value : throw new ArgumentOutOfRangeException(parameter, value, "Expected a bound above 0; infinity clips nothing.");
}
