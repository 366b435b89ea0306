using FastRnn.Serialization;
using FastRnn.Tests.Support;
using FastRnn.Training;

namespace FastRnn.Tests.Training;

/// <summary>A trainer is for one thread at a time: whoever uses it while it is in use is refused, and nothing else happens.</summary>
public sealed class TrainerUseTests : IDisposable
{
    private const int T = 3, N = 2, I = 2, H = 5;
    private const string OtherThread = "another thread is using it", SameThread = "this thread is using it";

    private static readonly RnnSpec Spec = new(I, Cell.Custom<HookedCell>(H));

    private static readonly float[] X = RandomData.Uniform(1, T * N * I), Y = RandomData.Uniform(2, T * N * H, 0.5f);

    private static readonly Dictionary<string, Action<RnnTrainer, string>> Uses = new(StringComparer.Ordinal)
    {
        ["Step"] = (trainer, _) => Step(trainer),
        ["Evaluate"] = (trainer, _) => Evaluate(trainer),
        ["ResetState"] = (trainer, _) => trainer.ResetState(),
        ["ToModel"] = (trainer, _) => trainer.ToModel(),
        ["Dispose"] = (trainer, _) => trainer.Dispose(),
        ["SaveCheckpoint"] = (trainer, path) => trainer.SaveCheckpoint(path),
        ["MaxGradientNorm"] = (trainer, _) => trainer.MaxGradientNorm = 1e-9f,
        ["CarryState"] = (trainer, _) => trainer.CarryState = false,
    };

    private static readonly Dictionary<string, Action<EncoderDecoderTrainer, string>> UsesOfBoth = new(StringComparer.Ordinal)
    {
        ["Step"] = (trainer, _) => Step(trainer),
        ["Evaluate"] = (trainer, _) => Evaluate(trainer),
        ["ToModel"] = (trainer, _) => trainer.ToModel(),
        ["Dispose"] = (trainer, _) => trainer.Dispose(),
        ["SaveCheckpoint"] = (trainer, path) => trainer.SaveCheckpoint(path),
        ["MaxGradientNorm"] = (trainer, _) => trainer.MaxGradientNorm = 1e-9f,
    };

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, bool> Names => new MatrixTheoryData<string, bool>(Uses.Keys, [false, true]);

