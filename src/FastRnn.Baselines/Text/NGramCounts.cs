namespace FastRnn.Baselines.Text;

/// <summary>
/// How often each sequence of up to n tokens occurs: a tree whose root is the empty sequence and whose edges are tokens. A node stands
/// for a sequence both as something counted and as the context of what follows.
/// </summary>
internal sealed class NGramCounts
{
    internal const int Unseen = -1;
    private const int Root = 0;

    private readonly Dictionary<(int Node, int Token), int> _children = [];
    private readonly List<int> _occurrences = [0];
    private readonly List<int> _followers = [0];
    private readonly List<int> _distinctFollowers = [0];

    internal NGramCounts(ReadOnlySpan<int> tokens, int order)
    {
        Order = order;
        int[] contexts = NoContext();
        foreach (int token in tokens)
        {
            foreach (int context in contexts)
            {
                if (context != Unseen)
                {
                    Count(context, token);
                }
            }

            Advance(contexts, token);
        }
    }

    /// <summary>n, the length of the longest sequences counted.</summary>
    internal int Order { get; }

    /// <summary>c(h): how many tokens follow a context; 0 for one that is unseen, or occurred at the very end alone.</summary>
    internal int Followers(int context) => context == Unseen ? 0 : _followers[context];

    /// <summary>d(h): how many different tokens follow a context.</summary>
    internal int DistinctFollowers(int context) => _distinctFollowers[context];

    /// <summary>c(h, w) / c(h): the share of a token among those that follow a context, of which there is one at least.</summary>
    internal double Share(int context, int token)
        => _children.TryGetValue((context, token), out int node) ? (double)_occurrences[node] / _followers[context] : 0;

    /// <summary>The contexts at the start of a text: the empty one alone. Item k is that of the last k tokens, <see cref="Unseen"/> where
    /// there are fewer, or these never occurred [n].</summary>
    internal int[] NoContext()
    {
        var contexts = new int[Order];
        Array.Fill(contexts, Unseen);
        contexts[0] = Root;
        return contexts;
    }

    /// <summary>The contexts one token later.</summary>
    internal void Advance(Span<int> contexts, int token)
    {
        for (int k = contexts.Length - 1; k > 0; k--)
        {
            contexts[k] = _children.TryGetValue((contexts[k - 1], token), out int node) ? node : Unseen;
        }
    }

    private void Count(int context, int token)
    {
        if (!_children.TryGetValue((context, token), out int node))
        {
            node = _occurrences.Count;
            _children.Add((context, token), node);
            _occurrences.Add(0);
            _followers.Add(0);
            _distinctFollowers.Add(0);
            _distinctFollowers[context]++;
        }

        _occurrences[node]++;
        _followers[context]++;
    }
}
