namespace FastRnn.Cli.Run;

/// <summary>The kind of an input line.</summary>
internal enum RowKind
{
    /// <summary>The inputs of a step.</summary>
    Step,

    /// <summary>A blank line: a sequence ends.</summary>
    Blank,

    /// <summary>There is no further line.</summary>
    End,
}
