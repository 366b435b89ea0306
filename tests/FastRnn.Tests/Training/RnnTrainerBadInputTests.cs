using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>A trainer refuses what does not fit, and neither its weights nor what it remembers change.</summary>
public sealed class RnnTrainerBadInputTests : IDisposable
{
    private const int I = 3, H = 5, O = 2, T = 4, N = 6;

    private static readonly RnnModel Model = RnnModel.Create(new RnnSpec(I, Cell.Elman(H), Layer.Dense(O)), 1);

    private readonly RnnTrainer _values = new(Model, new Adam(), Loss.BinaryCrossEntropy);
    private readonly RnnTrainer _classes = new(Model, new Adam(), Loss.CrossEntropy);

    private static BatchShape Shape => new() { Steps = T, Sequences = N };

    public void Dispose()
    {
        CheckUnchanged(_values);
        CheckUnchanged(_classes);
        _values.Dispose();
        _classes.Dispose();
    }

    [Theory]
    [InlineData("inputs", -1)]
    [InlineData("inputs", 1)]
    [InlineData("inputs", -T * N * I)]
    [InlineData("targets", -1)]
    [InlineData("targets", 1)]
    [InlineData("targets", -T * N)]
    public void RnnTrainer_Step_wrongLength_isRefused(string parameter, int excess)
    {
        int more = parameter == "inputs" ? excess : 0;
        var inputs = new float[T * N * I + more];
        int values = parameter == "inputs" ? T * N * I : T * N * O;
        int classes = parameter == "inputs" ? T * N * I : T * N;
        var valueTargets = new float[T * N * O + excess - more];
        var classTargets = new int[T * N + excess - more];
        Refused<ArgumentException>(
            parameter, $"= {values} ", $"got {values + excess}.", _values,
            () => _values.Step(inputs, valueTargets, Shape));
        Refused<ArgumentException>(
            parameter, $"= {values} ", $"got {values + excess}.", _values,
            () => _values.Evaluate(inputs, valueTargets, Shape));
        Refused<ArgumentException>(
            parameter, $"= {classes} ", $"got {classes + excess}.", _classes,
            () => _classes.Step(inputs, classTargets, Shape));
        Refused<ArgumentException>(
            parameter, $"= {classes} ", $"got {classes + excess}.", _classes,
            () => _classes.Evaluate(inputs, classTargets, Shape));
    }

    [Fact]
    public void RnnTrainer_Step_stepsOrSequencesBelowOne_isRefused()
    {
        BadInput.MemberRefused("shape", "Steps", steps => _values.Step(new float[I], new float[O], new() { Steps = steps, Sequences = 1 }));
        BadInput.MemberRefused("shape", "Steps", steps => _classes.Evaluate(default, new int[1], new() { Steps = steps, Sequences = 1 }));
        BadInput.MemberRefused(
            "shape", "Sequences", sequences => _values.Step(new float[I], new float[O], new() { Steps = 1, Sequences = sequences }));
        BadInput.MemberRefused(
            "shape", "Sequences", sequences => _classes.Evaluate(default, new int[1], new() { Steps = 1, Sequences = sequences }));
    }

    [Theory]
    [InlineData(int.MaxValue, 1)]
    [InlineData(1 << 30, 1 << 30)]
    public void RnnTrainer_Step_moreThanAnArrayHolds_isRefused(int steps, int sequences)
        => BadInput.Refused<ArgumentOutOfRangeException>(
            "shape", $"at most {Guard.LargestBuffer} values", $"Steps {steps} × Sequences {sequences} ×",
            () => _values.Step(default, new float[1], new() { Steps = steps, Sequences = sequences }));

    [Fact]
    public void RnnTrainer_Step_moreLogitsThanAnArrayHolds_isRefused()
    {
        const int Classes = 1 << 20, Steps = 1 << 11;
        using var trainer = new RnnTrainer(
            new RnnSpec(1, Cell.Elman(1), Layer.Dense(Classes, Activation.Softmax)), new Sgd(1), Loss.CrossEntropy, 1);
        BadInput.Refused<ArgumentOutOfRangeException>(
            "shape", $"at most {Guard.LargestBuffer} values", $"Steps {Steps} × Sequences 1 × {Classes} and more",
            () => trainer.Step(new float[Steps], new int[Steps], new() { Steps = Steps, Sequences = 1 }));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(O)]
    [InlineData(int.MinValue)]
    public void RnnTrainer_Step_classOutOfRange_isRefused(int index)
    {
        int[] targets = new int[T * N];
        targets[13] = index;
        string actual = $"targets[13] is {index}";
        Refused<ArgumentOutOfRangeException>(
            "targets", $"from 0 to {O - 1}", actual, _classes,
            () => _classes.Step(new float[T * N * I], targets, Shape));
        Refused<ArgumentOutOfRangeException>(
            "targets", $"from 0 to {O - 1}", actual, _classes,
            () => _classes.Evaluate(new float[T * N * I], targets, Shape));
    }

