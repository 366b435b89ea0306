namespace FastRnn.Serialization;

/// <summary>Which modules have to wait for which others.</summary>
internal sealed class ModulePlaces
{
    /// <summary>The modules that wait for each.</summary>
    private readonly int[][] _behind;

    /// <summary>How many modules that have not been taken each waits for.</summary>
    private readonly int[] _waits;

    /// <param name="count">how many modules there are</param>
    /// <param name="isBefore">whether the first one has to stand before the second one</param>
    internal ModulePlaces(int count, Func<int, int, bool> isBefore)
    {
        int[] all = [.. Enumerable.Range(0, count)];
        _behind = Array.ConvertAll(all, own => Array.FindAll(all, other => isBefore(own, other)));
        _waits = new int[count];
        foreach (int module in _behind.SelectMany(behind => behind))
        {
            _waits[module]++;
        }
    }

    /// <summary>Whether all modules that it waits for have been taken.</summary>
    internal bool IsNext(int module) => _waits[module] == 0;

    internal void Take(int module) => Add(module, -1);

    internal void TakeBack(int module) => Add(module, 1);

    private void Add(int module, int change)
    {
        foreach (int other in _behind[module])
        {
            _waits[other] += change;
        }
    }
}
