using System.CommandLine;
using FastRnn.Cli.Files;
using FastRnn.Serialization;
using FastRnn.Tests.Golden;
using FastRnn.Tests.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Cli;

/// <summary>The options for what other frameworks' weights leave open.</summary>
public sealed class WeightChoiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("expected one activation without a module's name, but got 'relu' too", "tanh", "relu")]
    [InlineData("expected one activation without a module's name, but got 'tanh' too", "tanh", "tanh")]
    [InlineData("expected one activation of the module 'rnn', but got 'rnn=relu' too", "rnn=tanh", "fc=relu", "rnn=relu")]
    [InlineData("expected one activation of the module '', but got '=relu' too", "tanh", "=tanh", "=relu")]
    public void WeightChoices_activationTwice_isRefused(string expected, params string[] activations)
        => ToolRun.Of(["inspect", "any", .. activations.SelectMany(text => (string[])["--activation", text])]).Refused(
            $"Option '--activation': {expected}");

    [Fact]
    public void WeightChoices_orderWithCommas_isThatOfOneOptionForEach()
    {
        var golden = WeightFileCase.Find("pytorch_ordered");
        string repeated = _folder["repeated.safetensors"], together = _folder["together.safetensors"];
        string[] order = golden.Options.Order!, rest = WeightFileArguments.Of(golden.Options with { Order = null });
        Assert.True(order.Length > 1);
        ToolRun.Of(["convert", golden.Path, repeated, .. WeightFileArguments.Of(golden.Options)]).Done();
        ToolRun.Of(["convert", golden.Path, together, "--order", string.Join(',', order), .. rest]).Done();
        Assert.Equal(File.ReadAllBytes(repeated), File.ReadAllBytes(together));

        ToolRun unknown = ToolRun.Of(["convert", golden.Path, together, "--order", $"{order[0]},other", .. rest]);
        unknown.Refused([$"{golden.Path}: --order: expected modules of the file, but 'other' is none of ", .. order]);
    }

    [Theory]
    [InlineData("a\"b")]
    [InlineData("a\"] decides")]
    [InlineData("a")]
    public void WeightChoices_moduleOfAnyName_isNamedAsTheOptionTakesIt(string module)
    {
        string path = _folder["net.safetensors"], name = module.Replace("\"", "\\\"", StringComparison.Ordinal);
        RawSafetensors.Write(
            path, $$$"""
            {"{{{name}}}.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
            "{{{name}}}.bias":{"dtype":"F32","shape":[2],"data_offsets":[24,32]},
            "last.weight":{"dtype":"F32","shape":[1,2],"data_offsets":[32,40]},
            "last.bias":{"dtype":"F32","shape":[1],"data_offsets":[40,44]}}
            """, new byte[44]);
        ToolRun.Of("convert", path, _folder["out.safetensors"]).Refused(
            $"{path}: {module}: --activation {module}=identity|relu|tanh|…: expected a value, since the file does not say");
        ToolRun.Of("convert", path, _folder["out.safetensors"], "--activation", $"{module}=tanh").Done();
        Assert.Equal(2, RnnModel.Load(_folder["out.safetensors"]).Spec.Layers.Count);
    }

    [Fact]
    public void WeightChoices_everyPropertyOfTheLibrary_hasAnOption()
    {
        string[] options = [.. new WeightChoiceOptions().All.Select(option => option.Name)];
        string[] named =
        [
            .. typeof(KerasOptions).GetProperties().Select(property => new OptionReference(nameof(KerasOptions), property.Name, "rnn"))
                .Select(option => WeightChoiceOptions.NameOf(option).Split(' ')[0]),
        ];
        Assert.Equal(options.Order(), named.Distinct().Order());
    }

    [Fact]
    public void WeightChoices_everyOption_reachesTheOptionsOfBothFrameworks()
    {
        var options = new WeightChoiceOptions();
        var command = new Command("read");
        options.All.ToList().ForEach(command.Add);
        WeightChoices choices = options.Read(command.Parse(
        [
            "--order", "a,b", "--activation", "relu", "--activation", "a=relu", "--output-activation", "relu", "--epsilon", "1",
            "--epsilon", "a=1", "--module", "prelu", "--module", "a=prelu", "--convolution", "a=centered", "--merge", "a=sum",
            "--inputs", "indices", "--shape", "many-to-one", "--reset", "after", "--bidirectional", "yes",
        ]));
        AllDiffer(new PyTorchOptions(), choices.PyTorch);
        AllDiffer(new KerasOptions(), choices.Keras);

        static void AllDiffer<T>(T usual, T read)
            => Assert.All(typeof(T).GetProperties(), property => Assert.NotEqual(property.GetValue(usual), property.GetValue(read)));
    }

    [Theory]
    [InlineData("--epsilon", "0,00001")]
    [InlineData("--epsilon", "fc=0,00001")]
    [InlineData("--activation", "fc=elu(1,000)")]
    [InlineData("--activation", "fc=leaky-relu((1))")]
    [InlineData("--output-activation", "relu6(1)")]
    public void WeightChoices_numbersOfOtherForms_areRefused(string option, string value)
        => ToolRun.Of("inspect", "any", option, value).Refused($"Option '{option}': expected ", $"but got '{value}'");

    [Fact]
    public void WeightChoices_whatIsAskedFor_isShownWithItsValues()
    {
        using EditedTensors tensors = new EditedTensors().With("weight", 4, 3, 3);
        ToolRun.Of("convert", tensors.Save(), _folder["out.safetensors"]).Refused(
            $"{tensors.Path}: --convolution =causal|centered|ahead:N[,dilation:N][,groups:N][,depthwise]: expected a value, since");
        using EditedTensors norm = new EditedTensors().With("n.weight", 4).With("n.bias", 4);
        ToolRun.Of("convert", norm.Save(), _folder["out.safetensors"]).Refused(
            $"{norm.Path}: n: --module n=layer-norm|rms-norm|prelu: expected a value, since");
        using EditedTensors lone = new EditedTensors().With("n.weight", 4);
        ToolRun.Of("convert", lone.Save(), _folder["out.safetensors"], "--module", "n=rms-norm").Refused(
            $"{lone.Path}: n: --epsilon n=…: expected a value, since");
    }

    [Fact]
    public void WeightChoices_parametrizedWeight_isRefusedByItsName()
    {
        using EditedTensors tensors = new EditedTensors().With("fc.parametrizations.weight.original", 2, 3).With("fc.bias", 2);
        ToolRun.Of("convert", tensors.Save(), _folder["out.safetensors"]).Refused(
            $"{tensors.Path}: fc.parametrizations.weight.original: expected a weight as it is");
    }

    [Fact]
    public void ActivationNames_relu6_isAHardTanh()
    {
        Assert.Equal(Activation.HardTanh(0, 6), ActivationNames.Find("relu6"));
        Assert.Equal("hard-tanh(0, 6)", ActivationNames.Of(Activation.HardTanh(0, 6)));
        Assert.Equal("prelu", ActivationNames.Of(Activation.PRelu(perFeature: true)));
    }

    [Fact]
    public void WeightChoices_activationThatACellCantHave_isRefusedByTheOptionsName()
    {
        string path = WeightFileCase.Find("pytorch_rnn_tanh").Path;
        ToolRun.Of("convert", path, _folder["out.safetensors"], "--activation", "rnn=softmax").Refused(
            $"{path}: rnn: --activation rnn=…: expected tanh or ReLU for a simple recurrent module, but got Softmax");
    }

    [Fact]
    public void WeightChoices_optionThatTheFileContradicts_isRefusedByTheOptionsName()
    {
        string path = WeightFileCase.Find("pytorch_lstm").Path, end = _folder["out.safetensors"];
        ToolRun.Of("convert", path, end, "--activation", "tanh").Refused($"{path}: --activation: expected a simple recurrent module");
        ToolRun.Of("convert", path, end, "--shape", "one-to-many").Refused($"{path}: --shape: expected as many outputs as inputs");
        ToolRun.Of("convert", path, end, "--output-activation", "relu", "--activation", "encoder.rnn=relu").Refused(
            $"{path}: encoder.rnn: --output-activation: expected one activation for the last module");
    }
}
