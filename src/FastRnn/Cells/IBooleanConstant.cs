namespace FastRnn.Cells;

/// <summary>A choice that is made when a generic type is compiled, so that only one branch remains.</summary>
internal interface IBooleanConstant
{
    static abstract bool Value { get; }
}

/// <inheritdoc/>
internal readonly struct True : IBooleanConstant
{
    public static bool Value => true;
}

/// <inheritdoc/>
internal readonly struct False : IBooleanConstant
{
    public static bool Value => false;
}
