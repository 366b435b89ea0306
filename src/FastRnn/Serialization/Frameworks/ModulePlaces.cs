namespace FastRnn.Serialization;

/// <summary>Modules of a group stand in the order of their places; others have none to wait for.</summary>
internal sealed class ModulePlaces
{
    /// <summary>For each module the first one of its group; itself where it has no place.</summary>
    private readonly int[] _groups;

    /// <summary>How many modules of its group stand before each.</summary>
    private readonly int[] _before;

    /// <summary>How many modules of each group have been taken.</summary>
    private readonly int[] _taken;

    /// <param name="places">for each module a group and a place in it, where it has one</param>
    internal ModulePlaces(IReadOnlyList<(string Group, long Place)?> places)
    {
        int[] all = [.. Enumerable.Range(0, places.Count)];
        _groups = Array.ConvertAll(all, own => Array.Find(all, other => other == own || AreTogether(other, own)));
        _before = Array.ConvertAll(
            all, own => all.Count(other => AreTogether(other, own) && places[other]!.Value.Place < places[own]!.Value.Place));
        _taken = new int[places.Count];

        bool AreTogether(int one, int other) => places[one] is { } place && place.Group == places[other]?.Group;
    }

    /// <summary>Whether all modules of its group that stand before it have been taken. As they are taken in their order, their number
    /// tells.</summary>
    internal bool IsNext(int module) => _taken[_groups[module]] >= _before[module];

    internal void Take(int module) => _taken[_groups[module]]++;

    internal void TakeBack(int module) => _taken[_groups[module]]--;
}
