using System.Text.Json;
using FastRnn.Peers.Output;
using FastRnn.Peers.Results;

namespace FastRnn.Tests.Peers;

public sealed class RecordFileTests
{
    private static readonly PeerRecord Record = new("eigen", "gru", "step", 64, 64, 1, 1, 12.5, 3.5, 0.25, null, 1e-7);

    [Fact]
    public void RecordFile_ToJson_records_isAListWithTheKeysInOrder()
    {
        using var json = JsonDocument.Parse(RecordFile.ToJson([Record, Record]));

        Assert.Equal(2, json.RootElement.GetArrayLength());
        Assert.Equal(
            [
                "peer", "cell", "mode", "inputSize", "hiddenSize", "batch", "steps", "nanosecondsPerStep", "gigaflops",
                "fractionOfLimit", "allocatedBytesPerStep", "maxAbsDifference",
            ],
            json.RootElement[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(JsonValueKind.Null, json.RootElement[0].GetProperty("allocatedBytesPerStep").ValueKind);
        Assert.Equal(12.5, json.RootElement[0].GetProperty("nanosecondsPerStep").GetDouble());
    }

    [Fact]
    public void RecordFile_Write_overAFile_leavesTheNewOneAlone()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fastrnn-tests-");
        try
        {
            string path = Path.Combine(folder.FullName, "records.json");
            RecordFile.Write(path, [Record, Record]);
            RecordFile.Write(path, [Record]);

            Assert.Equal([path], folder.GetFiles().Select(file => file.FullName));
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            Assert.Equal(1, json.RootElement.GetArrayLength());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData(0.9994, "1.00 ns")]
    [InlineData(9.994, "9.99 ns")]
    [InlineData(12.34, "12.3 ns")]
    [InlineData(999.4, "999 ns")]
    [InlineData(999.6, "1.00 µs")]
    [InlineData(1.5e6, "1.50 ms")]
    [InlineData(2.5e9, "2.50 s")]
    public void Quantities_Duration_nanoseconds_haveThreeDigitsAndAUnit(double nanoseconds, string expected)
        => Assert.Equal(expected, Quantities.Duration(nanoseconds));
}
