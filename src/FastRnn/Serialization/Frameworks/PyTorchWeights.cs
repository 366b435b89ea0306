namespace FastRnn.Serialization;

/// <summary>Weights of PyTorch, in safetensors files of state dictionaries.</summary>
public static class PyTorchWeights
{
    extension(RnnModel model)
    {
        /// <summary>
        /// Reads the weights of a PyTorch network that is a chain of <c>nn.Embedding</c>, <c>nn.RNN</c>, <c>nn.LSTM</c>,
        /// <c>nn.GRU</c>, their single cells and <c>nn.Linear</c>, from a safetensors file of its state dictionary.
        /// </summary>
        /// <remarks>
        /// Any prefix may stand before the names. What a module is follows from names and shapes: a recurrent one's cell from the rows of
        /// weight_hh, H, 3·H or 4·H; stacked and bidirectional ones become a layer each; missing biases are zeros. The order of modules
        /// follows from their sizes, and else from numbers in their names; activations are told by the options. A <c>weight</c> without
        /// <c>bias</c> that stands first is an embedding [V, E] if its sizes fit as one and not as a linear layer's. A value is
        /// what it is in the file, with biases b_ih + b_hh summed where the sum alone counts, in float; NaN and ∞ are read as they are. F64
        /// is rounded to float. Every tensor is used or refused. Source: torch/nn/modules/rnn.py.
        /// </remarks>
        /// <param name="path">Where the file is.</param>
        /// <param name="options">What names and shapes leave open; null for nothing.</param>
        /// <returns>The model.</returns>
        /// <exception cref="ArgumentException">The path is null or empty, or <see cref="WeightOptions.Activation"/> is neither tanh
        /// nor ReLU.</exception>
        /// <exception cref="ArgumentOutOfRangeException">An option is none of the values that its enumeration names.</exception>
        /// <exception cref="IOException">The file can't be opened or read.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
        /// <exception cref="FastRnnFormatException">It is no safetensors file; a tensor is missing, has another shape, is none of floats,
        /// has a number beyond all floats or is not known; or an option is missing or contradicts the file: that is
        /// <see cref="FastRnnFormatException.Option"/>.</exception>
        public static RnnModel FromPyTorch(string path, PyTorchOptions? options = null)
        {
            options ??= new PyTorchOptions();
            options.Check();
            using SafetensorsFile file = SafetensorsFile.Open(path);
            return ModelReader.Read(path, PyTorchModules.Find(file), options);
        }

        /// <summary>
        /// Writes the weights as a state dictionary of PyTorch in a safetensors file, which <c>load_state_dict</c> takes and which
        /// gives the same outputs there. <c>FromPyTorch</c>, with the options that files need, reads the same bits back from F32.
        /// </summary>
        /// <remarks>
        /// Layer i has the names <c>layers.i.weight_ih_l0</c> and so on, each recurrent layer being a module of one layer, with
        /// <c>_reverse</c> for a reverse direction; <c>layers.i.weight</c> and <c>layers.i.bias</c> others. They are those of a
        /// module that has the layers in <c>self.layers = nn.ModuleList([…])</c>:
        /// <c>module.load_state_dict(safetensors.torch.load_file(path))</c>. b_ih is b, b_hh is zeros but for c of a GRU. Weights
        /// alone are written: activations, dropout and the shape of sequences are not. A file that was there is replaced when all is
        /// written.
        /// </remarks>
        /// <param name="path">Where the file goes.</param>
        /// <param name="type">How weights are written.</param>
        /// <exception cref="ArgumentNullException">The model or the path is null.</exception>
        /// <exception cref="ArgumentException">The path is empty.</exception>
        /// <exception cref="ArgumentOutOfRangeException">There is no such type.</exception>
        /// <exception cref="NotSupportedException">PyTorch has no such layer, as for a Jordan network, a GRU that resets before the
        /// product, peepholes, a time-delay layer or a cell of one's own; the message names it; or the
        /// names of all layers are more than the header of such a file can hold, or a weight is beyond all numbers of BF16. Nothing has
        /// been written.</exception>
        /// <exception cref="IOException">The file can't be written.</exception>
        /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
        public void SavePyTorch(string path, StoredType type = StoredType.F32)
        {
            ArgumentNullException.ThrowIfNull(model);
            new ModelWriter(WeightFormat.PyTorch, type).Write(model, path);
        }
    }
}
