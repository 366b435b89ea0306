using System.Globalization;
using FastRnn.Layers;
using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>
/// Whether the gradients of a network are right: those by back-propagation beside differences of the loss,
/// (8·(L(θ + h) − L(θ − h)) − (L(θ + 2·h) − L(θ − 2·h))) / (12·h), of weights, of the initial state and, where inputs are values alone, of
/// these. For specs with cells, activations or losses of your own. Dropout is off. A loss with kinks, such as those of ReLU, can fail where
/// a change crosses one.
/// </summary>
public sealed record GradientCheck
{
    private GradientCheck(IReadOnlyList<CheckedTensor> tensors) => Tensors = tensors;

    /// <summary>What was found of each tensor.</summary>
    public IReadOnlyList<CheckedTensor> Tensors { get; }

    /// <summary>Whether all gradients are right.</summary>
    public bool Passes => Tensors.All(tensor => tensor.Passes);

    /// <summary>Checks the gradients of a model by one batch.</summary>
    /// <param name="model">The network with its weights.</param>
    /// <param name="loss">Whose gradients they are.</param>
    /// <param name="inputs">As for <see cref="RnnTrainer.Step"/>.</param>
    /// <param name="targets">As for <see cref="RnnTrainer.Step"/>.</param>
    /// <param name="shape">T, N and, where they differ, the lengths.</param>
    /// <param name="options">How they are checked; null for the defaults.</param>
    /// <exception cref="ArgumentNullException">The model or the loss is null.</exception>
    /// <exception cref="ArgumentException">The loss is not defined for the model's last layer, a count does not fit, or there are values
    /// where indices are expected or the other way round.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The shape is out of its range, an index is not in the vocabulary, or a target is out
    /// of range.</exception>
    public static GradientCheck Run(
        RnnModel model, LossFunction loss, SequenceData inputs, SequenceData targets, BatchShape shape,
        GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        options ??= new GradientCheckOptions();
        using (var trainer = new RnnTrainer(model, new Sgd(1), loss))
        {
            trainer.Evaluate(inputs, targets, shape);
        }

        RnnSpec spec = model.Spec;
        using var bptt = new Backpropagation(spec, model.Parameters, GradientScope.Inputs);
        float[] values = InputsGuard.ValuesOf(inputs).ToArray();
        int[] indices = InputsGuard.IndicesOf(inputs).ToArray();
        float[] state = new float[shape.Sequences * spec.StateSize];
        float[] valueGradient = new float[values.Length], stateGradient = new float[state.Length];
        var batch = new Batch(bptt, loss, indices, values, targets, shape, state);
        batch.Loss();
        bool givesInputs = indices.Length == 0 && spec.Several is null;
        bptt.Backward(batch.Inputs, givesInputs ? valueGradient : [], stateGradient);
        float[] gradients = bptt.Gradients.All.ToArray();
        double largest = gradients.Concat(valueGradient).Concat(stateGradient).Max(Math.Abs);
        var random = new Random(options.Seed);
        var tensors = new List<CheckedTensor>();
        foreach (ParameterSlice slice in bptt.Parameters.Layout.Slices.Where(slice => slice.IsTrained))
        {
            tensors.Add(Check(slice.Name, bptt.Parameters[slice], gradients.AsSpan(slice.Offset, slice.Length), batch));
        }

        if (givesInputs)
        {
            tensors.Add(Check("inputs", values, valueGradient, batch));
        }

        if (state.Length > 0)
        {
            tensors.Add(Check("initialState", state, stateGradient, batch));
        }

        return new GradientCheck(tensors);

        CheckedTensor Check(string name, Span<float> tensor, ReadOnlySpan<float> analytic, in Batch on)
        {
            int[] places = [.. Enumerable.Range(0, tensor.Length)];
            random.Shuffle(places);
            var worst = new CheckedTensor(name, 0, 0, 0, -1, Passes: true);
            foreach (int place in places.Take(options.Samples))
            {
                double numeric = on.Difference(tensor, place, options.Step);
                double error = Math.Abs(analytic[place] - numeric)
                    / (Math.Max(Math.Abs(analytic[place]), Math.Abs(numeric)) + 0.01 * largest + double.Epsilon);
                if (!(error <= worst.Error))
                {
                    worst = new CheckedTensor(name, place, analytic[place], numeric, error, error <= options.Tolerance);
                }
            }

            return worst;
        }
    }

    /// <summary>A line for each tensor.</summary>
    public override string ToString()
        => string.Join('\n', Tensors.Select(tensor => string.Create(
            CultureInfo.InvariantCulture,
            $"{(tensor.Passes ? "right" : "WRONG")} {tensor.Name}[{tensor.Index}]: {tensor.Analytic:G5}, "
            + $"{tensor.Numeric:G5} by differences")));

    /// <summary>A batch whose loss is computed again and again.</summary>
    private readonly ref struct Batch(
        Backpropagation bptt, LossFunction loss, int[] indices, float[] values, SequenceData targets, BatchShape shape, float[] state)
    {
        private readonly SequenceData _targets = targets;
        private readonly BatchShape _shape = shape;

        internal SequenceData Inputs
            => indices.Length > 0 && values.Length > 0 ? new SequenceData(indices, values) : indices.Length > 0 ? indices : values;

        internal double Loss() => bptt.Forward(loss, Inputs, _targets, _shape, state);

        /// <summary>∂L/∂value by four losses.</summary>
        internal double Difference(Span<float> tensor, int place, float step)
        {
            float value = tensor[place];
            double near = At(tensor, place, value, step), far = At(tensor, place, value, 2 * step);
            tensor[place] = value;
            bptt.Pack();
            return (8 * near - far) / (12.0 * step);
        }

        /// <summary>L(θ + d) − L(θ − d), scaled by what rounding makes of d.</summary>
        private double At(Span<float> tensor, int place, float value, float distance)
        {
            float above = value + distance, below = value - distance;
            tensor[place] = above;
            bptt.Pack();
            double high = Loss();
            tensor[place] = below;
            bptt.Pack();
            double low = Loss();
            return (high - low) * (2.0 * distance / ((double)above - below));
        }
    }
}
