using FastRnn.Cli.CommandLine;

namespace FastRnn.Cli.Run;

/// <summary>Reads lines as soon as they arrive. The length of a line, and so the memory for it, is limited.</summary>
/// <param name="reader">the text</param>
/// <param name="name">the file's name, for messages</param>
/// <param name="longest">the most characters of a line</param>
internal sealed class LineReader(TextReader reader, string name, int longest)
{
    private const char ByteOrderMark = '\uFEFF';

    private char[] _line = new char[256];
    private long _number;

    /// <summary>Whether the last line ended with a carriage return. A line feed after it belongs to it, but is not waited for.</summary>
    private bool _isBehindReturn;

    /// <summary>Reads the next line, without its end.</summary>
    /// <param name="line">the line; valid until the next one is read</param>
    /// <returns>whether there is one</returns>
    /// <exception cref="CommandException">It is too long.</exception>
    internal bool Read(out ReadOnlySpan<char> line)
    {
        _number++;
        int length = 0, letter = Next();
        if (_number == 1 && letter == ByteOrderMark)
        {
            letter = Next();
        }

        bool isThere = letter >= 0;
        for (; letter >= 0 && letter is not ('\r' or '\n'); letter = reader.Read())
        {
            if (length == longest)
            {
                throw Error($"expected a line of at most {longest} characters, but it is longer");
            }

            if (length == _line.Length)
            {
                Array.Resize(ref _line, (int)Math.Min(longest, 2L * length));
            }

            _line[length++] = (char)letter;
        }

        _isBehindReturn = letter == '\r';
        line = _line.AsSpan(0, length);
        return isThere;
    }

    /// <summary>An error in the last line.</summary>
    internal CommandException Error(FormattableString rule)
        => new(FormattableString.Invariant($"{name}: line {_number}: {rule}"));

    /// <summary>A line's first character.</summary>
    private int Next()
    {
        int letter = reader.Read();
        return letter == '\n' && _isBehindReturn ? reader.Read() : letter;
    }
}
