namespace FastRnn.Serialization;

/// <summary>Weights of Keras 3, in safetensors files whose tensors have the paths of its variables as names.</summary>
public static class KerasWeights
{
    extension(RnnModel model)
    {
        /// <summary>
        /// Reads the weights of a Keras network that is a chain of <c>Embedding</c>, <c>SimpleRNN</c>, <c>LSTM</c>, <c>GRU</c>,
        /// <c>Bidirectional</c> of these, <c>Dense</c>, <c>Conv1D</c>, <c>DepthwiseConv1D</c>, <c>BatchNormalization</c>,
        /// <c>LayerNormalization</c>, <c>RMSNormalization</c> and <c>PReLU</c>, from a safetensors file.
        /// </summary>
        /// <remarks>
        /// <para>Names are paths of variables, with / or else . between their parts, such as <c>lstm/lstm_cell/recurrent_kernel</c> or
        /// <c>bidirectional/forward_lstm/lstm_cell/kernel</c>; whether a pair of forward_X and backward_X within another part is one
        /// layer too, an option decides. What a layer is follows from names and shapes: a recurrent one's cell from the columns of
        /// recurrent_kernel, H, 3·H or 4·H; a GRU with a bias [2, 3·H] resets after the recurrent product, with [3·H] before it; missing
        /// biases are zeros. LSTM and GRU are taken with Keras' own default activations, and forwards: files don't tell. The order of
        /// layers follows from their sizes, else from numbers that are parts of their paths. Without a bias a convolution is depthwise if
        /// its path contains <c>depthwise</c>, or by an option. Seeds of dropout layers are passed over.</para>
        /// <para>Options tell what names and shapes leave open: activations; the padding, dilation and groups of a convolution
        /// (<see cref="WeightOptions.Convolutions"/>); how two directions are merged (<see cref="WeightOptions.Merges"/>); whether a
        /// gamma and a beta normalize the features of each step (<see cref="WeightOptions.VectorModules"/>); ε
        /// (<see cref="WeightOptions.Epsilons"/>). What follows a normalization or a recurrent layer, such as ReLU, is not asked for:
        /// <see cref="WeightOptions.Activations"/> says it. A batch normalization becomes a fixed <see cref="AffineSpec"/> of its moving
        /// statistics, scale γ/√(σ² + ε), computed in double.</para>
        /// <para>Matrices are turned over and gates put in their order here; the two biases of a GRU are summed where the sum alone
        /// counts, in float; NaN and ∞ are read as they are. F64 is rounded to float. Every tensor is used or refused. Source:
        /// keras/src/layers of Keras 3.</para>
        /// </remarks>
        /// <param name="path">Where the file is.</param>
        /// <param name="options">What names and shapes leave open; null for nothing.</param>
        /// <returns>The model.</returns>
        /// <exception cref="ArgumentException">The path is null or empty, or <see cref="WeightOptions.Activation"/> is neither tanh
        /// nor ReLU.</exception>
        /// <exception cref="ArgumentOutOfRangeException">An option has no value of its enumeration, an ε is not a finite number above 0, or
        /// an activation has weights of its own.</exception>
        /// <exception cref="IOException">The file can't be opened or read.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
        /// <exception cref="FastRnnFormatException">The file is no safetensors file; a tensor is missing, unknown or of another shape or
        /// type, or one of its values is too large for a float; or an option is missing or contradicts the file:
        /// <see cref="FastRnnFormatException.Option"/> names it.</exception>
        public static RnnModel FromKeras(string path, KerasOptions? options = null)
        {
            options ??= new KerasOptions();
            WeightOptions.Check(options);
            using SafetensorsFile file = SafetensorsFile.Open(path);
            return ModelReader.Read(path, KerasModules.Find(file, options), options);
        }

        /// <summary>
        /// Writes the weights as Keras 3 has them: matrices turned over, gates in its order. <c>FromKeras</c>, with the options
        /// that files need, reads the same bits back from F32.
        /// </summary>
        /// <remarks>
        /// <para>The tensors of layer i are named <c>layers/i/kernel</c>, <c>recurrent_kernel</c> and <c>bias</c>, those of two
        /// directions <c>layers/i/bidirectional/forward_rnn/kernel</c> and <c>layers/i/bidirectional/backward_rnn/kernel</c>, of an
        /// embedding <c>layers/i/embeddings</c>, of a normalization <c>gamma</c> and <c>beta</c> or <c>scale</c>, of a PReLU
        /// <c>alpha</c>; layers of a branch are <c>layers/i/branches/j/k</c>. In this order, forward before backward, they are what a
        /// Keras layer's <c>set_weights</c> takes. An affine layer is written as <c>BatchNormalization</c> with the moving mean 0 and the
        /// moving variance 1 − ε. Poolings are not in the file, but attention pooling has its scores there, a <c>Dense</c> without bias,
        /// and is read back as that. Branches are written, but not read.</para>
        /// <para>Weights alone are written: activations, merges, paddings, ε, dropout and the shape of sequences are not. A file that was
        /// there is replaced when all is written.</para>
        /// </remarks>
        /// <param name="path">Where the file goes.</param>
        /// <param name="type">How weights are written.</param>
        /// <exception cref="ArgumentNullException">The model or the path is null.</exception>
        /// <exception cref="ArgumentException">The path is empty.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such type.</exception>
        /// <exception cref="NotSupportedException">The framework has no such layer; the message names it; or the names of all
        /// layers are more than the header of such a file can hold, or a weight is beyond all numbers of BF16. Nothing has been written.
        /// </exception>
        /// <exception cref="IOException">The file can't be written.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
        public void SaveKeras(string path, StoredType type = StoredType.F32)
        {
            ArgumentNullException.ThrowIfNull(model);
            new ModelWriter(WeightFormat.Keras, type).Write(model, path);
        }
    }
}
