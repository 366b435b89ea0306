using System.Diagnostics;
using System.Globalization;
using FastRnn.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Serialization.Fuzzing;

/// <summary>
/// Thousands of damaged files of all formats: reading each ends with a model or is refused, soon and in little memory. Each round has a
/// seed of its own, which a failure names; more rounds and another first seed by the environment, see CONTRIBUTING.md.
/// </summary>
public sealed class FileFuzzTests
{
    private const int Rounds = 4_000;
    private const int FirstSeed = 20_260_107;

    /// <summary>Far more than reading a small file takes, far less than what a length in it may ask for.</summary>
    private const long MostBytes = 64 << 20;

    /// <summary>Far more than reading a small file takes, also on a busy machine.</summary>
    private static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(20);

    [Fact]
    public void Files_mutated_areReadOrRefused()
    {
        FuzzedFile[] files = FuzzedFile.All();
        int rounds = Number("FASTRNN_FUZZ_ROUNDS", Rounds), firstSeed = Number("FASTRNN_FUZZ_SEED", FirstSeed);
        using var folder = new TemporaryFolder();
        foreach (FuzzedFile file in files)
        {
            Assert.True(IsRead(file, folder.Write("file", file.Bytes)), $"{file.Name} as it is");
        }

        int read = 0;
        for (int round = 0; round < rounds; round++)
        {
            int seed = unchecked(firstSeed + round);
            var random = new Random(seed);
            FuzzedFile file = files[random.Next(files.Length)];
            byte[] bytes = Mutation.Of(file.Bytes, files[random.Next(files.Length)].Bytes, random);
            string path = folder.Write("file", bytes);
            long allocated = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
            try
            {
                read += IsRead(file, path) ? 1 : 0;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}, {file.Name}, {bytes.Length} bytes", exception);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            Assert.True(allocated <= MostBytes, $"seed {seed}, {file.Name}: {allocated} bytes allocated");
            Assert.True(elapsed <= LongestTime, $"seed {seed}, {file.Name}: {elapsed}");
        }

        // Damage to values alone leaves a file that can be read; where none could be, or all, nothing would be shown.
        Assert.InRange(read, rounds / 20, rounds - rounds / 20);
    }

    private static bool IsRead(FuzzedFile file, string path)
    {
        try
        {
            file.Load(path);
            return true;
        }
        catch (FastRnnFormatException)
        {
            return false;
        }
    }

    private static int Number(string variable, int otherwise)
        => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
