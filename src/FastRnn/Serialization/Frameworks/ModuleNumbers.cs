using System.Globalization;

namespace FastRnn.Serialization;

/// <summary>The order of modules by the numbers in their names: where these part, a number stands before a larger one, such as <c>0.1</c>
/// before <c>0.2</c> and both before <c>1.0</c>. Others have no order.</summary>
internal sealed class ModuleNumbers(IReadOnlyList<WeightModule> modules)
{
    private readonly string[][] _parts = [.. modules.Select(module => module.Name.Split('.', '/'))];

    internal bool IsBefore(int one, int other)
    {
        string[] parts = _parts[one], others = _parts[other];
        int length = Math.Min(parts.Length, others.Length);
        int i = 0;
        while (i < length && parts[i] == others[i])
        {
            i++;
        }

        return i < length && NumberOf(parts[i]) is { } place && place < NumberOf(others[i]);
    }

    /// <summary>Whether modules in this order are in another one by their numbers.</summary>
    internal bool Contradict(IReadOnlyList<WeightModule> chain)
    {
        string[] names = [.. modules.Select(module => module.Name)];
        int[] order = [.. chain.Select(module => Array.IndexOf(names, module.Name))];
        return Enumerable.Range(0, order.Length).Any(i => Array.Exists(order[..i], before => IsBefore(order[i], before)));
    }

    private static long? NumberOf(string part)
        => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}
