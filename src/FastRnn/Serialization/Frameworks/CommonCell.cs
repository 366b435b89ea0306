namespace FastRnn.Serialization;

/// <summary>
/// A recurrent layer that other frameworks have too. Its parameters are, for each direction, Wx [G·H, I], Wh [G·H, H], b [G·H], and for a
/// GRU that resets after the product c [H], the recurrent bias of its gate n.
/// </summary>
internal sealed record CommonCell(CellKind Kind, int InputSize, int HiddenSize, bool IsBidirectional)
{
    internal int Gates => GatesOf(Kind);

    /// <summary>G·H</summary>
    internal int Rows => Gates * HiddenSize;

    internal int Directions => IsBidirectional ? 2 : 1;

    internal int OutputSize => Directions * HiddenSize;

    /// <summary>How many biases of the recurrent product are added to those of the inputs; the others stay apart.</summary>
    internal int SummedBiases => Kind == CellKind.Gru ? 2 * HiddenSize : Rows;

    /// <summary>The parameters of all directions.</summary>
    internal long ParameterCount => ToLayer(Activation.Tanh).GetParameters(InputSize).Sum(shape => shape.Length);

    /// <summary>The length of c.</summary>
    internal int UnitWeightCount => Rows - SummedBiases;

    internal static int GatesOf(CellKind kind) => kind switch
    {
        CellKind.Elman => 1,
        CellKind.Lstm => 4,
        _ => 3,
    };

    /// <summary>What a layer of a spec is; null where no other framework has it.</summary>
    internal static CommonCell? Find(LayerSpec layer, int inputSize)
    {
        (CellSpec? cell, bool isBidirectional) = layer is BidirectionalSpec both ? (both.Inner, true) : (layer as CellSpec, false);
        CellKind? kind = cell switch
        {
            ElmanSpec { Activation: Activation.Tanh or Activation.Relu, Clip: float.PositiveInfinity } => CellKind.Elman,
            LstmSpec { IsStandard: true, Peepholes: false } => CellKind.Lstm,
            GruSpec { IsStandard: true, ResetAfter: true } => CellKind.Gru,
            GruSpec { IsStandard: true } => CellKind.ResetBeforeGru,
            _ => null,
        };
        return kind is { } found ? new CommonCell(found, inputSize, cell!.HiddenSize, isBidirectional) : null;
    }

    /// <param name="activation">of an Elman cell</param>
    internal LayerSpec ToLayer(Activation activation)
    {
        CellSpec cell = Kind switch
        {
            CellKind.Elman => Cell.Elman(HiddenSize, activation),
            CellKind.Lstm => Cell.Lstm(HiddenSize),
            CellKind.Gru => Cell.Gru(HiddenSize),
            _ => Cell.Gru(HiddenSize, resetAfter: false),
        };
        return IsBidirectional ? Cell.Bidirectional(cell) : cell;
    }
}
