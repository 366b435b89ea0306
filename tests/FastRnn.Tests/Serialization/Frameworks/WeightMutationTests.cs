using FastRnn.Serialization;
using FastRnn.Tests.Golden;

namespace FastRnn.Tests.Serialization;

/// <summary>Files of weights with bytes changed are read, or refused for what they are; nothing else happens.</summary>
public sealed class WeightMutationTests
{
    private const int Seed = 20260105;
    private const int Rounds = 60;
    private const int LargestChange = 4;

    public static TheoryData<string> All => [.. WeightFileCase.PyTorch.Concat(WeightFileCase.Keras).Select(golden => golden.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void RnnModel_FromPyTorchOrKeras_changedBytes_readsOrRefuses(string name)
    {
        WeightFileCase golden = WeightFileCase.Find(name);
        byte[] original = File.ReadAllBytes(golden.Path);
        int headerEnd = 8 + (int)BitConverter.ToUInt64(original);
        var random = new Random(Seed);
        string path = Path.Combine(Path.GetTempPath(), $"fastrnn-{Guid.NewGuid():N}.safetensors");
        int refused = 0;
        try
        {
            for (int round = 0; round < Rounds; round++)
            {
                byte[] bytes = [.. original];
                for (int change = random.Next(LargestChange); change >= 0; change--)
                {
                    // Digits, which shapes and offsets are made of, and letters of names: what still is JSON afterwards.
                    int place = 8 + random.Next(headerEnd - 8);
                    bytes[place] = (char)bytes[place] switch
                    {
                        >= '0' and <= '9' => (byte)('0' + random.Next(10)),
                        >= 'a' and <= 'z' => (byte)('a' + random.Next(26)),
                        _ => bytes[place],
                    };
                }

                File.WriteAllBytes(path, bytes);
                refused += IsRefused(() => RnnModel.FromPyTorch(path, golden.Options.ToPyTorch())) ? 1 : 0;
                refused += IsRefused(() => RnnModel.FromKeras(path, golden.Options.ToKeras())) ? 1 : 0;
            }
        }
        finally
        {
            File.Delete(path);
        }

        // The other framework's names are refused always.
        Assert.True(refused >= Rounds);
    }

    private static bool IsRefused(Func<RnnModel> read)
    {
        try
        {
            read();
            return false;
        }
        catch (FastRnnFormatException)
        {
            return true;
        }
    }
}
