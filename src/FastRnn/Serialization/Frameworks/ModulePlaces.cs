namespace FastRnn.Serialization;

/// <summary>Modules of a group stand in the order of their places; others have none to wait for.</summary>
internal sealed class ModulePlaces
{
    private readonly int[] _groups;

    /// <summary>How many modules of its group stand before each.</summary>
    private readonly int[] _before;

    /// <summary>How many modules of each group have been taken.</summary>
    private readonly int[] _taken;

    /// <param name="places">of each module a group and a place in it, where it has one</param>
    internal ModulePlaces(IReadOnlyList<(string Group, long Place)?> places)
    {
        _groups = new int[places.Count];
        _before = new int[places.Count];
        _taken = new int[places.Count + 1];
        int count = 0;

        // What has no place is in the group 0, of which nothing is before anything.
        foreach (IGrouping<string, int> group in Enumerable.Range(0, places.Count)
            .Where(i => places[i] is not null).GroupBy(i => places[i]!.Value.Group, StringComparer.Ordinal))
        {
            count++;
            int before = 0;
            foreach (IGrouping<long, int> place in group.GroupBy(i => places[i]!.Value.Place).OrderBy(place => place.Key))
            {
                int here = 0;
                foreach (int module in place)
                {
                    (_groups[module], _before[module]) = (count, before);
                    here++;
                }

                before += here;
            }
        }
    }

    /// <summary>Whether all modules of its group that stand before it have been taken. As they are taken in their order, their number
    /// tells.</summary>
    internal bool IsNext(int module) => _taken[_groups[module]] >= _before[module];

    internal void Take(int module) => _taken[_groups[module]]++;

    internal void TakeBack(int module) => _taken[_groups[module]]--;
}
