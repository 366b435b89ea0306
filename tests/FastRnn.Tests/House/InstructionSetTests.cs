using System.Collections;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace FastRnn.Tests.House;

/// <summary>
/// The runtime's switches for instruction sets, under which all tests run again: each really turns off what it names, and a switch
/// that the runtime would not know, a misspelt one, fails instead of testing the same path twice.
/// </summary>
public sealed class InstructionSetTests
{
    private const string Prefix = "DOTNET_Enable";
    private const string Off = "0";

    /// <summary>What is no longer there while a switch is off; the names as the runtime spells them.</summary>
    private static readonly Dictionary<string, Func<bool>> IsAbsent = new(StringComparer.Ordinal)
    {
        ["DOTNET_EnableAVX512"] = () => !Avx512F.IsSupported,
        ["DOTNET_EnableAVX2"] = () => !IsX64 || (!Avx2.IsSupported && !Fma.IsSupported && Vector<float>.Count == 4),
        ["DOTNET_EnableHWIntrinsic"] = () => !Vector.IsHardwareAccelerated,
    };

    /// <summary>Switches of the runtime that start in the same way and have nothing to do with instructions.</summary>
    private static readonly string[] OtherSwitches = ["DOTNET_EnableDiagnostics", "DOTNET_EnableEventPipe", "DOTNET_EnableWriteXorExecute"];

    private static bool IsX64 => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    [Fact]
    public void InstructionSets_switchesOfThisRun_tookEffect()
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => ((string)variable.Key, (string?)variable.Value));
        Assert.Empty(Ineffective(variables));
    }

    [Theory]
    [InlineData("DOTNET_EnableAvx2")]
    [InlineData("DOTNET_EnableAXV2")]
    [InlineData("DOTNET_EnableAVX512F_")]
    [InlineData("DOTNET_EnableHWIntrinsics")]
    [InlineData("dotnet_enablehwintrinsic")]
    public void InstructionSets_misspeltSwitch_isFound(string name) => Assert.Equal([name], Ineffective([(name, Off)]));

    [Fact]
    public void InstructionSets_switchWithoutEffect_isFound()
        => Assert.Equal(
            IsAbsent.Keys.Where(name => !IsAbsent[name]()).Order(), Ineffective(IsAbsent.Keys.Select(name => (name, (string?)Off))).Order());

    /// <summary>The variables that turn off an instruction set and did not.</summary>
    private static IEnumerable<string> Ineffective(IEnumerable<(string Name, string? Value)> variables)
        => from variable in variables
           where variable.Name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && variable.Value == Off
           where !OtherSwitches.Any(other => variable.Name.StartsWith(other, StringComparison.Ordinal))
           where !(IsAbsent.TryGetValue(variable.Name, out Func<bool>? isAbsent) && isAbsent())
           select variable.Name;
}
