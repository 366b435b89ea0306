using System.Buffers;
using System.IO.Pipes;
using System.Text;
using FastRnn.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Serialization;

/// <summary>Every rule of the safetensors format, broken: the file, the item and the rule are named.</summary>
[Collection(Alone.Name)]
public sealed class SafetensorsRulesTests : IDisposable
{
    /// <summary>Bytes that opening may take for a file of a few bytes.</summary>
    private const int SmallAllocation = 64 * 1024;

    private readonly TemporaryFolder _folder = new();

    /// <summary>A header, how many bytes of data follow it, the item that is at fault, and the rule.</summary>
    public static TheoryData<string, int, string?, string> Headers => new()
    {
        { """["t"]""", 0, "header", "begins with '{'" },
        { " {}", 0, "header", "begins with '{'" },
        { "", 0, "header", "begins with '{'" },
        { "{", 0, "header", "expected JSON" },
        { "{}x", 0, "header", "expected JSON" },
        { "{}{}", 0, "header", "expected JSON" },
        { """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},}""", 4, "header", "expected JSON" },
        { """{"t":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}""", 4, "t", "whole numbers" },
        { """{"t":{"dtype":"F32","shape":{"a":{"b":{"c":1}}},"data_offsets":[0,4]}}""", 4, "t", "array for 'shape'" },
        { """{"t":{"\ud800":1}}""", 4, "header", "UTF-8" },
        { """{"t":7}""", 0, "t", "expected an object" },
        { """{"t":{"shape":[1],"data_offsets":[0,4]}}""", 4, "t", "'dtype', 'shape' and two 'data_offsets'" },
        { """{"t":{"dtype":"F32","data_offsets":[0,4]}}""", 4, "t", "'dtype', 'shape' and two 'data_offsets'" },
        { """{"t":{"dtype":"F32","shape":[1]}}""", 4, "t", "'dtype', 'shape' and two 'data_offsets'" },
        { """{"t":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "t", "two 'data_offsets'" },
        { """{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}""", 4, "t", "at most 2 numbers for 'data_offsets'" },
        { $$$"""{"t":{"dtype":"F32","shape":[{{{Ones(33)}}}],"data_offsets":[0,4]}}""", 4, "t", "at most 32 numbers for 'shape'" },
        { """{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "t", "there is 'more'" },
        { """{"t":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "t", "'dtype' once" },
        { """{"t":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", 4, "t", "'shape' once" },
        { """{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"data_offsets":[0,4]}}""", 4, "t", "'data_offsets' once" },
        { """{"t":{"dtype":32,"shape":[1],"data_offsets":[0,4]}}""", 4, "t", "a string for 'dtype'" },
        { """{"t":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", 4, "t", "it is 'F33'" },
        { """{"t":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "t", "it is 'f32'" },
        { """{"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "t", "whole numbers" },
        { """{"t":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "t", "whole numbers" },
        { """{"t":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "t", "whole numbers" },
        { """{"t":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}""", 4, "t", "whole numbers" },
        { """{"t":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", 4, "t", "overflows" },
        { """{"t":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,4]}}""", 4, "t", "overflows" },
        { """{"t":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}""", 2, "t", "whole bytes" },
        { """{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "t", "expected 8 bytes" },
        { """{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "t", "expected 4 bytes" },
        { """{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "t", "from byte 0 on" },
        {
            """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "b",
            "from byte 4 on"
        },
        {
            """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "b",
            "from byte 8 on"
        },
        { """{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, null, "expected 4 bytes of data" },
        { """{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, null, "expected 4 bytes of data" },
        { "{}", 1, null, "expected 0 bytes of data" },
        {
            """{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "t",
            "a name once"
        },
        { """{"__metadata__":{},"__metadata__":{}}""", 0, "__metadata__", "a name once" },
        { """{"__metadata__":[]}""", 0, "__metadata__", "an object" },
        { """{"__metadata__":{"k":1}}""", 0, "__metadata__", "a string for 'k'" },
        { """{"__metadata__":{"k":null}}""", 0, "__metadata__", "a string for 'k'" },
        { """{"__metadata__":{"k":"1","k":"1"}}""", 0, "__metadata__", "'k' once" },
    };

    private string FilePath => _folder["a.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Headers))]
    public void SafetensorsFile_Open_headerThatBreaksARule_isRefused(string header, int dataLength, string? item, string rule)
    {
        RawSafetensors.Write(FilePath, header, new byte[dataLength]);
        BadFile.Refused(FilePath, item, rule, () => SafetensorsFile.Open(FilePath).Dispose());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void SafetensorsFile_Open_shorterThanALength_isRefused(int length)
    {
        File.WriteAllBytes(FilePath, new byte[length]);
        BadFile.Refused(FilePath, "header", $"the file has {length}", () => SafetensorsFile.Open(FilePath).Dispose());
    }

    [Theory]
    [InlineData(3UL, "expected 3 bytes")]
    [InlineData(100_000_000UL, "expected 100000000 bytes")]
    [InlineData(100_000_001UL, "at most 100000000 bytes")]
    [InlineData(ulong.MaxValue, "at most 100000000 bytes")]
    public void SafetensorsFile_Open_lengthThatTheFileHasNot_isRefusedWithoutTakingMemory(ulong length, string rule)
    {
        RawSafetensors.Write(FilePath, length, "{}"u8, []);
        BadFile.Refused(FilePath, "header", rule, Open);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<FastRnnFormatException>(Open);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, SmallAllocation);

        void Open() => SafetensorsFile.Open(FilePath).Dispose();
    }

    [Fact]
    public void SafetensorsFile_Open_bytesThatAreNoUtf8_areRefused()
    {
        byte[] header = [.. "{\""u8, 0xFF, .. "\":{}}"u8];
        RawSafetensors.Write(FilePath, (ulong)header.Length, header, []);
        BadFile.Refused(FilePath, "header", "UTF-8", () => SafetensorsFile.Open(FilePath).Dispose());
    }

    [Fact]
    public void SafetensorsFile_Open_deepHeader_isRefused()
    {
        string header = $$$"""{"t":{"shape":{{{new string('[', 10_000)}}}{{{new string(']', 10_000)}}}}}""";
        RawSafetensors.Write(FilePath, (ulong)header.Length, Encoding.UTF8.GetBytes(header), []);
        Assert.Throws<FastRnnFormatException>(() => SafetensorsFile.Open(FilePath).Dispose());
    }

    /// <summary>A refused file is closed: it can be deleted, also where open files can't be.</summary>
    [Fact]
    public void SafetensorsFile_Open_refusedFile_isClosed()
    {
        RawSafetensors.Write(FilePath, "{");
        Assert.Throws<FastRnnFormatException>(() => SafetensorsFile.Open(FilePath));
        using FileStream alone = new(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.True(alone.CanWrite);
    }

    [Fact]
    public void SafetensorsFile_Open_manyDimensions_areRead()
    {
        RawSafetensors.WriteTensor(FilePath, "F32", $"[{Ones(32)}]", 0, 0, 0x40, 0x40);
        Assert.Equal([3f], RawSafetensors.ReadOnly(FilePath));
    }

    /// <summary>The pool keeps what is given back to it, for as long as it likes.</summary>
    [Fact]
    public void SafetensorsFile_Open_largeHeader_isNotLeftInThePool()
    {
        const int length = 1 << 21;
        byte[] header = Encoding.ASCII.GetBytes("""{"__metadata__":{"unpooled":"1"}}""".PadRight(length));
        RawSafetensors.Write(FilePath, length, header, []);
        SafetensorsFile.Open(FilePath).Dispose();
        byte[] lent = ArrayPool<byte>.Shared.Rent(length);
        Assert.False(lent.AsSpan().StartsWith(header.AsSpan(0, 32)));
        ArrayPool<byte>.Shared.Return(lent);
    }

    /// <summary>A pipe that nobody writes to would be waited for.</summary>
    [Fact]
    public async Task SafetensorsFile_Open_namedPipe_isRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Named pipes are files on Unix alone.");
        _folder.Pipe(Path.GetFileName(FilePath));
        string link = _folder["link"];
        File.CreateSymbolicLink(link, FilePath);
        foreach (string path in new[] { FilePath, link })
        {
            Task opening = Task.Run(
                () => BadFile.Refused(path, "header", "a regular file", () => SafetensorsFile.Open(path).Dispose()),
                TestContext.Current.CancellationToken);
            await opening.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void SafetensorsFile_Open_deviceOrOpenPipe_isRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Devices and open pipes have such paths on Linux alone.");
        BadFile.Refused("/dev/zero", "header", "a regular file", () => SafetensorsFile.Open("/dev/zero").Dispose());
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        string path = $"/proc/self/fd/{pipe.ClientSafePipeHandle.DangerousGetHandle()}";
        BadFile.Refused(path, null, "from any place", () => SafetensorsFile.Open(path).Dispose());
    }

    private static string Ones(int count) => string.Join(',', Enumerable.Repeat(1, count));
}
