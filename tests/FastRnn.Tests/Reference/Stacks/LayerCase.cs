namespace FastRnn.Tests.Reference.Stacks;

/// <summary>
/// What a layer is, and what it makes of one sequence: in double, straight from its equations, an element at a time. It shares
/// nothing with the product but the names of the activations.
/// </summary>
internal abstract record LayerCase
{
    /// <summary>Whether a step's output follows from that step's input alone.</summary>
    internal virtual bool IsPerStep => false;

    /// <summary>Whether a step's output follows from the steps up to it.</summary>
    internal virtual bool IsCausal => true;

    /// <summary>Whether it makes one row of all steps.</summary>
    internal virtual bool Reduces => false;

    /// <summary>The same layer with half the sizes, or the layer itself where they are 1.</summary>
    internal virtual LayerCase Halved => this;

    /// <summary>The same layer with a cell as it is without options, or the layer itself where it has none.</summary>
    internal virtual LayerCase Plain => this;

    internal abstract int Outputs(int inputs);

    internal abstract int ParameterCount(int inputs);

    internal virtual int StateSize(int inputs) => 0;

    /// <summary>Makes random values a state that can be.</summary>
    internal virtual void MakeState(Span<float> state, int inputs)
    {
    }

    /// <summary>The longest sum of the layer, which random weights are scaled by.</summary>
    internal virtual int Widest(int inputs) => Math.Max(inputs, Outputs(inputs));

    /// <param name="x">a sequence [T][I]</param>
    /// <param name="parameters">the layer's own</param>
    /// <param name="state">[S], the one before the sequence in, the one behind it out</param>
    /// <param name="smoothness">is told of every ReLU and every clip</param>
    /// <returns>[T][O]</returns>
    internal abstract double[][] Forward(double[][] x, ArraySegment<double> parameters, double[] state, Smoothness smoothness);

    /// <summary>The same layer with what it attends to in one sequence, if it does.</summary>
    /// <param name="memory">m [Tx][M]</param>
    /// <param name="weights">receives the weights [Tx] of each step</param>
    internal virtual LayerCase Attending(double[][] memory, List<double[]>? weights) => this;

    /// <summary>What stands for a whole sequence of outputs where the network has one output only.</summary>
    internal virtual double[] Last(double[][] outputs) => outputs[^1];

    protected static int Half(int size) => (size + 1) / 2;
}
