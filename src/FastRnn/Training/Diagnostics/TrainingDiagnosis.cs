using System.Globalization;
using System.Text;

namespace FastRnn.Training;

/// <summary>What a batch tells of a training: how far back its loss reaches, how large weights, gradients and updates are, which units do
/// nothing, and what is wrong.</summary>
public sealed record TrainingDiagnosis
{
    /// <summary>The loss of the batch, without dropout.</summary>
    public required double Loss { get; init; }

    /// <summary>The norm of all gradients together, before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>The layers, from the inputs up.</summary>
    public required IReadOnlyList<LayerDiagnosis> Layers { get; init; }

    /// <summary>The weights, in their order.</summary>
    public required IReadOnlyList<TensorDiagnosis> Tensors { get; init; }

    /// <summary>What is wrong, if anything.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>All of it as tables, and the findings in words.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Loss {Loss:G5}, gradient norm {GradientNorm:G4}\n");
        foreach (LayerDiagnosis layer in Layers)
        {
            string saturated = layer.SaturatedShare is { } share ? Invariant($", {share:P0} saturated") : string.Empty;
            string dead = layer.DeadShare is { } none ? Invariant($", {none:P0} dead") : string.Empty;
            text.Append(CultureInfo.InvariantCulture, $"{layer.Name}{saturated}{dead}\n");
            foreach (LagNorm norm in layer.GradientByLag)
            {
                text.Append(CultureInfo.InvariantCulture, $"  gradient {norm.Lag,5} steps back {norm.Norm,10:0.00E+00}\n");
            }
        }

        int width = Tensors.Select(tensor => tensor.Name.Length).Append(6).Max();
        text.Append(CultureInfo.InvariantCulture, $"{"tensor".PadRight(width)}    weights  gradient    update     ratio\n");
        foreach (TensorDiagnosis tensor in Tensors)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"{tensor.Name.PadRight(width)} {tensor.WeightNorm,10:0.00E+00} {tensor.GradientNorm,9:0.00E+00} ");
            text.Append(CultureInfo.InvariantCulture, $"{tensor.UpdateNorm,9:0.00E+00} {tensor.UpdateRatio,9:0.00E+00}\n");
        }

        IEnumerable<string> messages = Findings.Count > 0 ? Findings.Select(finding => finding.Message) : ["Nothing conspicuous."];
        return text.AppendJoin('\n', messages).ToString();

        static string Invariant(FormattableString part) => part.ToString(CultureInfo.InvariantCulture);
    }
}
