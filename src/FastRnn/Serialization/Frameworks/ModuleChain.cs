namespace FastRnn.Serialization;

/// <summary>
/// Finds the order of modules, from the inputs up: the one in which each has as many inputs as the one before it has outputs, and an
/// embedding stands first.
/// </summary>
internal sealed class ModuleChain(string file, IReadOnlyList<WeightModule> modules, WeightOptions options)
{
    /// <summary>After so many attempts more than one order is taken for possible.</summary>
    private const int LargestSearch = 10_000;

    private readonly bool[] _used = new bool[modules.Count];
    private readonly List<WeightModule> _chain = [];

    /// <summary>The size of the outputs of each module of the chain; null as long as no module has said one.</summary>
    private readonly List<int?> _sizes = [];

    private readonly List<WeightModule[]> _found = [];

    /// <summary>Which modules have to wait for which others.</summary>
    private ModulePlaces _places = new(0, (_, _) => false);

    private int _attempts;

    /// <summary>Whether more than one order is possible, as far as was searched.</summary>
    private bool _isOpen;

    private bool HasEnded => _found.Count > 1 || _attempts > LargestSearch;

    internal static WeightModule[] Find(string file, IReadOnlyList<WeightModule> modules, WeightOptions options)
        => modules.Count > 0
            ? new ModuleChain(file, modules, options).Find()
            : throw new FastRnnFormatException(file, null, "expected modules with weights, but there are none");

    private WeightModule[] Find()
    {
        if (options.Order is { } order)
        {
            int[] places = PlacesIn(order);
            Search((one, other) => places[one] < places[other]);
        }
        else
        {
            var numbers = new ModuleNumbers(modules);
            Search((_, _) => false);
            if (_isOpen)
            {
                WeightModule[][] all = [.. _found];
                Search(numbers.IsBefore);
                if (_found.Count == 0)
                {
                    // The numbers say something else, and so nothing.
                    _found.AddRange(all);
                    _isOpen = true;
                }
            }
            else if (_found is [var only] && numbers.Contradict(only))
            {
                throw options.Fault(
                    file, null, nameof(WeightOptions.Order),
                    $"expected a value, since sizes allow [{Names(only)}] alone, and numbers in names say another order{GroupsHint}");
            }
        }

        return _isOpen ? throw Undecided() : _found.Count == 1 ? _found[0] : throw Unfit();
    }

    /// <summary>What may be wrong with the sizes of a convolution.</summary>
    private string GroupsHint => modules.FirstOrDefault(module => module.IsConvolution) is { } convolution
        ? $"; the inputs of the convolution {convolution} are those of one group times its groups, which are 1 unless options say otherwise"
        : string.Empty;

    private FastRnnFormatException Unfit()
    {
        string inputs = options.TakesIndices is { } takes ? $", the first one {(takes ? "indices" : "values")}" : string.Empty;
        string? property = options.Order is not null ? nameof(WeightOptions.Order)
            : options.TakesIndices is not null ? nameof(WeightOptions.TakesIndices)
            : null;
        string rule = $"expected modules of which each takes what the one before it puts out{inputs}, but got {string.Join(", ", modules)}"
            + GroupsHint;
        return property is null ? new FastRnnFormatException(file, null, rule) : options.Fault(file, null, property, rule);
    }

    private FastRnnFormatException Undecided()
        => _found is [var first, var second] && first.Select(module => module.Name).SequenceEqual(second.Select(module => module.Name))
            ? options.Fault(
                file, first[0].Name, nameof(WeightOptions.TakesIndices),
                "expected a value, since the file does not say whether this is an embedding or a feed-forward layer without biases")
            : options.Fault(
                file, null, nameof(WeightOptions.Order),
                $"expected a value, since sizes do not determine the order of {string.Join(", ", modules)}{Examples()}{GroupsHint}");

    /// <summary>Two of the orders, for the user to choose from.</summary>
    private string Examples()
        => _found is [var first, var second] ? $", which may be [{Names(first)}] or [{Names(second)}]" : string.Empty;

    private static string Names(IEnumerable<WeightModule> chain) => string.Join(", ", chain.Select(module => module.Name));

    /// <summary>The place of each module in the given order, which has to name each once.</summary>
    private int[] PlacesIn(IReadOnlyList<string> order)
    {
        string? unknown = order.FirstOrDefault(name => modules.All(module => module.Name != name));
        if (unknown is not null)
        {
            throw options.Fault(
                file, null, nameof(WeightOptions.Order),
                $"expected modules of the file, but '{unknown}' is none of {string.Join(", ", modules)}");
        }

        var places = new int[modules.Count];
        for (int i = 0; i < places.Length; i++)
        {
            int[] found = [.. Enumerable.Range(0, order.Count).Where(place => order[place] == modules[i].Name)];
            places[i] = found.Length == 1
                ? found[0]
                : throw options.Fault(
                    file, modules[i].Name, nameof(WeightOptions.Order),
                    $"expected the module once, but it is named {found.Length} times");
        }

        return places;
    }

    /// <summary>Finds up to two orders.</summary>
    /// <param name="isBefore">whether a module has to stand before another one</param>
    private void Search(Func<int, int, bool> isBefore)
    {
        _places = new ModulePlaces(modules.Count, isBefore);
        _found.Clear();
        _attempts = 0;
        Extend();
        _isOpen = HasEnded;
    }

    /// <summary>Continues the chain in all ways that are possible, until the search ends.</summary>
    private void Extend()
    {
        if (!HasEnded && _chain.Count == modules.Count)
        {
            _found.Add([.. _chain]);
            return;
        }

        for (int i = 0; i < modules.Count && !HasEnded; i++)
        {
            if (!_used[i] && _places.IsNext(i))
            {
                ExtendBy(i, modules[i]);
                ExtendBy(i, modules[i].Alternative);
            }
        }
    }

    private void ExtendBy(int index, WeightModule? module)
    {
        if (module is null || HasEnded || !MayCome(module))
        {
            return;
        }

        _attempts++;
        _chain.Add(module);
        _sizes.Add(module.OutputSizeOf(_sizes.LastOrDefault()));
        _used[index] = true;
        _places.Take(index);
        Extend();
        _chain.RemoveAt(_chain.Count - 1);
        _sizes.RemoveAt(_sizes.Count - 1);
        _used[index] = false;
        _places.TakeBack(index);
    }

    /// <summary>Whether the module fits what is there so far.</summary>
    private bool MayCome(WeightModule module)
    {
        if (_chain.Count > 0)
        {
            return !module.IsEmbedding && (module.InputSize ?? _sizes[^1]) == (_sizes[^1] ?? module.InputSize);
        }

        // What may be an embedding is one where inputs are said to be indices, and none where they are said to be values.
        return options.TakesIndices switch
        {
            true => module.Alternative is null,
            false => !module.IsEmbedding,
            null => true,
        };
    }
}
