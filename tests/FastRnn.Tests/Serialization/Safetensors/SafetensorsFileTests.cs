using System.Buffers.Binary;
using FastRnn.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Serialization;

/// <summary>What a safetensors file that keeps to the rules gives.</summary>
public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["a.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SafetensorsFile_Open_fileByHand_hasItsTensorsInTheOrderOfTheirData()
    {
        RawSafetensors.Write(
            FilePath,
            """
            {"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},"__metadata__":{"k":"v"},
             "a":{"dtype":"BF16","shape":[2,2],"data_offsets":[0,8]},"e":{"dtype":"F64","shape":[3,0],"data_offsets":[16,16]}}
            """ + "   ",
            0x80, 0x3F, 0x00, 0xC0, 0x00, 0x00, 0x00, 0x80, 0x00, 0x00, 0x80, 0x3F, 0x00, 0x00, 0x00, 0xBF);
        using SafetensorsFile file = SafetensorsFile.Open(FilePath);
        Assert.Equal(FilePath, file.Path);
        Assert.Equal([new("k", "v")], file.Metadata);
        Assert.Equal(["a BF16 [2, 2]", "b F32 [2]", "e F64 [3, 0]"], file.Tensors.Select(tensor => tensor.ToString()));
        Assert.Equal([4L, 2L, 0L], file.Tensors.Select(tensor => tensor.Count));
        var a = new float[4];
        var b = new float[2];
        file.Read(file.Tensors[0], a);
        file.Read(file.Tensors[1], b);
        file.Read(file.Tensors[2], []);
        Compare.SameBits([1, -2, 0, -0f], a);
        Compare.SameBits([1, -0.5f], b);
    }

    [Fact]
    public void SafetensorsFile_Open_noTensorAndScalar_areRead()
    {
        RawSafetensors.Write(FilePath, "{}");
        using (SafetensorsFile file = SafetensorsFile.Open(FilePath))
        {
            Assert.Empty(file.Tensors);
            Assert.Empty(file.Metadata);
        }

        RawSafetensors.WriteTensor(FilePath, "F32", "[]", 0, 0, 0x40, 0x40);
        Assert.Equal([3f], RawSafetensors.ReadOnly(FilePath));
    }

    /// <summary>All 65,536 values, against the framework's own type.</summary>
    [Fact]
    public void SafetensorsFile_Read_everyHalf_isThatValue()
    {
        RawSafetensors.WriteTensor(FilePath, "F16", "[65536]", AllOf16Bits());
        float[] values = RawSafetensors.ReadOnly(FilePath);
        Compare.SameBits([.. Enumerable.Range(0, 1 << 16).Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits))], values);
        Assert.Equal(5.9604645e-8f, values[1]);
        Assert.Equal(6.097555e-5f, values[0x03FF]);
        Assert.Equal(float.NegativeInfinity, values[0xFC00]);
        Assert.True(float.IsNaN(values[0x7C01]));
    }

    [Fact]
    public void SafetensorsFile_Read_everyBFloat16_isTheUpperHalfOfAFloat()
    {
        RawSafetensors.WriteTensor(FilePath, "BF16", "[256,256]", AllOf16Bits());
        Compare.SameBits(
            [.. Enumerable.Range(0, 1 << 16).Select(bits => BitConverter.Int32BitsToSingle(bits << 16))],
            RawSafetensors.ReadOnly(FilePath));
    }

    [Fact]
    public void SafetensorsFile_Read_double_isRoundedToTheNearestFloat()
    {
        double[] values =
        [
            1, -0.0, Math.PI, 1 + Math.Pow(2, -24), 1 + 3 * Math.Pow(2, -24), 1e-300, 1e-45, double.NaN,
            double.NegativeInfinity,
        ];
        var bytes = new byte[values.Length * sizeof(double)];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), values[i]);
        }

        RawSafetensors.WriteTensor(FilePath, "F64", $"[{values.Length}]", bytes);
        Compare.SameBits(
            [
                1, -0f, MathF.PI, 1, 1 + MathF.Pow(2, -22), 0, 1e-45f, float.NaN,
                float.NegativeInfinity,
            ],
            RawSafetensors.ReadOnly(FilePath));
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(-3.5e38)]
    public void SafetensorsFile_Read_doubleBeyondAllFloats_isRefused(double value)
    {
        RawSafetensors.WriteTensor(FilePath, "F64", "[2]", [.. BitConverter.GetBytes(1.0), .. BitConverter.GetBytes(value)]);
        BadFile.Refused(FilePath, "t", "as floats can be", () => RawSafetensors.ReadOnly(FilePath));
    }

    [Theory]
    [InlineData("BOOL", 1)]
    [InlineData("F4", 1)]
    [InlineData("F6_E2M3", 3)]
    [InlineData("F6_E3M2", 3)]
    [InlineData("U8", 1)]
    [InlineData("I8", 1)]
    [InlineData("F8_E5M2", 1)]
    [InlineData("F8_E4M3", 1)]
    [InlineData("F8_E8M0", 1)]
    [InlineData("F8_E4M3FNUZ", 1)]
    [InlineData("F8_E5M2FNUZ", 1)]
    [InlineData("I16", 2)]
    [InlineData("U16", 2)]
    [InlineData("I32", 4)]
    [InlineData("U32", 4)]
    [InlineData("C64", 8)]
    [InlineData("I64", 8)]
    [InlineData("U64", 8)]
    public void SafetensorsFile_Read_typeThatIsNoFloat_isRefused(string type, int bytes)
    {
        int count = type[0] == 'F' && type[1] is '4' or '6' ? bytes * 8 / (type[1] - '0') : 1;
        RawSafetensors.WriteTensor(FilePath, type, $"[{count}]", new byte[bytes]);
        using SafetensorsFile file = SafetensorsFile.Open(FilePath);
        Assert.Equal(type, file.Tensors[0].Type);
        BadFile.Refused(FilePath, "t", $"values are {type}", () => file.Read(file.Tensors[0], new float[count]));
    }

    [Fact]
    public void SafetensorsFile_Read_badArguments_areRefused()
    {
        RawSafetensors.WriteTensor(FilePath, "F32", "[2]", new byte[8]);
        SafetensorsFile file = SafetensorsFile.Open(FilePath);
        BadInput.Refused<ArgumentException>(
            "destination", "2 values for t F32 [2]", "got 3", () => file.Read(file.Tensors[0], new float[3]));
        Assert.Throws<ArgumentNullException>(() => file.Read(null!, []));
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read(file.Tensors[0], new float[2]));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Open(""));
        Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Open(_folder["none"]));
    }

    [Fact]
    public void SafetensorsFile_Read_tensorOfAnotherFile_isRefused()
    {
        RawSafetensors.WriteTensor(FilePath, "F32", "[2]", new byte[8]);
        using SafetensorsFile file = SafetensorsFile.Open(FilePath);
        using SafetensorsFile other = SafetensorsFile.Open(FilePath);
        BadInput.Refused<ArgumentException>(
            "tensor", "one of the tensors of", "t F32 [2] of another file", () => file.Read(other.Tensors[0], new float[2]));
        file.Read(file.Tensors[0], new float[2]);
    }

    [Fact]
    public void SafetensorsFile_Read_fileThatHasBecomeShorter_isRefused()
    {
        RawSafetensors.WriteTensor(FilePath, "F32", "[2]", new byte[8]);
        using var stream = new FileStream(FilePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        using SafetensorsFile file = SafetensorsFile.Open(FilePath);
        stream.SetLength(stream.Length - 1);
        BadFile.Refused(FilePath, "t", "shorter", () => file.Read(file.Tensors[0], new float[2]));
    }

    private static byte[] AllOf16Bits()
    {
        var bytes = new byte[2 << 16];
        for (int bits = 0; bits < 1 << 16; bits++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * bits), (ushort)bits);
        }

        return bytes;
    }
}
