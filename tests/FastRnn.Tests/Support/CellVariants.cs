namespace FastRnn.Tests.Support;

/// <summary>Cells of the library with every value of every option, each alone and all together.</summary>
internal static class CellVariants
{
    /// <summary>Floats that a short text has to give back: no finite fraction in decimals, the largest, the least.</summary>
    private static readonly float[] Clips = [0.1f, 1, 1f / 3, float.MaxValue, float.Epsilon];

    /// <summary>Cells as they are without options, whose activation other frameworks have too.</summary>
    internal static CellSpec[] Plain(int hiddenSize) =>
    [
        Cell.Elman(hiddenSize), Cell.Elman(hiddenSize, Activation.Relu), Cell.Lstm(hiddenSize), Cell.Gru(hiddenSize),
        Cell.Gru(hiddenSize, resetAfter: false),
    ];

    /// <summary>Cells that differ from <see cref="Plain"/> and from each other.</summary>
    internal static CellSpec[] WithOptions(int hiddenSize)
    {
        ElmanSpec elman = Cell.Elman(hiddenSize);
        LstmSpec lstm = Cell.Lstm(hiddenSize);
        GruSpec[] grus = [Cell.Gru(hiddenSize), Cell.Gru(hiddenSize, resetAfter: false)];
        IEnumerable<CellSpec> all =
        [
            .. Activations.OfCells.Select(activation => Cell.Elman(hiddenSize, activation)),
            .. Clips.Select(clip => elman with { Clip = clip }),
            Cell.Elman(hiddenSize, Activation.Sigmoid) with { Clip = 2 },
            .. Activations.OfCells.Select(activation => lstm with { GateActivation = activation }),
            .. Activations.OfCells.Select(activation => lstm with { CandidateActivation = activation }),
            .. Activations.OfCells.Select(activation => lstm with { OutputActivation = activation }),
            .. Clips.Select(clip => lstm with { Clip = clip }),
            lstm with { CoupledGates = true }, lstm with { Peepholes = true }, lstm with { CoupledGates = true, Peepholes = true },
            lstm with
            {
                GateActivation = Activation.Relu,
                CandidateActivation = Activation.Sigmoid,
                OutputActivation = Activation.Identity,
                Clip = 0.5f,
                CoupledGates = true,
                Peepholes = true,
            },
            .. grus.SelectMany(gru => (IEnumerable<CellSpec>)
            [
                .. Activations.OfCells.Select(activation => gru with { GateActivation = activation }),
                .. Activations.OfCells.Select(activation => gru with { CandidateActivation = activation }),
                .. Clips.Select(clip => gru with { Clip = clip }),
                gru with { GateActivation = Activation.Identity, CandidateActivation = Activation.Relu, Clip = 2 },
            ]),
        ];
        return [.. all.Distinct().Except(Plain(hiddenSize))];
    }
}
