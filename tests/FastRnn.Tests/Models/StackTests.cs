using FastRnn.Tests.Reference.Stacks;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Models;

/// <summary>What stacks of any layers compute: against the reference, and one way of running them against the other.</summary>
public sealed class StackTests
{
    private const int Stacks = 200;

    /// <summary>Of the largest output, or of 1: errors of float (6e-8), carried on over up to 12 steps and 4 layers.</summary>
    private const double Tolerance = 2e-5;

    /// <summary>Nearer to each other than this, rounding may change which of two outputs is the largest.</summary>
    private const double Tie = 1e-5;

    /// <summary>Sequences that can be streamed: each step follows from those before it.</summary>
    private static readonly StackLimits Streams = new() { Shapes = [SequenceShape.ManyToMany], Bidirectional = false, Lengths = false };

    private static readonly StackLimits ToOne = new() { Shapes = [SequenceShape.ManyToOne], Reducing = false };

    private static readonly StackLimits ToMany = new() { Shapes = [SequenceShape.OneToMany] };

    [Fact]
    public void RnnSpec_sizes_randomStacks_areTheReferences()
        => Properties.ForAllStacks(Stacks, new StackLimits(), stack =>
        {
            RnnSpec spec = stack.ToSpec();
            Assert.Equal(
                (stack.Inputs, stack.Outputs, stack.StateSize, stack.TakesIndices, stack.Shape),
                (spec.InputSize, spec.OutputSize, spec.StateSize, spec.TakesIndices, spec.Shape));
            Assert.Equal(stack.ParameterCount, RnnModel.Create(spec, 1).ParameterCount);
        });

    [Fact]
    public void RnnModel_Run_randomStacks_isTheReference()
        => Properties.ForAllStacks(2 * Stacks, new StackLimits(), stack =>
        {
            bool chooses = stack is { Shape: SequenceShape.OneToMany, TakesIndices: true };
            StackData data = chooses ? stack.CreateSmooth(Tie) : stack.Create();
            StackChecks.IsReference(data, Tolerance);
        });

    [Fact]
    public void RnnModel_Run_batched_isEverySequenceStreamed()
        => Properties.ForAllStacks(Stacks, Streams, stack => StackChecks.IsStreamed(stack.Create()));

    [Fact]
    public void RnnModel_Run_stackInChunks_isTheWhole()
        => Properties.ForAllStacks(Stacks, Streams, stack =>
        {
            StackData data = stack.Create();
            var model = new StackModel(data);
            (float[] outputs, float[] final) = model.Run();
            var chunked = new List<float>();
            float[] state = data.InitialState;
            for (int start = 0; start < stack.Steps;)
            {
                int steps = Math.Min(1 + (stack.Seed + start) % 4, stack.Steps - start);
                StackRows inputs = data.Inputs.Slice(start * stack.Batch, steps * stack.Batch);
                (float[] chunk, state) = model.Run(inputs, steps, stack.Batch, state);
                chunked.AddRange(chunk);
                start += steps;
            }

            Compare.SameBits(outputs, chunked.ToArray(), "output");
            Compare.SameBits(final, state, "final state");
        });

    [Fact]
    public void RnnModel_Run_batchOfLengths_isEachSequenceAloneAndZerosBehindIt()
        => Properties.ForAllStacks(
            2 * Stacks, new StackLimits(), stack => StackChecks.IsEachSequenceAlone((stack with { HasLengths = true }).Create()));

    [Fact]
    public void RnnModel_Run_lengthsOfAllSteps_isWithoutLengths()
        => Properties.ForAllStacks(Stacks, new StackLimits { Lengths = false }, stack =>
        {
            StackData data = stack.Create();
            var model = new StackModel(data);
            (float[] outputs, float[] final) = model.Run();
            int[] lengths = Enumerable.Repeat(stack.Steps, stack.Batch).ToArray();
            (float[] withLengths, float[] withLengthsFinal) = model.Run(data.Inputs, stack.Steps, stack.Batch, data.InitialState, lengths);
            Compare.SameBits(outputs, withLengths, "output");
            Compare.SameBits(final, withLengthsFinal, "final state");
        });

    [Fact]
    public void RnnModel_Run_stackWithoutStates_startsFromZeros()
        => Properties.ForAllStacks(Stacks, new StackLimits(), stack =>
        {
            StackData data = stack.Create();
            var model = new StackModel(data);
            (float[] zeros, _) = model.Run(data.Inputs, stack.Steps, stack.Batch, new float[data.InitialState.Length], data.Lengths);
            (float[] none, _) = model.Run(data.Inputs, stack.Steps, stack.Batch, default, data.Lengths);
            Compare.SameBits(zeros, none, "output");
        });

    [Fact]
    public void RnnModel_Run_dropout_changesNothing()
        => Properties.ForAllStacks(Stacks, new StackLimits { Dropout = false }, stack =>
        {
            (float[] outputs, float[] final) = new StackModel(stack.Create()).Run();
            LayerCase[] layers = stack.Layers.SelectMany(layer => new[] { layer, new DropoutCase(0.5f) }).ToArray();
            (float[] dropped, float[] droppedFinal) = new StackModel((stack with { Layers = layers }).Create()).Run();
            Compare.SameBits(outputs, dropped, "output");
            Compare.SameBits(final, droppedFinal, "final state");
        });

