using FastRnn.Tests.Reference;

namespace FastRnn.Tests.Support;

/// <summary>A network with random weights, and random inputs, states and targets for it: all follow from the sizes and the seed.</summary>
public sealed record NetworkCase(NetworkShape Shape, int Steps, int Batch, int Seed)
{
    internal int Rows => Steps * Batch;

    internal Data Create() => new(this);

    /// <summary>The losses that are defined for the head.</summary>
    internal IEnumerable<ReferenceLoss> Losses
        => ReferenceLoss.All.Where(loss => loss.Product.Accepts(Shape.Outputs, Shape.ToSpec().OutputActivation));

    internal sealed class Data
    {
        private readonly NetworkCase _case;
        private readonly Random _random;

        internal Data(NetworkCase definition)
        {
            _case = definition;
            _random = new Random(definition.Seed);
            NetworkShape shape = definition.Shape;
            Parameters = RandomData.Uniform(_random, shape.ParameterCount, 1.5f / MathF.Sqrt(shape.Hidden));
            Inputs = RandomData.Uniform(_random, definition.Rows * shape.Inputs, 1.5f);
            InitialState = RandomData.Uniform(_random, definition.Batch * shape.Hidden);
            Model = RnnModel.FromParameters(shape.ToSpec(), Parameters);
            Reference = new ReferenceNetwork(shape, RandomData.ToDouble(Parameters));
        }

        internal float[] Parameters { get; }

        internal float[] Inputs { get; }

        internal float[] InitialState { get; }

        internal RnnModel Model { get; }

        internal ReferenceNetwork Reference { get; }

        internal ReferenceNetwork.Trace Trace()
            => Reference.Forward(RandomData.ToDouble(Inputs), RandomData.ToDouble(InitialState), _case.Steps, _case.Batch);

        internal float[] ValueTargets()
            => RandomData.Uniform(_random, _case.Rows * _case.Shape.Outputs).Select(value => (value + 1) / 2).ToArray();

        internal int[] ClassTargets() => RandomData.Indices(_random, _case.Rows, _case.Shape.Outputs);

        /// <summary>Outputs and final state of a whole run.</summary>
        internal (float[] Outputs, float[] FinalState) Run(int steps, int batch, ReadOnlySpan<float> inputs, ReadOnlySpan<float> initial)
        {
            var outputs = new float[steps * batch * _case.Shape.Outputs];
            var final = new float[batch * _case.Shape.Hidden];
            Model.Run(inputs, outputs, new() { Steps = steps, Sequences = batch }, initial, final);
            return (outputs, final);
        }
    }
}
