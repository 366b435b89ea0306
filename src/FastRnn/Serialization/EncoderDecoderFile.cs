namespace FastRnn.Serialization;

/// <summary>An encoder and a decoder in one file, as <see cref="ModelFile"/> has one model; names of tensors begin with <c>encoder.</c> and
/// <c>decoder.</c>.</summary>
public static class EncoderDecoderFile
{
    extension(EncoderDecoder models)
    {
        /// <summary>Writes both models to a file, beside it first and moved there when all is written. NaN and ∞ are written as they are.
        /// </summary>
        /// <inheritdoc cref="ModelFile.extension(RnnModel).Save(string, StoredType)" path="/param|/exception"/>
        public void Save(string path, StoredType type = StoredType.F32)
        {
            ArgumentNullException.ThrowIfNull(models);
            SafetensorsWriter writer = FileContent.CreateWriter();
            ModelPart.Encoder.Add(writer, models.Encoder.Spec, models.Encoder.Weights, type);
            ModelPart.Decoder.Add(writer, models.Decoder.Spec, models.Decoder.Weights, type);
            writer.WriteTo(path);
        }

        /// <summary>Reads two models that <c>Save</c> has written; from F32 they have the same bits. Specs that do not fit each other are a
        /// fault of the file.</summary>
        /// <returns>The models.</returns>
        /// <inheritdoc cref="ModelFile.extension(RnnModel).Load(string)" path="/param|/exception"/>
        public static EncoderDecoder Load(string path) => LoadAll(path, specs: null);

        /// <summary>Reads two models of specs that the caller has, with cells of the caller's own: those of the file must be the same.
        /// </summary>
        /// <param name="path">Where the file is.</param>
        /// <param name="encoder">What the encoder is.</param>
        /// <param name="decoder">What the decoder is: with states that meet the encoder's.</param>
        /// <returns>The models.</returns>
        /// <exception cref="ArgumentException">The states do not meet, or a spec's shape does not suit its part.</exception>
        /// <inheritdoc cref="ModelFile.extension(RnnModel).Load(string, RnnSpec)" path="/exception"/>
        public static EncoderDecoder Load(string path, RnnSpec encoder, RnnSpec decoder) => LoadAll(path, Checked(encoder, decoder));
    }

    /// <summary>Specs that a caller gives, if they fit each other.</summary>
    internal static (RnnSpec Encoder, RnnSpec Decoder) Checked(RnnSpec encoder, RnnSpec decoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(decoder);
        EncoderDecoderGuard.Specs(encoder, decoder);
        return (encoder, decoder);
    }

    /// <summary>Reads both models.</summary>
    /// <param name="tensors">of the file</param>
    /// <param name="specs">what the file has to describe; null for whatever it does</param>
    internal static EncoderDecoder Read(TensorGroup tensors, (RnnSpec Encoder, RnnSpec Decoder)? specs)
    {
        RnnModel encoder = ModelPart.Encoder.Read(tensors, specs?.Encoder);
        RnnModel decoder = ModelPart.Decoder.Read(tensors, specs?.Decoder);
        return FastRnnFormatException.Guard(tensors.File.Path, FileContent.Decoder, () => new EncoderDecoder(encoder, decoder));
    }

    private static EncoderDecoder LoadAll(string path, (RnnSpec Encoder, RnnSpec Decoder)? specs)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        FileContent.Check(file, FileContent.Encoder, FileContent.Decoder);
        var tensors = new TensorGroup(file);
        EncoderDecoder loaded = Read(tensors, specs);
        tensors.RefuseRest();
        return loaded;
    }
}