    [Theory]
    [InlineData(1.5f)]
    [InlineData(-0.001f)]
    [InlineData(float.NaN)]
    public void RnnTrainer_Step_probabilityOutOfRange_isRefused(float probability)
    {
        float[] targets = new float[T * N * O];
        targets[^1] = probability;
        string actual = $"targets[{T * N * O - 1}] is {probability}";
        Refused<ArgumentOutOfRangeException>(
            "targets", "from 0 to 1", actual, _values,
            () => _values.Step(new float[T * N * I], targets, Shape));
        Refused<ArgumentOutOfRangeException>(
            "targets", "from 0 to 1", actual, _values,
            () => _values.Evaluate(new float[T * N * I], targets, Shape));
    }

    [Fact]
    public void RnnTrainer_Step_targetsOfTheOtherType_isRefused()
    {
        Check(() => _values.Step(new float[T * N * I], new int[T * N], Shape), "values (float)", "indices (int)");
        Check(() => _classes.Step(new float[T * N * I], new float[T * N * O], Shape), "class indices (int)", "values (float)");
        Check(() => _classes.Evaluate(new float[T * N * I], new float[T * N * O], Shape), "class indices (int)", "values (float)");

        static void Check(Action action, string expected, string actual)
        {
            string message = Assert.Throws<ArgumentException>("targets", action).Message;
            Assert.Contains($"Expected targets that are {expected}", message, StringComparison.Ordinal);
            Assert.Contains($"got {actual}", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void RnnTrainer_constructor_lossThatDoesNotSuitTheLastLayer_isRefused()
    {
        Check(Layer.Dense(2, Activation.Softmax), Loss.HalfSquaredError, "layers[1] (Dense) with Softmax", "HalfSquaredError");
        Check(Layer.Dense(2, Activation.Softmax), Loss.BinaryCrossEntropy, "layers[1] (Dense) with Softmax", "BinaryCrossEntropy");
        Check(Layer.Dense(2, Activation.Sigmoid), Loss.CrossEntropy, "layers[1] (Dense) with Sigmoid", "CrossEntropy");
        Check(Cell.Elman(2), Loss.CrossEntropy, "layers[1] (Elman)", "CrossEntropy");
        Check(Cell.Elman(2), Loss.BinaryCrossEntropy, "layers[1] (Elman)", "BinaryCrossEntropy");

        static void Check(LayerSpec last, LossFunction loss, string expected, string actual)
            => BadInput.Refused<ArgumentException>(
                "loss", expected, actual, () => _ = new RnnTrainer(new RnnSpec(1, Cell.Elman(1), last), new Adam(), loss, 1));
    }

    [Fact]
    public void RnnTrainer_constructor_null_isRefused()
    {
        Assert.Throws<ArgumentNullException>("model", () => new RnnTrainer(null!, new Adam(), Loss.HalfSquaredError));
        Assert.Throws<ArgumentNullException>("spec", () => new RnnTrainer(null!, new Adam(), Loss.HalfSquaredError, 1));
        Assert.Throws<ArgumentNullException>("optimizer", () => new RnnTrainer(Model, null!, Loss.HalfSquaredError));
        Assert.Throws<ArgumentNullException>("loss", () => new RnnTrainer(Model, new Adam(), null!));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    public void RnnTrainer_MaxGradientNorm_notAboveZero_isRefused(float norm)
    {
        BadInput.Refused<ArgumentOutOfRangeException>("MaxGradientNorm", "above 0", $"{norm}", () => _values.MaxGradientNorm = norm);
        Assert.Equal(float.PositiveInfinity, _values.MaxGradientNorm);
    }

    [Fact]
    public void RnnTrainer_anyUse_afterDispose_throws()
    {
        var trainer = new RnnTrainer(Model, new Adam(), Loss.HalfSquaredError);
        trainer.Step(new float[I], new float[O], new() { Steps = 1, Sequences = 1 });
        trainer.Dispose();
        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trainer.Step(new float[I], new float[O], new() { Steps = 1, Sequences = 1 }));
        Assert.Throws<ObjectDisposedException>(() => trainer.Evaluate(new float[I], new float[O], new() { Steps = 1, Sequences = 1 }));
        Assert.Throws<ObjectDisposedException>(trainer.ToModel);
    }

    private static void Refused<TException>(string parameter, string expected, string actual, RnnTrainer trainer, Action action)
        where TException : ArgumentException
    {
        BadInput.Refused<TException>(parameter, expected, actual, action);
        CheckUnchanged(trainer);
    }

    private static void CheckUnchanged(RnnTrainer trainer)
        => Compare.SameBits(TrainingData.Parameters(Model), TrainingData.Parameters(trainer), "parameter");
}
