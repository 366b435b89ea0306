using System.Globalization;
using System.Text;

namespace FastRnn;

/// <summary>
/// The first layer of a network with several inputs: each goes through layers of its own, and what these put out stands side by side. Made
/// by <see cref="RnnSpec.ForInputs"/>. A row of inputs has the indices of all of them first, then the values of all. Parameters are those
/// of the inputs' layers one behind another, named <c>inputs.1.0.table</c> for the first layer of the second input.
/// </summary>
public sealed record InputsSpec : LayerSpec
{
    internal InputsSpec(ReadOnlySpan<InputSpec> inputs)
    {
        int missing = inputs.IndexOf((InputSpec)null!);
        if (missing >= 0 || inputs.IsEmpty)
        {
            throw new ArgumentException(
                inputs.IsEmpty ? "Expected at least one input, but got none." : $"Expected inputs, but inputs[{missing}] is null.",
                nameof(inputs));
        }

        Inputs = Array.AsReadOnly(inputs.ToArray());
        IndexCount = Saturated(Inputs.Sum(input => (long)input.IndexCount));
        ValueCount = Saturated(Inputs.Sum(input => (long)input.ValueCount));
        CanStream = OverSteps.All(layer => layer.CanStream);
        IsTemporal = OverSteps.Any(layer => layer.IsTemporal);
    }

    /// <summary>The inputs.</summary>
    public IReadOnlyList<InputSpec> Inputs { get; }

    /// <summary>K, how many indices a step has, of all inputs.</summary>
    public int IndexCount { get; }

    /// <summary>V, how many values a step has, of all inputs.</summary>
    public int ValueCount { get; }

    /// <inheritdoc/>
    public override bool CanStream { get; }

    /// <inheritdoc/>
    public override bool IsTemporal { get; }

    internal override string Kind => "Inputs";

    /// <summary>The layers that run over the network's steps, and not within one.</summary>
    private IEnumerable<LayerSpec> OverSteps
        => Inputs.Where(input => input.Kind != InputKind.Sequence).SelectMany(input => input.Layers);

    /// <summary>Whether all parts are equal.</summary>
    /// <param name="other">Another spec.</param>
    public bool Equals(InputsSpec? other) => other is not null && Inputs.SequenceEqual(other.Inputs);

    /// <inheritdoc/>
    public override int GetHashCode() => Inputs.Aggregate(17, HashCode.Combine);

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Inputs = [{string.Join(", ", Inputs)}]");
        return true;
    }

    internal override int Outputs(int inputSize) => Saturated(Inputs.Sum(input => (long)input.End.InputSize));

    internal override bool MixesBehind(LayerPlace place)
        => Inputs.Any(input => input.Kind != InputKind.Sequence && input.End is { IsMixed: true } or { ReverseColumn: not null });

    internal override IReadOnlyList<ParameterShape> Parameters(int inputSize)
        => [.. Inner().SelectMany(inner => inner.Spec.Parameters(inner.InputSize)
            .Select(shape => shape with { Name = $"{inner.Path}.{shape.Name}" }))];

    internal override (string Name, bool IsReverse, long Length)[] GetState(int inputSize)
        => [.. Inner().Where(inner => inner.Input.Kind != InputKind.Sequence)
            .SelectMany(inner => inner.Spec.GetState(inner.InputSize)
                .Select(part => part with { Name = $"{inner.Path}.{part.Name}" }))];

    internal override IEnumerable<(string Name, int Size)> Memories(string name)
        => Inputs.SelectMany((input, i) => input.Layers.SelectMany(
            (layer, j) => layer.Memories(LayerSequence.Name(InputName(name, i), j, layer))));

    internal override IEnumerable<string> LookingAhead(string name)
        => Inputs.SelectMany((input, i) => input.Kind == InputKind.Sequence ? [] : input.Layers.SelectMany(
            (layer, j) => layer.LookingAhead(LayerSequence.Name(InputName(name, i), j, layer))));

    internal override string? Refusal(LayerPlace place)
    {
        if (!place.TakesRows)
        {
            return "takes several inputs: it can only be the first layer that RnnSpec.ForInputs makes";
        }

        for (int i = 0; i < Inputs.Count; i++)
        {
            bool isReduced = Inputs[i].End.IsReduced;
            if (isReduced != (Inputs[i].Kind == InputKind.Sequence))
            {
                return isReduced
                    ? $"has layers in inputs[{i}] that make one row of all steps, but an output is needed for each"
                    : $"has layers in inputs[{i}], a sequence within a step, that make no single row of it";
            }

            if (Inputs[i].Layers.Any(layer => layer.NeedsMemory))
            {
                return $"has layers in inputs[{i}] that attend to the outputs of an encoder";
            }
        }

        return null;
    }

    internal override void CheckBranches(string name, LayerPlace place, string parameter)
    {
        for (int i = 0; i < Inputs.Count; i++)
        {
            Inputs[i].Layers.Check(InputName(name, i), Inputs[i].Place, parameter);
        }
    }

    /// <summary>The name of an input in messages, such as <c>layers[0] (Inputs).inputs[1]</c>.</summary>
    internal static string InputName(string name, int input) => $"{name}.inputs[{input}]";

    /// <summary>All layers of all inputs, each with its path and the size of what it sees.</summary>
    private IEnumerable<(InputSpec Input, string Path, LayerSpec Spec, int InputSize)> Inner()
        => Inputs.SelectMany((input, i) => input.Layers.At(input.Place)
            .Select((inner, j) => (input, $"inputs.{i}.{j}", inner.Spec, inner.Place.InputSize)));
}
