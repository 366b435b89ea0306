using System.CommandLine;
using System.Diagnostics.CodeAnalysis;

namespace FastRnn.Cli.CommandLine;

/// <summary>An option that takes a value for one module, <c>module=value</c>, or a value alone for all others; it may be repeated.
/// </summary>
internal sealed class ModuleOption<T>
{
    private readonly Parser _parse;
    private readonly Option<string[]> _option;

    /// <param name="name">the option's name</param>
    /// <param name="description">what it decides</param>
    /// <param name="helpName">how a value is written</param>
    /// <param name="noun">what a value is</param>
    /// <param name="expected">which values there are, for messages</param>
    /// <param name="parse">reads a value</param>
    internal ModuleOption(string name, string description, string helpName, string noun, string expected, Parser parse)
    {
        _parse = parse;
        _option = new Option<string[]>(name) { Description = description, HelpName = helpName };
        _option.Validators.Add(result =>
        {
            var modules = new HashSet<string>(StringComparer.Ordinal);
            bool hasAll = false;
            foreach (string text in result.Tokens.Select(token => token.Value))
            {
                (string? module, string value) = Split(text);
                if (!parse(value, module is not null, out _))
                {
                    result.AddError($"Option '{name}': expected {expected}, but got '{text}'.");
                }
                else if (module is null ? hasAll : !modules.Add(module))
                {
                    string which = module is null ? "without a module's name" : $"of the module '{module}'";
                    result.AddError($"Option '{name}': expected one {noun} {which}, but got '{text}' too.");
                }

                hasAll |= module is null;
            }
        });
    }

    /// <param name="text">the value</param>
    /// <param name="isOfModule">whether it is that of one module</param>
    /// <param name="value">receives what it stands for</param>
    /// <returns>Whether there is such a value.</returns>
    internal delegate bool Parser(string text, bool isOfModule, [MaybeNullWhen(false)] out T value);

    internal Option Option => _option;

    /// <summary>The values that were given: that without a module's name, if any, and those of modules, null where there are none.
    /// </summary>
    internal (IReadOnlyList<T> All, IReadOnlyDictionary<string, T>? OfModules) Read(ParseResult parsed)
    {
        var all = new List<T>();
        var modules = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (string text in parsed.GetValue(_option) ?? [])
        {
            (string? module, string rest) = Split(text);
            if (!_parse(rest, module is not null, out T? value))
            {
                continue;
            }

            if (module is null)
            {
                all.Add(value);
            }
            else
            {
                modules[module] = value;
            }
        }

        return (all, modules.Count == 0 ? null : modules);
    }

    private static (string? Module, string Value) Split(string text)
    {
        int end = text.LastIndexOf('=');
        return end < 0 ? (null, text) : (text[..end], text[(end + 1)..]);
    }
}
