using FastRnn.Cli.Files;
using FastRnn.Serialization;
using FastRnn.Tests.Golden;
using FastRnn.Tests.Onnx;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Cli;

public sealed class FileRecognitionTests : IDisposable
{
    private const int Seed = 4;

    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FileRecognition_namedPipe_isRefusedByAllCommands()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Named pipes are files on Unix alone.");
        string pipe = _folder.Pipe("pipe"), link = _folder["link"];
        File.CreateSymbolicLink(link, pipe);
        foreach (string path in (string[])[pipe, link])
        {
            foreach (string[] command in (string[][])[["inspect", path], ["run", path], ["convert", path, _folder["out.onnx"]]])
            {
                Task run = Task.Run(
                    () => ToolRun.Of(command).Refused($"{path}: expected a regular file of a model, but the file has 0 bytes"),
                    TestContext.Current.CancellationToken);
                await run.WaitAsync(LongestTime, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public void FileRecognition_folderOrNothing_isRefusedInOneLine()
    {
        string folder = _folder["folder.safetensors"];
        Directory.CreateDirectory(folder);
        ToolRun.Of("inspect", folder).Refused($"{folder}: expected a regular file of a model, but it is a folder");
        ToolRun.Of("inspect", _folder["none.onnx"]).Refused("none.onnx");
        ToolRun.Of("inspect", _folder.Write("empty.onnx", [])).Refused("empty.onnx: expected a regular file of a model, but the file has 0");
    }

    [Fact]
    public void FileRecognition_link_isShownWithTheLengthOfItsFile()
    {
        string path = _folder["model.safetensors"], link = _folder["link"];
        RnnModel.Create(new RnnSpec(2, Cell.Elman(30)), Seed).Save(path);
        File.CreateSymbolicLink(link, path);
        string length = FormattableString.Invariant($"{new FileInfo(path).Length:N0} bytes");
        Assert.Contains(length, ToolRun.Of("inspect", link).Done().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("model.safetensors")]
    [InlineData("model")]
    public void FileRecognition_content_decidesBeforeTheName(string name)
    {
        string path = _folder.Write(name, OnnxGolden.Find("test_simple_rnn_defaults").Model);
        Assert.Contains("ONNX, opset", ToolRun.Of("inspect", path).Done().Output, StringComparison.Ordinal);
        path = _folder.Write(name, File.ReadAllBytes(WeightFileCase.Find("pytorch_lstm").Path));
        Assert.Contains("safetensors of PyTorch", ToolRun.Of("inspect", path).Done().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.safetensors", "expected JSON that begins with '{'")]
    [InlineData("model.onnx", "expected a model in ONNX's protobuf")]
    [InlineData("model", "expected a safetensors or an ONNX file")]
    public void FileRecognition_contentOfNeither_isWhatTheNameSays(string name, string expected)
    {
        string path = _folder.Write(name, [3, 0, 0, 0, 0, 0, 0, 0, (byte)'[', (byte)']', (byte)' ']);
        ToolRun.Of("inspect", path).Refused(path, expected);
    }

    [Fact]
    public void FileRecognition_safetensorsWhoseHeaderHasTheLengthEight_areNoOnnx()
    {
        string path = _folder["any"];
        Serialization.RawSafetensors.Write(path, "{}      ");
        using RecognizedFile file = FileRecognition.Open(path);
        Assert.NotNull(file.Safetensors);
        Assert.Equal(16, file.Length);
    }
}
