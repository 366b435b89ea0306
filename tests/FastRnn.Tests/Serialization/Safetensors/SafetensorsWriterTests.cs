using System.Buffers.Binary;
using System.Text;
using FastRnn.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Serialization;

/// <summary>What is written is the format's own form, and comes to its place whole.</summary>
public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["a.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SafetensorsWriter_WriteTo_tinyFile_hasTheBytesWorkedOutByHand()
    {
        var writer = new SafetensorsWriter();
        writer.Add("b", ElementType.BFloat16, [2], new float[] { 1, -2 });
        writer.Add("w", ElementType.Float32, [1, 2], new float[] { 0.5f, -1 });
        writer.Add("a", ElementType.Float32, [1], new float[] { 3 });
        writer.Add("k", "v");
        writer.WriteTo(FilePath);
        string header = """{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":"""
            + """{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[12,16]}}""";
        Assert.Equal(191, header.Length);
        byte[] expected =
        [
            192, 0, 0, 0, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(header), (byte)' ',
            0x00, 0x00, 0x40, 0x40, 0x00, 0x00, 0x00, 0x3F, 0x00, 0x00, 0x80, 0xBF, 0x80, 0x3F, 0x00, 0xC0,
        ];
        Assert.Equal(expected, File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void SafetensorsWriter_WriteTo_anyNames_alignsTheDataToEightBytes()
    {
        for (int length = 1; length <= 9; length++)
        {
            var writer = new SafetensorsWriter();
            writer.Add(new string('n', length), ElementType.Float32, [], new float[] { 1 });
            writer.WriteTo(FilePath);
            Assert.Equal(0UL, BinaryPrimitives.ReadUInt64LittleEndian(File.ReadAllBytes(FilePath)) % 8);
            Assert.Equal([1f], RawSafetensors.ReadOnly(FilePath));
        }
    }

    /// <summary>More than is converted at a time, and values of every kind.</summary>
    [Fact]
    public void SafetensorsWriter_WriteTo_floats_comeBackBitForBit()
    {
        float[] values = RandomData.Uniform(1, 40_000, 1e30f);
        float[] special = [0, -0f, float.Epsilon, -float.MaxValue, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e-40f];
        special.CopyTo(values, 17_000);
        Write(ElementType.Float32, values);
        Compare.SameBits(values, RawSafetensors.ReadOnly(FilePath));
    }

    /// <summary>Against the nearest of the two neighbours in double; ties go to the even one.</summary>
    [Fact]
    public void SafetensorsWriter_WriteTo_bfloat16_roundsToTheNearestAndTiesToEven()
    {
        float[] values = RandomData.Uniform(2, 20_000, 4f);
        for (int i = 0; i < 64; i++)
        {
            values[i] = BitConverter.UInt32BitsToSingle(0x3F80_8000 + ((uint)i << 16));
        }

        Write(ElementType.BFloat16, values);
        float[] written = RawSafetensors.ReadOnly(FilePath);
        for (int i = 0; i < values.Length; i++)
        {
            uint low = BitConverter.SingleToUInt32Bits(values[i]) & 0xFFFF_0000;
            float below = BitConverter.UInt32BitsToSingle(low);
            float above = BitConverter.UInt32BitsToSingle(low + 0x1_0000);
            double toBelow = Math.Abs((double)values[i] - below), toAbove = Math.Abs((double)above - values[i]);
            bool goesUp = toAbove < toBelow || (toAbove == toBelow && (low & 0x1_0000) != 0);
            Assert.Equal(goesUp ? above : below, written[i]);
        }
    }

    [Fact]
    public void SafetensorsWriter_WriteTo_bfloat16OfSpecialValues_keepsWhatTheyAre()
    {
        float signalling = BitConverter.UInt32BitsToSingle(0x7F80_0001);
        float negative = BitConverter.UInt32BitsToSingle(0xFFFF_FFFF);
        Write(
            ElementType.BFloat16,
            [
                float.NaN, signalling, negative, float.PositiveInfinity, float.NegativeInfinity, -0f, float.Epsilon,
            ]);
        float[] read = RawSafetensors.ReadOnly(FilePath);
        Assert.All(read[..3], value => Assert.True(float.IsNaN(value)));
        Compare.SameBits(
            [float.PositiveInfinity, float.NegativeInfinity, -0f, 0], read.AsSpan(3));
    }

    [Fact]
    public void SafetensorsWriter_Add_badTensor_isRefused()
    {
        var writer = new SafetensorsWriter();
        writer.Add("a", ElementType.Float32, [2], new float[2]);
        BadInput.Refused<ArgumentException>(
            "values", "6 values for 'b'", "got 5", () => writer.Add("b", ElementType.Float32, [2, 3], new float[5]));
        BadInput.Refused<ArgumentException>("name", "still free", "'a'", () => writer.Add("a", ElementType.Float32, [1], new float[1]));
        BadInput.Refused<ArgumentException>(
            "name", "still free", "'__metadata__'", () => writer.Add("__metadata__", ElementType.Float32, [1], new float[1]));
    }

    /// <summary>More than readers take: nothing is written.</summary>
    [Fact]
    public void SafetensorsWriter_WriteTo_headerThatIsTooLong_isRefused()
    {
        var writer = new SafetensorsWriter();
        string text = new('x', 10_000_000);
        for (int i = 0; i < 10; i++)
        {
            writer.Add($"{i}", text);
        }

        NotSupportedException exception = Assert.Throws<NotSupportedException>(() => writer.WriteTo(FilePath));
        Assert.Contains("100000000 bytes", exception.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void AtomicFile_Write_again_replacesTheFileAndLeavesNothing()
    {
        Write(ElementType.Float32, [1, 2, 3]);
        Write(ElementType.Float32, [4]);
        Assert.Equal([4f], RawSafetensors.ReadOnly(FilePath));
        Assert.Equal(["a.safetensors"], _folder.Names);
    }

    [Fact]
    public void AtomicFile_Write_thatFails_leavesTheOldFileAndNothingElse()
    {
        Write(ElementType.Float32, [1, 2, 3]);
        Assert.Throws<InvalidDataException>(() => AtomicFile.Write(FilePath, stream =>
        {
            stream.Write(new byte[1000]);
            Assert.Equal(2, _folder.Names.Length);
            throw new InvalidDataException();
        }));
        Assert.Equal([1f, 2f, 3f], RawSafetensors.ReadOnly(FilePath));
        Assert.Equal(["a.safetensors"], _folder.Names);
    }

    /// <summary>What is written beside can't be removed, here because the folder has gone: the first fault is what counts.</summary>
    [Fact]
    public void AtomicFile_Write_thatFailsAndCannotBeRemoved_throwsTheFirstFault()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Folders of open files stay on Windows.");
        string folder = Directory.CreateDirectory(_folder["gone"]).FullName;
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => AtomicFile.Write(
            Path.Combine(folder, "a"),
            _ =>
            {
                Directory.Delete(folder, recursive: true);
                throw new InvalidDataException();
            }));
        Assert.Single(exception.Data);
    }

    [Fact]
    public void AtomicFile_Write_overALink_replacesWhatItLeadsToAndKeepsItsRights()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Links and rights are those of Unix.");
            return;
        }

        File.WriteAllText(_folder["target"], "old");
        File.SetUnixFileMode(_folder["target"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(_folder["link"], "target");
        File.CreateSymbolicLink(_folder["dangling"], "new");
        AtomicFile.Write(_folder["link"], stream =>
        {
            stream.WriteByte((byte)'1');
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(stream.Name).UnixFileMode);
        });
        AtomicFile.Write(_folder["dangling"], stream => stream.WriteByte((byte)'2'));
        Assert.Equal("1", File.ReadAllText(_folder["target"]));
        Assert.Equal("2", File.ReadAllText(_folder["new"]));
        Assert.Equal("target", new FileInfo(_folder["link"]).LinkTarget);
        Assert.Equal("new", new FileInfo(_folder["dangling"]).LinkTarget);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["target"]));
        Assert.Equal(4, _folder.Names.Length);
    }

    [Fact]
    public void AtomicFile_Write_toADevice_writesThere()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Devices are those of Unix.");
        File.CreateSymbolicLink(_folder["null"], "/dev/null");
        AtomicFile.Write(_folder["null"], stream => stream.WriteByte(1));
        Assert.Equal("/dev/null", new FileInfo(_folder["null"]).LinkTarget);
        Assert.Empty(File.ReadAllBytes("/dev/null"));
        Assert.Equal(["null"], _folder.Names);
    }

    /// <summary>What a process writes to is no name of a file: its file goes on.</summary>
    [Fact]
    public void AtomicFile_Write_toADescriptor_writesAtTheEnd()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Descriptors are files on Linux.");
        using var stream = new FileStream(_folder["log"], FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.WriteByte(1);
        stream.Flush();
        File.CreateSymbolicLink(_folder["out"], $"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}");
        AtomicFile.Write(_folder["out"], written => written.WriteByte(2));
        Assert.Equal(2, stream.Length);
        Assert.Equal(["log", "out"], _folder.Names.Order());
    }

    [Theory]
    [InlineData(3.4e38f)]
    [InlineData(-float.MaxValue)]
    public void SafetensorsWriter_WriteTo_numberBeyondBFloat16_isRefusedAndNothingIsLeft(float value)
    {
        NotSupportedException exception = Assert.Throws<NotSupportedException>(() => Write(ElementType.BFloat16, [1, value]));
        Assert.Contains("'t'", exception.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    /// <summary>More than are written and read at a time.</summary>
    [Fact]
    public void SafetensorsWriter_WriteTo_manyValues_areReadBack()
    {
        float[] values = RandomData.Uniform(1, (1 << 20) + 3);
        Write(ElementType.Float32, values);
        Compare.SameBits(values, RawSafetensors.ReadOnly(FilePath));
    }

    [Fact]
    public async Task AtomicFile_Write_toAPipe_reachesItsReaderWhole()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pipes in folders are those of Unix.");
        _folder.Pipe("pipe");

        // Each waits for the other to open it.
        Task<byte[]> read = Task.Run(() => File.ReadAllBytes(_folder["pipe"]), TestContext.Current.CancellationToken);
        AtomicFile.Write(_folder["pipe"], stream => stream.Write([1, 2, 3]));
        Assert.Equal([1, 2, 3], await read);
        Assert.Equal(["pipe"], _folder.Names);
    }

    [Fact]
    public void AtomicFile_Write_folderThatIsNotThere_namesTheFileAsked()
    {
        string path = Path.Combine(_folder["none"], "a");
        DirectoryNotFoundException exception = Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(path, _ => { }));
        Assert.Contains($"'{path}'", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>As long a name as file systems have leaves no room for more behind it.</summary>
    [Fact]
    public void AtomicFile_Write_longName_isWritten()
    {
        string name = new('n', 250);
        AtomicFile.Write(_folder[name], stream => stream.WriteByte(1));
        Assert.Equal([name], _folder.Names);
    }

    [Fact]
    public void AtomicFile_Write_badPath_isRefused()
    {
        Assert.Throws<ArgumentException>(() => AtomicFile.Write("", _ => { }));
        Assert.Throws<ArgumentNullException>("path", () => AtomicFile.Write(null!, _ => { }));
        Assert.Throws<ArgumentNullException>("write", () => AtomicFile.Write("a", null!));
        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(Path.Combine(_folder["none"], "a"), _ => { }));
        Assert.Empty(_folder.Names);
    }

    private void Write(ElementType type, float[] values)
    {
        var writer = new SafetensorsWriter();
        writer.Add("t", type, [values.Length], values);
        writer.WriteTo(FilePath);
    }
}
