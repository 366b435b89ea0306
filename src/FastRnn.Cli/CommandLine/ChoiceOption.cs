using System.CommandLine;

namespace FastRnn.Cli.CommandLine;

/// <summary>Options that take one of a few names.</summary>
internal static class ChoiceOption
{
    /// <summary>Creates an option whose value is null when it is not given.</summary>
    /// <param name="name">the option's name</param>
    /// <param name="description">what it decides</param>
    /// <param name="choices">the names, and what each stands for</param>
    internal static Option<Choice<T>?> Create<T>(string name, string description, params (string Name, T Value)[] choices)
        where T : struct
        => new(name)
        {
            Description = description,
            HelpName = string.Join('|', choices.Select(choice => choice.Name)),
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (Find(text, choices) is { } value)
                {
                    return new Choice<T>(value);
                }

                result.AddError($"Option '{name}': expected {Names(choices)}, but got '{text}'.");
                return null;
            },
        };

    /// <summary>What a name stands for; null if it is none of the choices.</summary>
    internal static T? Find<T>(string text, params (string Name, T Value)[] choices)
        where T : struct
    {
        int index = Array.FindIndex(choices, choice => choice.Name == text);
        return index < 0 ? null : choices[index].Value;
    }

    /// <summary>The names, for messages.</summary>
    internal static string Names<T>(params (string Name, T Value)[] choices)
        => $"{string.Join(", ", choices[..^1].Select(choice => choice.Name))} or {choices[^1].Name}";
}
