using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FastRnn.Cli.Demo;

/// <summary>Shows the loss beside a progress bar.</summary>
internal sealed class LossColumn : ProgressColumn
{
    private volatile float _value = float.NaN;

    internal float Value
    {
        get => _value;
        set => _value = value;
    }

    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        => new Text(float.IsNaN(_value) ? "" : string.Create(CultureInfo.InvariantCulture, $"loss {_value:F4}"));

    public override int? GetColumnWidth(RenderOptions options) => "loss 0.0000".Length;
}
