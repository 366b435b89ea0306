namespace FastRnn.Serialization;

/// <summary>Weights of PyTorch, in safetensors files of state dictionaries.</summary>
public static class PyTorchWeights
{
    extension(RnnModel model)
    {
        /// <summary>
        /// Reads the weights of a PyTorch network that is a chain of <c>nn.Embedding</c>, <c>nn.RNN</c>, <c>nn.LSTM</c>,
        /// <c>nn.GRU</c>, their single cells, <c>nn.Linear</c>, <c>nn.Conv1d</c>, <c>nn.BatchNorm1d</c>, <c>nn.LayerNorm</c>,
        /// <c>nn.RMSNorm</c> and <c>nn.PReLU</c>, from a safetensors file of its state dictionary.
        /// </summary>
        /// <remarks>
        /// <para>Names may have any prefix; <c>module.</c> and <c>_orig_mod.</c>, which wrappers add, are taken off. A weight that weight
        /// normalization has split into g and v, in either spelling and by any dimension, is computed. What a module is follows from names
        /// and shapes: a
        /// recurrent one's cell from the rows of weight_hh, H, 3·H or 4·H; stacked and bidirectional ones become a layer each; missing
        /// biases are zeros. The order of modules follows from their sizes, else from numbers in their names.</para>
        /// <para>Options tell what names and shapes leave open: activations; the padding, dilation and groups of a convolution
        /// (<see cref="WeightOptions.Convolutions"/>); which normalization a vector belongs to
        /// (<see cref="WeightOptions.VectorModules"/>); ε (<see cref="WeightOptions.Epsilons"/>). What follows a normalization or a
        /// recurrent module, such as ReLU, is not asked for: <see cref="WeightOptions.Activations"/> says it.</para>
        /// <para>A batch normalization becomes a fixed
        /// <see cref="AffineSpec"/> of its running statistics, scale γ/√(σ² + ε), computed in double.</para>
        /// <para>A <c>weight</c> without <c>bias</c> that stands first is an embedding [V, E] if its sizes fit as one and not as a
        /// linear layer's. A value is what it is in the file, with biases b_ih + b_hh summed where the sum alone counts, in float; NaN and
        /// ∞ are read as they are. F64 is rounded to float. Every tensor is used or refused. Source: torch/nn/modules/rnn.py, conv.py,
        /// normalization.py, batchnorm.py and activation.py.</para>
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
        /// <para>The tensors of layer i are named <c>layers.i.weight_ih_l0</c> and so on, each recurrent layer being a module of one
        /// layer, with <c>_reverse</c> for a reverse direction; other layers have <c>layers.i.weight</c> and <c>layers.i.bias</c>. They
        /// fit a module that has the layers in <c>self.layers = nn.ModuleList([…])</c>:
        /// <c>module.load_state_dict(safetensors.torch.load_file(path))</c>. A layer with branches is one whose attribute
        /// <c>branches</c> is an <c>nn.ModuleList</c> of such lists, as in <c>layers.3.branches.0.1.weight</c>; a last step that
        /// <see cref="RnnSpec.Shape"/> has put in has no number. b_ih is b, b_hh is zeros but for c of a GRU. An affine layer is written
        /// as <c>nn.BatchNorm1d</c> with mean 0 and variance 1 − ε, a time-delay layer as <c>nn.Conv1d</c>. Poolings are not in the file,
        /// but attention pooling has its scores there, an <c>nn.Linear</c> without bias, and is read back as that. Branches are written,
        /// but not read.</para>
        /// <para>Weights alone are written: activations, merges, paddings, ε, dropout and the shape of sequences are not. PyTorch has no
        /// Jordan network, no GRU that resets before the product, no other activations in cells, no clip, coupled gates or peepholes, no
        /// layer in reverse alone and no two directions that differ; these, attention in a decoder and cells of the caller's own are
        /// refused. A file that was there is replaced when all is written.</para>
        /// </remarks>
        /// <inheritdoc cref="KerasWeights.extension(RnnModel).SaveKeras(string, StoredType)" path="/param|/exception"/>
        public void SavePyTorch(string path, StoredType type = StoredType.F32)
        {
            ArgumentNullException.ThrowIfNull(model);
            new ModelWriter(WeightFormat.PyTorch, type).Write(model, path);
        }
    }
}
