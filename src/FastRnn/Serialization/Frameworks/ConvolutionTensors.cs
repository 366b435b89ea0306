namespace FastRnn.Serialization;

/// <summary>Takes the tensors of a convolution over time.</summary>
internal sealed class ConvolutionTensors(TensorGroup group, WeightFormat format, OpenChoices choices)
{
    private const string Unsaid = "how many steps this convolution looks ahead, as a causal or a centered one, nor its dilation and groups";

    /// <summary>The kernel [outputs, inputs of a group, width] of PyTorch, [width, inputs of a group, outputs] of Keras.</summary>
    internal WeightModule Take()
    {
        TensorEntry kernel = group.Take(format.DenseWeights, null, null, null);
        bool isTurned = format.Order.IsTransposed;
        int width = (int)kernel.Shape[isTurned ? 0 : 2], inputs = (int)kernel.Shape[1], outputs = (int)kernel.Shape[isTurned ? 2 : 0];
        Convolution? said = choices.FindConvolution(group.Name);
        return IsDepthwise(said, width, inputs, outputs)
            ? ToModule(kernel, said, width, inputs, OutputsOf(kernel), isDepthwise: true)
            : ToModule(kernel, said, width, inputs, outputs, isDepthwise: false);
    }

    /// <summary>The kernel [width, inputs, multiplier] of Keras, under the name that a depthwise one alone has.</summary>
    internal WeightModule TakeDepthwise()
    {
        TensorEntry kernel = group.Take(format.DepthwiseWeights!, null, null, null);
        return ToModule(
            kernel, choices.FindConvolution(group.Name), (int)kernel.Shape[0], (int)kernel.Shape[1], OutputsOf(kernel), isDepthwise: true);
    }

    /// <summary>All outputs of a depthwise kernel.</summary>
    private int OutputsOf(TensorEntry kernel)
        => kernel.Shape[1] * kernel.Shape[2] is var outputs and <= int.MaxValue
            ? (int)outputs
            : throw group.Fault(kernel, $"expected at most {int.MaxValue} outputs, but it has {kernel.Shape[1]} times {kernel.Shape[2]}");

    /// <summary>Whether a kernel of a framework that has one name for both is one of a depthwise convolution: its bias tells, or the
    /// options have to. Of a single input both are the same.</summary>
    private bool IsDepthwise(Convolution? said, int width, int inputs, int outputs)
    {
        if (format.DepthwiseWeights is null && said?.IsDepthwise == true)
        {
            throw choices.ConvolutionFault(group.Name, $"expected IsDepthwise for Keras alone; {format.Framework} has groups instead");
        }

        if (format.DepthwiseWeights is null || inputs == 1)
        {
            return false;
        }

        if (group.Count(format.DenseBias) is not { } biases)
        {
            return group.Name.Contains("depthwise", StringComparison.OrdinalIgnoreCase) || (said ?? throw choices.ConvolutionFault(
                group.Name,
                "expected a value, since the file does not say whether this convolution without bias is a depthwise one"
                + (width == 1 ? string.Empty : $", nor {Unsaid}"))).IsDepthwise;
        }

        bool isDepthwise = biases == (long)inputs * outputs;
        return isDepthwise || said?.IsDepthwise != true
            ? isDepthwise
            : throw choices.ConvolutionFault(
                group.Name, $"expected {(long)inputs * outputs} biases for a depthwise convolution, but it has {biases}");
    }

    /// <param name="kernel">its tensor</param>
    /// <param name="said">what the options say of it</param>
    /// <param name="width">how many inputs an output sees</param>
    /// <param name="inputs">the inputs of a group, or all of a depthwise one</param>
    /// <param name="outputs">all outputs</param>
    /// <param name="isDepthwise">whether each input is a group of its own</param>
    private WeightModule ToModule(TensorEntry kernel, Convolution? said, int width, int inputs, int outputs, bool isDepthwise)
    {
        TensorEntry? bias = group.TakeIfThere(format.DenseBias, outputs);
        Convolution choice = said ?? (width == 1 ? Convolution.Causal : throw Open());
        long reach = (width - 1L) * choice.Dilation, ahead = choice.LookAhead ?? reach - reach / 2;
        if (ahead > reach)
        {
            throw choices.ConvolutionFault(
                group.Name, $"expected to look ahead at most {reach} steps, (width − 1)·dilation, but got {ahead}");
        }

        if (reach > int.MaxValue)
        {
            throw choices.ConvolutionFault(group.Name, $"expected a window of at most {int.MaxValue} steps, but got {reach}");
        }

        if (isDepthwise ? choice.Groups != 1 && choice.Groups != inputs : outputs % choice.Groups != 0)
        {
            throw choices.ConvolutionFault(
                group.Name,
                isDepthwise
                    ? $"expected {inputs} groups, as a depthwise convolution has, but got {choice.Groups}"
                    : $"expected a divisor of the {outputs} outputs as groups, but got {choice.Groups}");
        }

        int groups = isDepthwise ? inputs : choice.Groups;
        long inputSize = isDepthwise ? inputs : (long)inputs * groups;
        if (inputSize > int.MaxValue)
        {
            throw choices.ConvolutionFault(group.Name, $"expected at most {int.MaxValue} inputs, but {groups} groups have {inputSize}");
        }

        TimeDelaySpec layer = Layer.TimeDelay(outputs, width, choice.Dilation, Activation.Identity) with
        {
            LookAhead = (int)ahead,
            Groups = groups,
            HasBias = bias is not null,
        };
        return new WeightModule(group.Name, (int)inputSize, [(layer, Read)]);

        void Read(Span<float> destination)
        {
            Span<float> weights = destination[..(int)kernel.Count];
            format.Order.ReadKernel(group.File, kernel, outputs, width, weights);
            if (bias is not null)
            {
                group.File.Read(bias, destination[weights.Length..]);
            }
        }
    }

    private FastRnnFormatException Open()
        => choices.ConvolutionFault(
            group.Name,
            $"expected a value, since the file does not say {Unsaid}");
}