    [Fact]
    public void RnnModel_Run_manyToOne_isTheLastOfManyToMany()
        => Properties.ForAllStacks(Stacks, ToOne with { Bidirectional = false }, stack =>
        {
            StackData data = stack.Create();
            (float[] outputs, float[] final) = new StackModel(data).Run();
            var all = new StackModel((stack with { Shape = SequenceShape.ManyToMany }).Create());
            for (int n = 0; n < stack.Batch; n++)
            {
                // The targets, which are as many as the outputs, come last from the seed: all else is the same for both shapes.
                (float[] alone, float[] aloneFinal) = all.RunAlone(n);
                float[] output = StackRows.Pick(outputs, stack.Outputs, [n]);
                Compare.SameBits(alone.AsSpan(^stack.Outputs..), output, $"output of sequence {n}");
                Compare.SameBits(aloneFinal, StackRows.Pick(final, stack.StateSize, [n]), $"final state of sequence {n}");
            }
        });

    [Fact]
    public void RnnSession_Step_manyToOne_isTheRunUpToThere()
        => Properties.ForAllStacks(2 * Stacks, ToOne with { Reducing = true, Bidirectional = false, Lengths = false }, stack =>
        {
            StackData data = stack.Create();
            var model = new StackModel(data);
            using RnnSession session = model.CreateSession();
            RnnModel whole = RnnModel.FromParameters(stack.ToSpec(), data.Parameters);
            var y = new float[stack.Outputs];
            var expected = new float[stack.Outputs];
            StackRows inputs = model.Inputs(0);
            session.SetState(model.InitialState(0));
            for (int t = 1; t <= stack.Steps; t++)
            {
                StackModel.Step(session, inputs.Slice(t - 1, 1), y);
                whole.Run(inputs.Slice(0, t).ToData(), expected, new() { Steps = t, Sequences = 1 }, model.InitialState(0));
                Compare.SameBits(expected, y, $"output {t}");
            }
        });

    [Fact]
    public void RnnModel_Run_finalStateOverInitialState_isTheSame()
        => Properties.ForAllStacks(Stacks, ToOne, stack =>
        {
            StackData data = stack.Create();
            (float[] outputs, float[] final) = new StackModel(data).Run();
            RnnModel model = RnnModel.FromParameters(stack.ToSpec(), data.Parameters);
            var over = new float[outputs.Length];
            float[] state = data.InitialState.ToArray();
            model.Run(
                data.Inputs.ToData(), over, new() { Steps = stack.Steps, Sequences = stack.Batch, Lengths = data.Lengths }, state, state);
            Compare.SameBits(outputs, over, "output");
            Compare.SameBits(final, state, "final state");
        });

    [Fact]
    public void RnnModel_Run_oneToMany_isStreamedWithOutputsFedBack()
        => Properties.ForAllStacks(2 * Stacks, ToMany, stack =>
        {
            StackData data = stack.Create();
            var model = new StackModel(data);
            (float[] outputs, float[] final) = model.Run();
            using RnnSession session = RnnModel.FromParameters(stack.ToSpec() with { Shape = SequenceShape.ManyToMany }, data.Parameters)
                .CreateSession();
            var y = new float[stack.Outputs];
            for (int n = 0; n < stack.Batch; n++)
            {
                session.SetState(model.InitialState(n));
                StackRows x = model.Inputs(n);
                float[] sequence = model.Outputs(outputs, n);
                for (int t = 0; t < data.LengthOf(n); t++)
                {
                    StackModel.Step(session, x, y);
                    Compare.SameBits(y, sequence.AsSpan(t * stack.Outputs, stack.Outputs), $"output {t} of sequence {n}");
                    x = stack.TakesIndices ? new StackRows([Array.IndexOf(y, y.Max())], 1) : new StackRows([.. y], 1);
                }

                var state = new float[stack.StateSize];
                session.CopyStateTo(state);
                Compare.SameBits(state, model.FinalState(final, n), $"final state of sequence {n}");
            }
        });

    [Fact]
    public void RnnModel_Run_oneToManyWithoutInputs_startsFromZeros()
        => Properties.ForAllStacks(Stacks, ToMany with { Indices = false }, stack =>
        {
            StackData data = stack.Create();
            var model = new StackModel(data);
            var zeros = new StackRows(new float[stack.Batch * stack.Inputs], stack.Batch);
            var none = new StackRows(Array.Empty<float>(), stack.Batch);
            (float[] expected, _) = model.Run(zeros, stack.Steps, stack.Batch, data.InitialState, data.Lengths);
            (float[] outputs, _) = model.Run(none, stack.Steps, stack.Batch, data.InitialState, data.Lengths);
            Compare.SameBits(expected, outputs, "output");
        });
}
