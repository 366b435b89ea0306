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
        /// Any prefix may stand before the names; <c>module.</c> and <c>_orig_mod.</c>, which wrappers add, are taken off. A weight that
        /// weight normalization has split into g and v, in either spelling, is computed. What a module is follows from names and shapes: a
        /// recurrent one's cell from the rows of weight_hh, H, 3·H or 4·H; stacked and bidirectional ones become a layer each; missing
        /// biases are zeros. The order of modules follows from their sizes, and else from numbers in their names; activations are told by
        /// the options. A <c>weight</c> without <c>bias</c> that stands first is an embedding [V, E] if its sizes fit as one and not as a
        /// linear layer's. A value is what it is in the file, with biases b_ih + b_hh summed where the sum alone counts, in float; NaN and
        /// ∞ are read as they are. F64 is rounded to float. Every tensor is used or refused. Source: torch/nn/modules/rnn.py.
        /// </remarks>
        /// <inheritdoc cref="KerasWeights.extension(RnnModel).FromKeras(string, KerasOptions?)" path="/param|/returns|/exception"/>
        public static RnnModel FromPyTorch(string path, PyTorchOptions? options = null)
        {
            options ??= new PyTorchOptions();
            WeightOptions.Check(options);
            using SafetensorsFile file = SafetensorsFile.Open(path);
            return ModelReader.Read(path, PyTorchModules.Find(file, options), options);
        }

        /// <summary>
        /// Writes the weights as a state dictionary of PyTorch in a safetensors file, which <c>load_state_dict</c> takes and which
        /// gives the same outputs there. <c>FromPyTorch</c>, with the options that files need, reads the same bits back from F32.
        /// </summary>
        /// <remarks>
        /// There is no such layer in PyTorch for a Jordan network, a GRU that resets before the product, other activations, a clip, coupled
        /// gates, peepholes, a time-delay layer, a layer in reverse alone, and a cell of the caller's own.
        /// Layer i has the names <c>layers.i.weight_ih_l0</c> and so on, each recurrent layer being a module of one layer, with
        /// <c>_reverse</c> for a reverse direction; <c>layers.i.weight</c> and <c>layers.i.bias</c> others. They are those of a
        /// module that has the layers in <c>self.layers = nn.ModuleList([…])</c>:
        /// <c>module.load_state_dict(safetensors.torch.load_file(path))</c>. b_ih is b, b_hh is zeros but for c of a GRU. Weights
        /// alone are written: activations, dropout and the shape of sequences are not. A file that was there is replaced when all is
        /// written.
        /// </remarks>
        /// <inheritdoc cref="KerasWeights.extension(RnnModel).SaveKeras(string, StoredType)" path="/param|/exception"/>
        public void SavePyTorch(string path, StoredType type = StoredType.F32)
        {
            ArgumentNullException.ThrowIfNull(model);
            new ModelWriter(WeightFormat.PyTorch, type).Write(model, path);
        }
    }
}