    public static TheoryData<string, bool> NamesOfBoth => new MatrixTheoryData<string, bool>(UsesOfBoth.Keys, [false, true]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void RnnTrainer_anyUse_duringAnother_isRefusedAndChangesNothing(string name, bool isOnAnotherThread)
    {
        using RnnTrainer trainer = Create();
        using RnnTrainer alone = Create();
        for (int i = 0; i < 3; i++)
        {
            TrainingStep step = default;
            float loss = 0;
            Refused(() => step = Step(trainer), () => Uses[name](trainer, _folder["file"]), nameof(RnnTrainer), isOnAnotherThread);
            Refused(() => loss = Evaluate(trainer), () => Uses[name](trainer, _folder["file"]), nameof(RnnTrainer), isOnAnotherThread);
            Assert.Equal(Step(alone), step);
            Assert.Equal(Evaluate(alone), loss);
            Compare.SameBits(TrainingData.Parameters(alone), TrainingData.Parameters(trainer));
        }

        Assert.Empty(_folder.Names);
        trainer.Dispose();
        trainer.Dispose();
        if (name != "Dispose")
        {
            Assert.Throws<ObjectDisposedException>(() => Uses[name](trainer, _folder["file"]));
        }
    }

    [Theory]
    [MemberData(nameof(NamesOfBoth))]
    public void EncoderDecoderTrainer_anyUse_duringAnother_isRefusedAndChangesNothing(string name, bool isOnAnotherThread)
    {
        using EncoderDecoderTrainer trainer = CreateBoth();
        using EncoderDecoderTrainer alone = CreateBoth();
        for (int i = 0; i < 3; i++)
        {
            TrainingStep step = default;
            Refused(
                () => step = Step(trainer), () => UsesOfBoth[name](trainer, _folder["file"]), nameof(EncoderDecoderTrainer),
                isOnAnotherThread);
            Assert.Equal(Step(alone), step);
            Assert.Equal(Evaluate(alone), Evaluate(trainer));
            Compare.SameBits(TrainingData.Parameters(alone.ToModel().Encoder), TrainingData.Parameters(trainer.ToModel().Encoder));
            Compare.SameBits(TrainingData.Parameters(alone.ToModel().Decoder), TrainingData.Parameters(trainer.ToModel().Decoder));
        }

        Assert.Empty(_folder.Names);
        trainer.Dispose();
        trainer.Dispose();
        if (name != "Dispose")
        {
            Assert.Throws<ObjectDisposedException>(() => UsesOfBoth[name](trainer, _folder["file"]));
        }
    }

    [Fact]
    public void RnnTrainer_Step_exceptionOfACell_leavesTheTrainerFree()
    {
        using RnnTrainer trainer = Create();
        Assert.Throws<TimeoutException>(() => HookedCell.Run(() => Step(trainer), () => throw new TimeoutException()));
        Assert.Throws<ArgumentException>(() => trainer.Step(X, X, new() { Steps = T, Sequences = N }));
        Assert.True(Step(trainer).Applied);
    }

    /// <summary>Whichever thread takes a step: so many of them, so many steps' weights.</summary>
    [Fact]
    public void RnnTrainer_Step_ofTwoThreadsAtOnce_isRefusedOrAloneInTheTrainer()
    {
        const int Least = 300;
        using RnnTrainer trainer = Create();
        int refusals = 0, steps = 0;
        Action train = () =>
        {
            for (int i = 0; i < Least || Volatile.Read(ref refusals) == 0; i++)
            {
                try
                {
                    Step(trainer);
                    Interlocked.Increment(ref steps);
                }
                catch (InvalidOperationException)
                {
                    Interlocked.Increment(ref refusals);
                }
            }
        };
        Threads.Run(train, train);
        Assert.NotEqual(0, refusals);
        using RnnTrainer alone = Create();
        for (int i = 0; i < steps; i++)
        {
            Step(alone);
        }

        Compare.SameBits(TrainingData.Parameters(alone), TrainingData.Parameters(trainer));
        Assert.Equal(Evaluate(alone), Evaluate(trainer));
    }

    private static void Refused(Action use, Action other, string name, bool isOnAnotherThread)
    {
        Action check = () =>
        {
            InvalidOperationException exception = Assert.Throws<InvalidOperationException>(other);
            Assert.Contains(isOnAnotherThread ? OtherThread : SameThread, exception.Message, StringComparison.Ordinal);
            Assert.Contains(name, exception.Message, StringComparison.Ordinal);
        };
        if (isOnAnotherThread)
        {
            HookedCell.RunBeside(use, check);
        }
        else
        {
            HookedCell.Run(use, check);
        }
    }

    private static RnnTrainer Create() => new(Spec, new Adam(), Loss.HalfSquaredError, 1) { CarryState = true };

    private static EncoderDecoderTrainer CreateBoth() => new(Spec, Spec, new Adam(), Loss.HalfSquaredError, 1);

    private static TrainingStep Step(RnnTrainer trainer) => trainer.Step(X, Y, new() { Steps = T, Sequences = N });

    private static float Evaluate(RnnTrainer trainer) => trainer.Evaluate(X, Y, new() { Steps = T, Sequences = N });

    private static TrainingStep Step(EncoderDecoderTrainer trainer)
        => trainer.Step(X, new() { Steps = T, Sequences = N }, X, Y, new() { Steps = T, Sequences = N });

    private static float Evaluate(EncoderDecoderTrainer trainer)
        => trainer.Evaluate(X, new() { Steps = T, Sequences = N }, X, Y, new() { Steps = T, Sequences = N });
}
