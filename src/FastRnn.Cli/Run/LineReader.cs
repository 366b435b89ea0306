using System.Globalization;

namespace FastRnn.Cli.Run;

/// <summary>Lines of a text, each as soon as it is there. One that does not end takes no more memory than the longest may.</summary>
/// <param name="reader">the text</param>
/// <param name="name">the file's name, for messages</param>
/// <param name="longest">the characters that a line may have</param>
internal sealed class LineReader(TextReader reader, string name, int longest)
{
    private const char ByteOrderMark = '\uFEFF';

    private char[] _line = new char[256];
    private long _number;

    /// <summary>Whether the line before ended with a carriage return, to which a line feed that follows belongs. It is not waited for.
    /// </summary>
    private bool _isBehindReturn;

    /// <summary>Reads the next line, without its end.</summary>
    /// <param name="line">the line, until the next one is read</param>
    /// <returns>whether there is one</returns>
    /// <exception cref="CommandFault">It is too long.</exception>
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
                throw Fault($"expected a line of at most {longest} characters, but it is longer");
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

    /// <summary>What is wrong with the last line.</summary>
    internal CommandFault Fault(FormattableString rule)
        => new(string.Create(CultureInfo.InvariantCulture, $"{name}: line {_number}: {rule.ToString(CultureInfo.InvariantCulture)}"));

    /// <summary>A line's first character.</summary>
    private int Next()
    {
        int letter = reader.Read();
        return letter == '\n' && _isBehindReturn ? reader.Read() : letter;
    }
}
