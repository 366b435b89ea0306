namespace FastRnn.Tests.Support;

/// <summary>
/// For tests that look at what all threads share, the pool of memory: no other test runs beside them.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = nameof(Alone);
}
