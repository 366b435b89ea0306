namespace FastRnn.Onnx.Format;

/// <summary>How many values the fields of a tensor's message hold, and how many its dimensions ask for, before the message is built.
/// </summary>
internal struct TensorCount
{
    private Int128 _product = 1;

    public TensorCount()
    {
    }

    /// <summary>The tensor's name, for messages.</summary>
    internal string Name { get; private set; } = "";

    /// <summary>The values in the fields of all types.</summary>
    internal long Values { get; private set; }

    /// <summary>How many values the dimensions ask for; null for more than an array holds.</summary>
    internal readonly long? Expected => _product >= 0 && _product <= Array.MaxLength ? (long)_product : null;

    /// <summary>Takes a field of the message.</summary>
    /// <param name="field">its number</param>
    /// <param name="isPacked">whether it has a length</param>
    /// <param name="content">its bytes behind tag and length</param>
    internal void Take(int field, bool isPacked, ReadOnlySpan<byte> content)
    {
        switch (field)
        {
            case 1:
                while (content.Length > 0)
                {
                    Int128 product = _product * Varints.Read(ref content);
                    _product = Int128.Clamp(product, -1, 1L << 62);
                }

                break;
            case 4:
                Values += isPacked ? content.Length / sizeof(float) : 1;
                break;
            case 5 or 7 or 11:
                Values += isPacked ? Varints.Count(content) : 1;
                break;
            case 8 when isPacked:
                Name = DisplayText.Text(content);
                break;
            case 10:
                Values += isPacked ? content.Length / sizeof(double) : 1;
                break;
        }
    }
}
