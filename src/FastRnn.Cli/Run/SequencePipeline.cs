using System.Runtime.InteropServices;

namespace FastRnn.Cli.Run;

/// <summary>
/// Reads rows, runs a network on them, and writes its outputs as rows. A blank line begins a new sequence, and is written too. Streaming
/// and running whole sequences give the same numbers; but a many-to-one network has an output for each step when it streams, and one for
/// each sequence, without blank lines, when it runs whole sequences.
/// </summary>
/// <param name="model">the network</param>
/// <param name="initialState">the state that a sequence begins with [S]</param>
/// <param name="fixedLength">how many steps of each sequence count; null for all of them</param>
internal sealed class SequencePipeline(RnnModel model, float[] initialState, int? fixedLength)
{
    private readonly RnnSpec _spec = model.Spec;

    private bool IsManyToOne => _spec.Shape == SequenceShape.ManyToOne;

    /// <summary>What the user can do if a sequence is too long; empty if nothing.</summary>
    private string Advice => _spec.CanStream ? ": --streamed takes any number" : string.Empty;

    /// <summary>Runs each step as soon as its row is read.</summary>
    internal void Stream(RowReader rows, RowWriter results)
    {
        using RnnSession session = model.CreateSession();
        session.SetState(initialState);

        // Memory for outputs is only allocated once there is a row, as in the reader.
        float[]? output = null;
        long steps = 0;
        for (RowKind kind = rows.Read(); kind != RowKind.End; kind = rows.Read())
        {
            if (kind == RowKind.Blank)
            {
                CheckSteps(rows, steps);
                steps = 0;
                session.SetState(initialState);
                results.WriteBlank();
                continue;
            }

            output ??= new float[_spec.OutputSize];
            if (steps++ >= (fixedLength ?? long.MaxValue))
            {
                // Behind its end a sequence has no outputs, as in a graph; the output of a whole one stays.
                if (!IsManyToOne)
                {
                    output.AsSpan().Clear();
                }
            }
            else if (_spec.TakesIndices)
            {
                session.Step(rows.Index, output);
            }
            else
            {
                session.Step(rows.Values, output);
            }

            results.Write(output);
        }

        CheckSteps(rows, steps);
    }

    /// <summary>Runs each sequence as soon as all its rows are read.</summary>
    internal void RunWhole(RowReader rows, RowWriter results)
    {
        var values = new List<float>();
        var indices = new List<int>();
        int steps = 0, mostSteps = SequenceLimit.Of(model);
        RowKind kind;
        do
        {
            kind = rows.Read();
            if (kind == RowKind.Step)
            {
                if (steps == mostSteps)
                {
                    throw rows.Error(
                        $"expected sequences of at most {mostSteps} rows, which memory holds at once, but this one is longer{Advice}");
                }

                steps++;
                if (_spec.TakesIndices)
                {
                    indices.Add(rows.Index);
                }
                else
                {
                    values.AddRange(rows.Values);
                }

                continue;
            }

            if (steps > 0)
            {
                CheckSteps(rows, steps);
                SequenceData inputs = _spec.TakesIndices ? CollectionsMarshal.AsSpan(indices) : CollectionsMarshal.AsSpan(values);
                RunSequence(inputs, steps, results);
                values.Clear();
                indices.Clear();
                steps = 0;
            }

            if (kind == RowKind.Blank && !IsManyToOne)
            {
                results.WriteBlank();
            }
        }
        while (kind != RowKind.End);
    }

    /// <summary>Throws for a sequence that ends before its fixed length.</summary>
    private void CheckSteps(RowReader rows, long steps)
    {
        if (steps > 0 && steps < fixedLength)
        {
            throw rows.Error($"expected sequences of at least {fixedLength} rows, the length that the graph fixes, but this one has {steps}");
        }
    }

    private void RunSequence(SequenceData inputs, int steps, RowWriter results)
    {
        int outputSize = _spec.OutputSize;
        var outputs = new float[(IsManyToOne ? 1 : steps) * outputSize];
        int[] lengths = fixedLength is { } length ? [length] : [];
        model.Run(inputs, outputs, new() { Steps = steps, Sequences = 1, Lengths = lengths }, initialState);
        for (int start = 0; start < outputs.Length; start += outputSize)
        {
            results.Write(outputs.AsSpan(start, outputSize));
        }
    }
}
