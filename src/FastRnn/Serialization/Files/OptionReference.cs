namespace FastRnn.Serialization;

/// <summary>Names an option of reading files, such as <c>PyTorchOptions.Activations["head.0"]</c>, which is its text.</summary>
/// <param name="Type">The type of the options, such as <c>PyTorchOptions</c>.</param>
/// <param name="Property">Its property, such as <c>nameof(WeightOptions.Activations)</c>.</param>
/// <param name="Key">The key of one entry, where the property is a dictionary: a module's name; null for the property as a whole.</param>
public sealed record OptionReference(string Type, string Property, string? Key = null)
{
    /// <inheritdoc/>
    public override string ToString() => Key is null ? $"{Type}.{Property}" : $"{Type}.{Property}[\"{Key}\"]";
}
