using System.Globalization;

namespace FastRnn.Serialization;

/// <summary>
/// Finds the order of modules, from the inputs up: the one in which each has as many inputs as the one before it has outputs, and an
/// embedding stands first.
/// </summary>
internal sealed class ModuleChain
{
    /// <summary>More modules than networks have; the search stays small.</summary>
    private const int LargestCount = 128;

    /// <summary>After so many attempts more than one order is taken for possible.</summary>
    private const int LargestSearch = 10_000;

    private readonly string _file;
    private readonly IReadOnlyList<WeightModule> _modules;
    private readonly WeightOptions _options;
    private readonly bool[] _used;
    private readonly List<WeightModule> _chain = [];
    private readonly List<WeightModule[]> _found = [];

    /// <summary>Of each module a group and a place in it, where it has one: modules of a group stand in the order of their places.
    /// Null while all orders are tried.</summary>
    private IReadOnlyList<(string Group, long Place)?>? _places;

    private int _attempts;

    /// <summary>Whether more than one order is possible, as far as was searched.</summary>
    private bool _isOpen;

    private ModuleChain(string file, IReadOnlyList<WeightModule> modules, WeightOptions options)
    {
        _file = file;
        _modules = modules;
        _options = options;
        _used = new bool[modules.Count];
    }

    internal static WeightModule[] Find(string file, IReadOnlyList<WeightModule> modules, WeightOptions options)
        => modules.Count is > 0 and <= LargestCount
            ? new ModuleChain(file, modules, options).Find()
            : throw new FastRnnFormatException(
                file, null, $"expected from 1 to {LargestCount} modules with weights, but got {modules.Count}");

    private WeightModule[] Find()
    {
        if (_options.Order is { } order)
        {
            Search(PlacesIn(order));
        }
        else
        {
            Search(places: null);
            if (_isOpen)
            {
                WeightModule[][] all = [.. _found];
                Search(_modules.Select(module => NumberOf(module.Name)).ToArray());
                if (_found.Count == 0)
                {
                    // The numbers say something else, and so nothing.
                    _found.AddRange(all);
                    _isOpen = true;
                }
            }
        }

        return _isOpen ? throw Undecided() : _found.Count == 1 ? _found[0] : throw Unfit();
    }

    private FastRnnFormatException Unfit()
    {
        string order = _options.Order is null ? string.Empty : $" in the order of {OptionName(nameof(WeightOptions.Order))}";
        string indices = _options.TakesIndices is { } takes
            ? $", {OptionName(nameof(WeightOptions.TakesIndices))} being {takes}"
            : string.Empty;
        return new FastRnnFormatException(
            _file, null,
            $"expected modules of which each takes what the one before it puts out{order}{indices}, but got {Shown(_modules)}");
    }

    private FastRnnFormatException Undecided()
        => _found is [var first, var second] && first.Select(Name).SequenceEqual(second.Select(Name))
            ? new FastRnnFormatException(
                _file, first[0].Name, "expected to be told whether this is an embedding or a feed-forward layer without biases: "
                + $"{OptionName(nameof(WeightOptions.TakesIndices))} decides")
            : new FastRnnFormatException(
                _file, null, $"expected modules whose sizes tell their order, but those of {Shown(_modules)} do not: "
                + $"{OptionName(nameof(WeightOptions.Order))} decides");

    private string OptionName(string property) => $"{_options.GetType().Name}.{property}";

    private static string Name(WeightModule module) => module.Name;

    private static string Shown(IEnumerable<WeightModule> modules) => string.Join(", ", modules);

    /// <summary>The first number among the parts of a name, and what stands before it.</summary>
    private static (string Group, long Place)? NumberOf(string name)
    {
        int start = 0;
        foreach (string part in name.Split('.', '/'))
        {
            if (long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long place))
            {
                return (name[..start], place);
            }

            start += part.Length + 1;
        }

        return null;
    }

    /// <summary>The place of each module in the given order, which has to name each once.</summary>
    private (string Group, long Place)?[] PlacesIn(IReadOnlyList<string> order)
    {
        string option = OptionName(nameof(WeightOptions.Order));
        string? unknown = order.FirstOrDefault(name => _modules.All(module => module.Name != name));
        if (unknown is not null)
        {
            throw new FastRnnFormatException(_file, null, $"expected a module '{unknown}', as {option} says, but got {Shown(_modules)}");
        }

        var places = new (string, long)?[_modules.Count];
        for (int i = 0; i < places.Length; i++)
        {
            int[] found = [.. Enumerable.Range(0, order.Count).Where(place => order[place] == _modules[i].Name)];
            places[i] = found.Length == 1
                ? (string.Empty, found[0])
                : throw new FastRnnFormatException(
                    _file, _modules[i].Name, $"expected that {option} names the module once, but it does {found.Length} times");
        }

        return places;
    }

    /// <summary>Finds up to two orders.</summary>
    private void Search(IReadOnlyList<(string Group, long Place)?>? places)
    {
        _places = places;
        _found.Clear();
        _attempts = 0;
        Extend();
        _isOpen = _found.Count > 1 || _attempts > LargestSearch;
    }

    private void Extend()
    {
        if (_found.Count > 1 || ++_attempts > LargestSearch)
        {
            return;
        }

        if (_chain.Count == _modules.Count)
        {
            _found.Add([.. _chain]);
            return;
        }

        for (int i = 0; i < _modules.Count; i++)
        {
            if (_used[i])
            {
                continue;
            }

            if (MayCome(_modules[i]) && IsNext(i))
            {
                Extend(i, _modules[i]);
            }

            if (_modules[i].Alternative is { } alternative && MayCome(alternative) && IsNext(i))
            {
                Extend(i, alternative);
            }
        }
    }

    private void Extend(int index, WeightModule module)
    {
        _used[index] = true;
        _chain.Add(module);
        Extend();
        _chain.RemoveAt(_chain.Count - 1);
        _used[index] = false;
    }

    /// <summary>Whether the module fits what is there so far.</summary>
    private bool MayCome(WeightModule module)
    {
        if (_chain.Count > 0)
        {
            return !module.IsEmbedding && module.InputSize == _chain[^1].OutputSize;
        }

        // What may be an embedding is one where inputs are said to be indices, and none where they are said to be values.
        return _options.TakesIndices switch
        {
            true => module.Alternative is null,
            false => !module.IsEmbedding,
            null => true,
        };
    }

    /// <summary>Whether no other module of its group has to come before.</summary>
    private bool IsNext(int index)
    {
        if (_places is null || _places[index] is not { } place)
        {
            return true;
        }

        for (int other = 0; other < _modules.Count; other++)
        {
            if (!_used[other] && _places[other] is { } that && that.Group == place.Group && that.Place < place.Place)
            {
                return false;
            }
        }

        return true;
    }
}
