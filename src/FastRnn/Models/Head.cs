using FastRnn.Kernels;

namespace FastRnn;

/// <summary>
/// Describes the output of a network: ŷ⟨t⟩ = g₂(Wya·a⟨t⟩ + by), with Wya [O, H] and by [O]. Made by the methods of this class;
/// immutable.
/// </summary>
public sealed record Head
{
    private Head(int outputSize, Activation activation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputSize);
        OutputSize = outputSize;
        Activation = activation;
    }

    /// <summary>The number of outputs at a step, O.</summary>
    public int OutputSize { get; }

    /// <summary>g₂.</summary>
    public Activation Activation { get; }

    /// <summary>g₂ is the identity: values of any size, or logits.</summary>
    /// <param name="outputSize">O; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public static Head Linear(int outputSize) => new(outputSize, Activation.Identity);

    /// <summary>g₂ is the logistic sigmoid 1 / (1 + e⁻ᵒ), each output by itself: probabilities of yes.</summary>
    /// <param name="outputSize">O; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public static Head Sigmoid(int outputSize) => new(outputSize, Activation.Sigmoid);

    /// <summary>g₂ is the softmax over the outputs of a step: probabilities of classes.</summary>
    /// <param name="outputSize">O, the number of classes; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public static Head Softmax(int outputSize) => new(outputSize, Activation.Softmax);

    /// <summary>Turns rows of o = Wya·a + by into g₂(o), in place.</summary>
    internal void Activate(Span<float> rows)
    {
        switch (Activation)
        {
            case Activation.Sigmoid:
                Elementwise.Map<SigmoidActivation>(rows, rows);
                break;
            case Activation.Softmax:
                for (int start = 0; start < rows.Length; start += OutputSize)
                {
                    Span<float> row = rows.Slice(start, OutputSize);
                    Kernels.Softmax.Normalize(row, row);
                }

                break;
            default:
                break;
        }
    }
}
