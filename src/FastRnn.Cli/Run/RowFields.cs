namespace FastRnn.Cli.Run;

/// <summary>Splits a line into fields without copying them. The separator is a comma, else a semicolon, else a tab, whichever the line
/// has first in this order; in a line without any of them it is white space.</summary>
internal ref struct RowFields
{
    private const char Blanks = ' ';

    private readonly char _separator;
    private ReadOnlySpan<char> _rest;
    private bool _isAtEnd;

    internal RowFields(ReadOnlySpan<char> line)
    {
        _rest = line;
        _separator = Blanks;
        foreach (char separator in (ReadOnlySpan<char>)[',', ';', '\t'])
        {
            if (line.Contains(separator))
            {
                _separator = separator;
                break;
            }
        }
    }

    /// <summary>How many fields are left.</summary>
    internal readonly int Count()
    {
        RowFields left = this;
        int count = 0;
        while (left.Next(out _))
        {
            count++;
        }

        return count;
    }

    /// <summary>Takes the next field, without white space around it.</summary>
    /// <returns>whether there was one</returns>
    internal bool Next(out ReadOnlySpan<char> field)
    {
        if (_separator == Blanks)
        {
            _rest = _rest.TrimStart();
            _isAtEnd |= _rest.IsEmpty;
        }

        field = default;
        if (_isAtEnd)
        {
            return false;
        }

        int end = _separator == Blanks ? BlankIn(_rest) : _rest.IndexOf(_separator);
        _isAtEnd = end < 0;
        field = _isAtEnd ? _rest.Trim() : _rest[..end].Trim();
        _rest = _isAtEnd ? default : _rest[(end + 1)..];
        return true;
    }

    /// <summary>The position of the first white space; below 0 if there is none.</summary>
    private static int BlankIn(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
