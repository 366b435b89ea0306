namespace FastRnn.Cells;

/// <summary>A choice that is made when a generic type is compiled, so that only one branch remains.</summary>
internal interface IChoice
{
    static abstract bool IsYes { get; }
}

/// <inheritdoc/>
internal readonly struct Yes : IChoice
{
    public static bool IsYes => true;
}

/// <inheritdoc/>
internal readonly struct No : IChoice
{
    public static bool IsYes => false;
}
