using FastRnn.Onnx.Format;

namespace FastRnn.Onnx.Import;

/// <summary>
/// Turns the flows that lead to an output into a sequence of layers. Where flows meet, they have parted at the nearest flow that all of
/// them come from, their dominator: what lies between are the branches of one layer, and what lies before goes on in sequence.
/// </summary>
internal sealed class FlowDecomposition
{
    /// <summary>Each layer takes some memory, however few weights it has.</summary>
    internal const int MostLayers = 1024;

    private const int MostNested = 12;

    private readonly ValueBudget _budget;
    private readonly PartFolding _folding;
    private readonly PartMaker _maker;
    private readonly Dictionary<Flow, (Flow? Above, int Depth)> _dominators = [];
    private readonly Dictionary<Flow, int> _uses = [];
    private readonly HashSet<Flow> _made = [];
    private readonly bool _hasLengths;
    private int _count;

    /// <param name="output">the network's output</param>
    /// <param name="hasLengths">whether sequences may end before the last step</param>
    /// <param name="budget">how many values may still be made</param>
    internal FlowDecomposition(Flow output, bool hasLengths, ValueBudget budget)
    {
        _budget = budget;
        _hasLengths = hasLengths;
        _folding = new PartFolding(budget);
        _maker = new PartMaker(budget);
        FindDominators(output);
    }

    /// <summary>The layers from the network's input, behind it, up to a flow.</summary>
    internal List<LayerPart> Layers(Flow output)
    {
        Flow root = output;
        while (_dominators[root].Above is { } above)
        {
            root = above;
        }

        return Between(root, output, 0);
    }

    private void FindDominators(Flow output)
    {
        var reached = new HashSet<Flow> { output };
        var left = new Stack<Flow>([output]);
        while (left.TryPop(out Flow? flow))
        {
            foreach (Flow input in flow.Inputs)
            {
                _uses[input] = _uses.GetValueOrDefault(input) + 1;
                if (reached.Add(input))
                {
                    left.Push(input);
                }
            }
        }

        foreach (Flow flow in reached.OrderBy(flow => flow.Place))
        {
            Flow? above = flow.Inputs.Count == 0 ? null : Common(flow.Inputs);
            _dominators.Add(flow, (above, above is null ? 0 : _dominators[above].Depth + 1));
        }
    }

    /// <summary>The nearest flow that all of some come from, or are.</summary>
    private Flow Common(IReadOnlyList<Flow> flows)
    {
        Flow common = flows[0];
        foreach (Flow flow in flows.Skip(1))
        {
            Flow other = flow;
            while (common != other)
            {
                (int depth, int otherDepth) = (_dominators[common].Depth, _dominators[other].Depth);
                common = depth >= otherDepth ? _dominators[common].Above! : common;
                other = otherDepth >= depth ? _dominators[other].Above! : other;
            }
        }

        return common;
    }

    /// <summary>The layers behind one flow up to another.</summary>
    private List<LayerPart> Between(Flow from, Flow to, int depth)
    {
        var backwards = new List<Flow>();
        for (Flow flow = to; flow != from; flow = _dominators[flow].Above!)
        {
            backwards.Add(flow);
        }

        var layers = new List<LayerPart>();
        for (int i = backwards.Count - 1; i >= 0; i--)
        {
            Flow flow = backwards[i];
            Count(flow);
            LayerPart? part = flow.Operation switch
            {
                MergeOperation { Merge: var merge } => Parallel(flow, merge, Parts(flow), _dominators[flow].Above!, depth),
                PowerOperation { Exponent: var exponent } => Parallel(
                    flow, Merge.Multiply, [.. Enumerable.Repeat(flow.Inputs[0], exponent)], flow.Inputs[0], depth),
                _ => _maker.Make(flow),
            };
            _folding.Add(layers, part);
        }

        return layers;
    }

    /// <summary>What meets in a flow; a sum of sums is one sum, and so are products.</summary>
    private List<Flow> Parts(Flow flow)
    {
        var parts = new List<Flow>();
        var left = new Stack<Flow>(flow.Inputs.Reverse());
        while (left.TryPop(out Flow? part))
        {
            bool isInner = part.Operation == flow.Operation && flow.Operation is not MergeOperation { Merge: Merge.Average }
                && _uses[part] == 1;
            if (!isInner)
            {
                parts.Add(part);
                continue;
            }

            foreach (Flow inner in part.Inputs.Reverse())
            {
                left.Push(inner);
            }
        }

        return parts;
    }

    /// <summary>Branches from a flow to others that meet. Those of them that part later are branches of a layer of their own.</summary>
    private ParallelPart Parallel(Flow flow, Merge merge, List<Flow> parts, Flow from, int depth)
    {
        if (depth == MostNested)
        {
            throw flow.Node.Refused($"expected branches within branches at most {MostNested} deep, but they are deeper");
        }

        var branches = new List<IReadOnlyList<LayerPart>>();
        foreach (Flow[] group in Groups(merge, parts, from))
        {
            if (group.Length == 1)
            {
                branches.Add(Between(from, group[0], depth + 1));
                continue;
            }

            Flow common = Common(group);
            List<LayerPart> layers = Between(from, common, depth + 1);
            _folding.Add(layers, Parallel(flow, merge, [.. group], common, depth + 1));
            branches.Add(layers);
        }

        int inputs = PartMaker.SizeOf(from);
        return new ParallelPart(
            flow.Node, inputs, merge == Merge.Concatenate ? parts.Sum(PartMaker.SizeOf) : PartMaker.SizeOf(parts[0]), merge, [.. branches]);
    }

    /// <summary>Parts that have more in common than all have. Side by side they have to be neighbours.</summary>
    private IEnumerable<Flow[]> Groups(Merge merge, List<Flow> parts, Flow from)
    {
        var keyed = parts.Select(part => (Part: part, Key: KeyOf(part))).ToList();
        if (merge == Merge.Average)
        {
            return keyed.Select(pair => (Flow[])[pair.Part]);
        }

        if (merge != Merge.Concatenate)
        {
            return keyed.GroupBy(pair => (pair.Key, pair.Key is null ? pair.Part : null))
                .SelectMany(group => group.Key.Key is null
                    ? group.Select(pair => (Flow[])[pair.Part])
                    : [[.. group.Select(pair => pair.Part)]]);
        }

        var groups = new List<List<Flow>>();
        Flow? last = null;
        foreach ((Flow part, Flow? key) in keyed)
        {
            if (groups.Count > 0 && key is not null && key == last)
            {
                groups[^1].Add(part);
            }
            else
            {
                groups.Add([part]);
            }

            last = key;
        }

        return groups.Select(group => group.ToArray());

        // The flow right behind the one where all part; null for that itself.
        Flow? KeyOf(Flow part)
        {
            Flow? key = null;
            for (Flow flow = part; flow != from; flow = _dominators[flow].Above!)
            {
                key = flow;
            }

            return key;
        }
    }

    private void Count(Flow flow)
    {
        if (++_count > 8 * MostLayers)
        {
            throw flow.Node.Refused($"expected at most {MostLayers} layers, but there are more");
        }

        _budget.Spend(flow.Node.Label, 1);
        if (_hasLengths)
        {
            LengthRules.Check(flow);
        }

        if (!_made.Add(flow) && !flow.Operation.CanRepeat)
        {
            throw flow.Node.Refused("expected branches that meet where they have parted, but several that meet elsewhere share this layer");
        }
    }
}
