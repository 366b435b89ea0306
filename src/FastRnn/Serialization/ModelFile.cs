namespace FastRnn.Serialization;

/// <summary>
/// Models as files: safetensors with a tensor for each matrix and vector of weights, such as <c>layers.0.inputWeights</c> [rows, columns]
/// and <c>layers.0.bias</c> [columns], and the spec in the metadata, as JSON. Other readers of that format read the weights too.
/// </summary>
public static class ModelFile
{
    extension(RnnModel model)
    {
        /// <summary>
        /// Writes the model to a file, beside it first and moved there when all is written: one that was there is whole until then. NaN
        /// and ∞ are written as they are. The arithmetic of <see cref="Cell.Custom{TCell}"/> is not in the file, only the name of its
        /// type and its counts: such a file is loaded with a spec.
        /// </summary>
        /// <param name="path">Where the file is to be; its folder has to be there.</param>
        /// <param name="type">How weights are written.</param>
        /// <exception cref="ArgumentNullException">The model or the path is null.</exception>
        /// <exception cref="ArgumentException">The path is empty.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such type.</exception>
        /// <exception cref="NotSupportedException">The names of all layers are more than the header of such a file can hold, there are more
        /// than 1,024 layers, or a weight is beyond all numbers of BF16. Nothing has been written.</exception>
        /// <exception cref="IOException">The file can't be written.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
        public void Save(string path, StoredType type = StoredType.F32)
        {
            ArgumentNullException.ThrowIfNull(model);
            SafetensorsWriter writer = FileContent.CreateWriter();
            ModelPart.Whole.Add(writer, model.Spec, model.Weights, type);
            writer.WriteTo(path);
        }

        /// <summary>Reads a model that <c>Save</c> has written; from F32 it has the same bits. Takes little more memory than the model.
        /// NaN and ∞ are read as they are.</summary>
        /// <param name="path">Where the file is.</param>
        /// <returns>The model.</returns>
        /// <exception cref="ArgumentException">The path is null or empty.</exception>
        /// <exception cref="IOException">The file can't be opened or read.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
        /// <exception cref="FastRnnFormatException">It is no file of a model, its spec can't be, has cells of the caller's own
        /// or a state that is large beside its weights, it was written by a newer version, or its tensors are not those of the spec.
        /// </exception>
        public static RnnModel Load(string path)
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            FileContent.Check(file, FileContent.Spec);
            var tensors = new TensorGroup(file);
            RnnModel loaded = ModelPart.Whole.Read(tensors, given: null);
            tensors.RefuseRest();
            return loaded;
        }

        /// <summary>Reads a model of a spec that the caller has: one with cells of the caller's own or with a state that is large beside
        /// its weights (more than 2²² values and 64 a weight), or weights that something else has written under the names that
        /// <c>Save</c> uses. A spec that the file has must be the same.</summary>
        /// <param name="path">Where the file is.</param>
        /// <param name="spec">What the network is.</param>
        /// <returns>The model.</returns>
        /// <exception cref="ArgumentNullException">An argument is null.</exception>
        /// <exception cref="ArgumentException">The path is empty.</exception>
        /// <exception cref="IOException">The file can't be opened or read.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
        /// <exception cref="FastRnnFormatException">It is no safetensors file, has another spec, was written by a newer version, or its
        /// tensors are not those of the spec.</exception>
        public static RnnModel Load(string path, RnnSpec spec)
        {
            ArgumentNullException.ThrowIfNull(spec);
            using SafetensorsFile file = SafetensorsFile.Open(path);
            bool isDescribed = file.Metadata.Keys.Any(name => name.StartsWith(FileContent.Prefix, StringComparison.Ordinal));
            if (isDescribed)
            {
                FileContent.Check(file, FileContent.Spec);
            }

            var tensors = new TensorGroup(file);
            RnnModel loaded = isDescribed ? ModelPart.Whole.Read(tensors, spec) : ModelPart.Whole.ReadWeights(tensors, spec);
            tensors.RefuseRest();
            return loaded;
        }
    }
}
