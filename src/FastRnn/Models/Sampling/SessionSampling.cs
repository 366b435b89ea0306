namespace FastRnn;

/// <summary>Sequences that a network goes on with by itself, index by index: text, character by character.</summary>
public static class SessionSampling
{
    extension(RnnSession session)
    {
        /// <summary>Reads a prompt and writes indices, each drawn from the outputs of the step before and then given as an input. The
        /// session goes on from the state that it has. The last index that is written has not been given as an input yet: to go on, begin
        /// the next prompt with it. Allocates nothing once the sampler has seen the vocabulary.</summary>
        /// <param name="prompt">What the network reads first, at least one index.</param>
        /// <param name="destination">Receives the indices, as many as there is room for; may be the memory of the prompt.</param>
        /// <param name="sampler">Draws them.</param>
        /// <param name="endIndex">The index that ends the sequence, which is not written; null for none.</param>
        /// <returns>How many were written.</returns>
        /// <exception cref="ArgumentNullException">The session or the sampler is null.</exception>
        /// <exception cref="ArgumentException">The prompt is empty; nothing has been changed.</exception>
        /// <exception cref="ArgumentOutOfRangeException">An index of the prompt, or the end, is not in the vocabulary; nothing has been
        /// changed.</exception>
        /// <exception cref="InvalidOperationException">The network does not put out probabilities of its inputs, logits or logarithms of
        /// them, or another use of the session has not ended; nothing has been changed. Or the outputs of a step can't be drawn from, such
        /// as NaN: the message names the step, counted from the prompt's first as 0, which the session has taken.</exception>
        /// <exception cref="ObjectDisposedException">The session is disposed.</exception>
        public int Generate(ReadOnlySpan<int> prompt, Span<int> destination, TokenSampler sampler, int? endIndex = null)
        {
            Check(session, prompt, sampler, endIndex);
            Span<float> outputs = sampler.Outputs(session.Spec.OutputSize);
            foreach (int index in prompt)
            {
                session.Step(index, outputs);
            }

            int count = 0;
            while (count < destination.Length)
            {
                int next = Draw(session, sampler, outputs, prompt.Length - 1 + count);
                if (next == endIndex)
                {
                    break;
                }

                destination[count++] = next;
                if (count < destination.Length)
                {
                    session.Step(next, outputs);
                }
            }

            return count;
        }

        /// <summary>As <see cref="Generate"/>, one index after the other as they are asked for, without an end unless there is an index for
        /// it: to show a text as it is written. The session and the sampler are in use as long as indices are asked for.</summary>
        /// <param name="prompt">What the network reads first, at least one index.</param>
        /// <param name="sampler">Draws the indices.</param>
        /// <param name="endIndex">The index that ends the sequence, which is not given; null for none.</param>
        /// <inheritdoc cref="Generate" path="/exception"/>
        public IEnumerable<int> EnumerateGenerated(IReadOnlyList<int> prompt, TokenSampler sampler, int? endIndex = null)
        {
            ArgumentNullException.ThrowIfNull(prompt);
            int[] copy = [.. prompt];
            Check(session, copy, sampler, endIndex);
            return Enumerate(session, copy, sampler, endIndex);
        }
    }

    private static IEnumerable<int> Enumerate(RnnSession session, int[] prompt, TokenSampler sampler, int? endIndex)
    {
        foreach (int index in prompt)
        {
            session.Step(index, sampler.Outputs(session.Spec.OutputSize));
        }

        for (long step = prompt.Length - 1; ; step++)
        {
            int next = Draw(session, sampler, sampler.Outputs(session.Spec.OutputSize), step);
            if (next == endIndex)
            {
                yield break;
            }

            yield return next;
            session.Step(next, sampler.Outputs(session.Spec.OutputSize));
        }
    }

    private static int Draw(RnnSession session, TokenSampler sampler, ReadOnlySpan<float> outputs, long step)
    {
        try
        {
            return session.Spec.OutputActivation?.Kind == ActivationKind.Softmax ? sampler.Next(outputs) : sampler.NextFromLogits(outputs);
        }
        catch (ArgumentException fault)
        {
            throw new InvalidOperationException(
                FormattableString.Invariant($"Expected outputs to draw from, but those of step {step} are not: {fault.Message}"), fault);
        }
    }

    private static void Check(RnnSession session, ReadOnlySpan<int> prompt, TokenSampler sampler, int? endIndex)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(sampler);
        RnnSpec spec = session.Spec;
        if (!spec.GivesIndices)
        {
            throw new InvalidOperationException($"Expected {spec.ExpectedOfIndices}.");
        }

        if (prompt.IsEmpty)
        {
            throw new ArgumentException("Expected a prompt of at least one index, but got none.", nameof(prompt));
        }

        Guard.Indices(prompt, 1, [], spec.InputSize, nameof(prompt));
        if (endIndex is { } end)
        {
            Guard.Index(end, spec.InputSize, nameof(endIndex));
        }
    }
}
