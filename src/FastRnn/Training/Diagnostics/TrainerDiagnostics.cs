using System.Numerics.Tensors;
using FastRnn.Memory;

namespace FastRnn.Training;

/// <summary>Looks at a training without changing it.</summary>
public static class TrainerDiagnostics
{
    extension(RnnTrainer trainer)
    {
        /// <summary>
        /// Looks at the training by one batch: the norm of the gradient with respect to the state by lag, of each layer; norms of weights,
        /// gradients and of the update that the optimizer would make; the share of saturated and of dead units; and what is wrong, in words
        /// (<see cref="TrainingDiagnosis.Findings"/>). Weights, optimizer and carried state stay as they are. Takes some hundred times as
        /// long as a training step, and memory.
        /// </summary>
        /// <remarks>A gradient by lag is that of the loss at each sequence's last step alone, from a state of zeros, without dropout.
        /// Sources: Y. Bengio, P. Simard and P. Frasconi, Learning long-term dependencies with gradient descent is difficult, IEEE
        /// Transactions on Neural Networks 5 (1994); R. Pascanu, T. Mikolov and Y. Bengio, On the difficulty of training recurrent neural
        /// networks, ICML 2013.</remarks>
        /// <param name="inputs">As for <see cref="RnnTrainer.Step"/>.</param>
        /// <param name="targets">As for <see cref="RnnTrainer.Step"/>.</param>
        /// <param name="shape">T, N and, where they differ, the lengths.</param>
        /// <exception cref="ArgumentNullException">The trainer is null.</exception>
        /// <exception cref="ArgumentException">A count does not fit, or there are values where indices are expected or the other way round.
        /// </exception>
        /// <exception cref="ArgumentOutOfRangeException">The shape is out of its range, an index is not in the vocabulary, or a target is
        /// out of range.</exception>
        /// <exception cref="InvalidOperationException">The network is one-to-many, the loss is one of whole sequences, the loss or a
        /// gradient is not finite, or another use of the trainer has not ended.</exception>
        /// <exception cref="ObjectDisposedException">The trainer is disposed.</exception>
        public TrainingDiagnosis Diagnose(SequenceData inputs, SequenceData targets, BatchShape shape)
        {
            ArgumentNullException.ThrowIfNull(trainer);
            if (trainer.Spec.FeedsBack || trainer.Loss is CtcLoss)
            {
                throw new InvalidOperationException(
                    "Expected a network that reads sequences, with a loss at single steps, but its shape is "
                    + $"{trainer.Spec.Shape} and the loss {trainer.Loss}.");
            }

            trainer.Evaluate(inputs, targets, shape);
            using ExclusiveUse.Scope use = trainer.Enter();
            RnnModel model = trainer.Trained.ToModel();
            (double loss, double norm, IReadOnlyList<TensorDiagnosis> tensors) = Tensors(trainer, model, inputs, targets, shape);
            GradientByLag? lags = model.Spec.CanStream ? Lags(trainer, model, inputs, targets, shape) : null;
            var layers = new List<LayerDiagnosis>();
            for (int i = 0; i < model.Spec.Layers.Count; i++)
            {
                (double? saturated, double? dead) = UnitActivity.Of(model, i, inputs, shape);
                layers.Add(new LayerDiagnosis
                {
                    Layer = i,
                    Name = model.Spec.LayerName(i),
                    GradientByLag = lags?.Of(i) ?? [],
                    SaturatedShare = saturated,
                    DeadShare = dead,
                });
            }

            return new TrainingDiagnosis
            {
                Loss = loss,
                GradientNorm = norm,
                Layers = layers,
                Tensors = tensors,
                Findings = DiagnosisVerdict.Of(layers, tensors),
            };
        }
    }

    /// <summary>A step with a copy of the weights and of what the optimizer remembers.</summary>
    private static (double Loss, double Norm, IReadOnlyList<TensorDiagnosis> Tensors) Tensors(
        RnnTrainer trainer, RnnModel model, SequenceData inputs, SequenceData targets, BatchShape shape)
    {
        using TrainedNetwork copy = trainer.Trained.Copy();
        double loss = copy.Bptt.Forward(trainer.Loss, inputs, targets, shape);
        copy.Bptt.Backward(inputs);
        double[] gradients = [.. copy.Bptt.Gradients.Layout.Slices.Select(slice => NormOf(copy.Bptt.Gradients[slice]))];
        TrainingStep step = trainer.Update.Copy().Apply((float)loss, copy);
        if (!step.Applied)
        {
            throw new InvalidOperationException(Divergence.Describe(trainer, trainer.Updates + 1, step));
        }

        IReadOnlyList<ParameterSlice> slices = copy.Bptt.Parameters.Layout.Slices;
        float[] change = new float[model.ParameterCount];
        TensorPrimitives.Subtract(copy.Bptt.Parameters.All, model.Parameters, change);
        return (loss, step.GradientNorm,
        [
            .. slices.Select((slice, i) => new TensorDiagnosis(
                slice.Name, slice.IsVector, trainer.Trained.Trains(i),
                NormOf(model.Parameters.Slice(slice.Offset, slice.Length)), gradients[i],
                NormOf(change.AsSpan(slice.Offset, slice.Length)))),
        ]);
    }

    private static GradientByLag Lags(
        RnnTrainer trainer, RnnModel model, SequenceData inputs, SequenceData targets, BatchShape shape)
    {
        using var bptt = new Backpropagation(model.Spec, model.Parameters);
        var lags = new GradientByLag(trainer, bptt);
        for (int n = 0; n < shape.Sequences; n++)
        {
            int steps = shape.Lengths.IsEmpty ? shape.Steps : shape.Lengths[n];
            lags.Add(
                Rows(inputs.Values, shape.Steps, shape.Sequences, n, steps),
                Rows(inputs.Beside, shape.Steps, shape.Sequences, n, steps),
                model.Spec.HasOneOutput
                    ? Rows(targets.Values, 1, shape.Sequences, n, 1)
                    : Rows(targets.Values, shape.Steps, shape.Sequences, n, steps),
                steps);
        }

        return lags;
    }

    /// <summary>The rows of one sequence, [steps, width], of [T, N, width].</summary>
    private static float[] Rows(ReadOnlySpan<float> data, int allSteps, int sequences, int sequence, int steps)
    {
        int width = data.Length / allSteps / sequences;
        float[] rows = new float[steps * width];
        for (int step = 0; step < steps; step++)
        {
            data.Slice((step * sequences + sequence) * width, width).CopyTo(rows.AsSpan(step * width));
        }

        return rows;
    }

    private static double NormOf(ReadOnlySpan<float> values) => Math.Sqrt(TensorPrimitives.SumOfSquares(values));
}
