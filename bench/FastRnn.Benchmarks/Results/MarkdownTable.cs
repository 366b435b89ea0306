using System.Text;

namespace FastRnn.Benchmarks.Results;

/// <summary>A table in Markdown whose source reads as well as its rendering: cells are padded, numbers stand at the right.</summary>
internal static class MarkdownTable
{
    /// <param name="header">the columns' names</param>
    /// <param name="left">how many columns, the first ones, hold words</param>
    /// <param name="rows">each as long as the header</param>
    internal static string Write(IReadOnlyList<string> header, int left, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. header.Select((name, column) => rows.Select(row => row[column].Length).Append(name.Length).Append(3).Max())];
        var text = new StringBuilder();
        AppendRow(header);
        text.Append('|').AppendJoin('|', widths.Select((width, column) => new string('-', width + 1) + (column < left ? '-' : ':')))
            .Append("|\n");
        foreach (string[] row in rows)
        {
            AppendRow(row);
        }

        return text.ToString();

        void AppendRow(IReadOnlyList<string> cells)
            => text.Append("| ")
                .AppendJoin(" | ", cells.Select(
                    (cell, column) => column < left ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))
                .Append(" |\n");
    }
}
