using System.Globalization;
using FastRnn.Serialization;

namespace FastRnn.Cli.Files;

/// <summary>The tool's options that a file of PyTorch's or Keras' weights needs to be read as the network that it was written of.</summary>
internal static class ReadingArguments
{
    /// <summary>The options, in the form of a command line without quotes; null where the file can't be read as that network.</summary>
    internal static IReadOnlyList<string>? Of(RnnSpec spec, FileFormat format)
    {
        char separator = format == FileFormat.Keras ? '/' : '.';
        var arguments = new List<string>();
        string? open = null;
        for (int i = 0; i < spec.Layers.Count; i++)
        {
            string name = $"layers{separator}{spec.NumberOf(i)}";
            switch (spec.Layers[i])
            {
                case DropoutSpec:
                case LastStepSpec when spec.Shape == SequenceShape.ManyToOne:
                    break;
                case ActivationSpec { Activation: { HasWeights: false } activation }:
                    if (open is null)
                    {
                        return null;
                    }

                    Add(WeightChoiceOptions.ActivationName, open, ActivationNames.Of(activation));
                    open = null;
                    break;
                case PoolingSpec or LastStepSpec or ParallelSpec or AttentionPoolingSpec:
                    return null;
                case LayerSpec layer:
                    open = AddOf(layer, name) ? name : null;
                    break;
            }
        }

        if (spec.TakesIndices)
        {
            arguments.AddRange([WeightChoiceOptions.InputsName, WeightChoiceOptions.Indices]);
        }

        if (spec.Shape != SequenceShape.ManyToMany)
        {
            arguments.AddRange([WeightChoiceOptions.ShapeName, WeightChoiceOptions.NameOf(spec.Shape)]);
        }

        return arguments;

        // Returns whether another option can put an activation behind the layer.
        bool AddOf(LayerSpec layer, string name)
        {
            switch (layer)
            {
                case DenseSpec dense:
                    Add(WeightChoiceOptions.ActivationName, name, ActivationNames.Of(dense.Activation));
                    return false;
                case TimeDelaySpec delay:
                    Add(WeightChoiceOptions.ActivationName, name, ActivationNames.Of(delay.Activation));
                    Add(WeightChoiceOptions.ConvolutionName, name, ConvolutionText.Of(delay));
                    return false;
                case ElmanSpec elman:
                    Add(WeightChoiceOptions.ActivationName, name, ActivationNames.Of(elman.Activation));
                    return false;
                case BidirectionalSpec both:
                    string own = format == FileFormat.Keras ? $"{name}/bidirectional" : name;
                    if (both.Inner is ElmanSpec inner)
                    {
                        Add(WeightChoiceOptions.ActivationName, own, ActivationNames.Of(inner.Activation));
                    }

                    if (both.Merge != Merge.Concatenate)
                    {
                        Add(WeightChoiceOptions.MergeName, own, WeightChoiceOptions.NameOf(both.Merge));
                    }

                    return false;
                case NormalizationSpec normalization:
                    VectorModule kind = normalization is LayerNormalizationSpec
                        ? VectorModule.LayerNormalization
                        : VectorModule.RmsNormalization;
                    AddKind(name, kind);
                    Add(
                        WeightChoiceOptions.EpsilonName, name, normalization.Epsilon.ToString("R", CultureInfo.InvariantCulture));
                    return true;
                case ActivationSpec { Activation.PerFeature: true }:
                    AddKind(name, VectorModule.PRelu);
                    return true;
                default:
                    return true;
            }
        }

        // Names of Keras tell all of them but layer normalizations.
        void AddKind(string name, VectorModule kind)
        {
            if (format == FileFormat.PyTorch || kind == VectorModule.LayerNormalization)
            {
                Add(WeightChoiceOptions.ModuleName, name, WeightChoiceOptions.NameOf(kind));
            }
        }

        void Add(string option, string module, string value) => arguments.AddRange([option, $"{module}={value}"]);
    }

    /// <summary>Arguments as a shell takes them.</summary>
    internal static string Text(IEnumerable<string> arguments)
        => string.Join(' ', arguments.Select(argument => argument.AsSpan().IndexOfAny("() ") < 0 ? argument : $"'{argument}'"));
}
