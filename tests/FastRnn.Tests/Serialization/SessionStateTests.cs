using System.Buffers.Binary;
using FastRnn.Serialization;
using FastRnn.Tests.Support;

namespace FastRnn.Tests.Serialization;

/// <summary>A stream goes on elsewhere with the same bits, and no state goes where it does not belong.</summary>
[Collection(Alone.Name)]
public sealed class SessionStateTests
{
    private const int I = 3, Times = 1000;
    private const string Name = "session state";
    private const int HeaderLength = SavedState.HeaderLength, ChecksumLength = SavedState.ChecksumLength;

    private static readonly RnnSpec Spec = new(I, Cell.Lstm(7), Layer.TimeDelay(4, 3), Cell.Gru(5));

    public static TheoryData<string> Streams => Zoo.CausalNames;

    [Theory]
    [MemberData(nameof(Streams))]
    public void RnnSession_RestoreState_everyNetwork_goesOnWithTheSameBits(string name)
    {
        RnnSpec spec = Zoo.Spec(name);
        using RnnSession first = RnnModel.Create(spec, 5).CreateSession();
        using RnnSession second = RnnModel.Create(spec, 5).CreateSession();
        var batch = new ZooBatch(spec, 1, [1], isRagged: false, 1);
        var expected = new float[spec.OutputSize];
        var actual = new float[spec.OutputSize];
        batch.Step(first, expected);
        var bytes = new byte[first.StateByteCount];
        first.SaveState(bytes);
        second.RestoreState(bytes);
        batch.Step(first, expected);
        batch.Step(second, actual);
        Compare.SameBits(expected, actual);
    }

    [Fact]
    public void RnnSession_SaveState_anyState_hasTheDocumentedBytes()
    {
        using RnnSession session = Create();
        session.SetState(RandomData.Uniform(1, Spec.StateSize));
        var state = new float[Spec.StateSize];
        session.CopyStateTo(state);
        byte[] bytes = Save(session);
        Assert.Equal(HeaderLength + sizeof(float) * state.Length + ChecksumLength, bytes.Length);
        Assert.Equal("FRNNSTAT"u8, bytes.AsSpan(0, 8));
        Assert.Equal(2, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(SavedState.Version)));
        Assert.Equal(state.Length, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(SavedState.Count)));
        Assert.Equal(ModelFingerprint.OfSpec(session.Model), bytes.AsSpan(SavedState.SpecFingerprint, 32));
        Assert.Equal(ModelFingerprint.Of(session.Model), bytes.AsSpan(SavedState.Fingerprint, 32));
        for (int i = 0; i < state.Length; i++)
        {
            Assert.Equal(state[i], BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(HeaderLength + i * sizeof(float))));
        }

        Assert.Equal(SavedState.Crc32C(bytes.AsSpan(..^ChecksumLength)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(^ChecksumLength..)));
        Assert.Equal(0xE3069283u, SavedState.Crc32C("123456789"u8));
    }

    [Fact]
    public void RnnSession_RestoreState_valuesThatAreNotFinite_areAsTheyWere()
    {
        using RnnSession session = Create();
        var state = new float[Spec.StateSize];
        (state[0], state[1], state[2], state[3]) = (float.NaN, float.PositiveInfinity, -0f, float.Epsilon);
        session.SetState(state);
        byte[] bytes = Save(session);
        session.Reset();
        session.RestoreState(bytes);
        var restored = new float[Spec.StateSize];
        session.CopyStateTo(restored);
        Compare.SameBits(state, restored);
    }

    [Fact]
    public void RnnSession_RestoreState_stream_readsItsOwnBytesAlone()
    {
        using RnnSession first = Create();
        first.SetState(RandomData.Uniform(1, Spec.StateSize));
        using RnnSession second = Create();
        second.SetState(RandomData.Uniform(2, Spec.StateSize));
        byte[] expected = [.. Save(first), .. Save(second)];
        using var stream = new MemoryStream();
        first.SaveState(stream);
        second.SaveState(stream);
        Assert.Equal(expected, stream.ToArray());
        stream.Position = 0;
        second.RestoreState(stream);
        first.RestoreState(stream);
        byte[] restored = [.. Save(second), .. Save(first)];
        Assert.Equal(expected, restored);
        BadFile.Refused(Name, "magic", "FRNNSTAT", () => first.RestoreState(stream));
    }

    /// <summary>Every byte counts, whichever it is, and so does every length.</summary>
    [Fact]
    public void RnnSession_RestoreState_changedOrCut_isRefusedAndTheStateStays()
    {
        using RnnSession session = Create();
        session.SetState(RandomData.Uniform(1, Spec.StateSize));
        byte[] bytes = Save(session);
        session.SetState(RandomData.Uniform(2, Spec.StateSize));
        byte[] before = Save(session);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x10;
            Assert.Throws<FastRnnFormatException>(() => session.RestoreState(bytes));
            bytes[i] ^= 0x10;
            Assert.Throws<FastRnnFormatException>(() => session.RestoreState(bytes.AsSpan(0, i)));
        }

        Assert.Throws<FastRnnFormatException>(() => session.RestoreState([.. bytes, 0]));
        Assert.Equal(before, Save(session));
    }

    [Theory]
    [InlineData(0, "magic")]
    [InlineData(SavedState.Version, "version")]
    [InlineData(SavedState.Count, "count")]
    [InlineData(SavedState.SpecFingerprint, "spec fingerprint")]
    [InlineData(SavedState.Fingerprint, "fingerprint")]
    [InlineData(HeaderLength, "checksum")]
    public void RnnSession_RestoreState_changed_namesThePart(int place, string item)
    {
        using RnnSession session = Create();
        byte[] bytes = Save(session);
        bytes[place] ^= 2;
        BadFile.Refused(Name, item, "expected", () => session.RestoreState(bytes));
        BadFile.Refused(Name, item, "expected", () => session.RestoreState(new MemoryStream(bytes)));
    }

    [Fact]
    public void RnnSession_RestoreState_cut_namesThePart()
    {
        using RnnSession session = Create();
        byte[] bytes = Save(session);
        foreach (int length in new[] { 8, SavedState.SpecFingerprint - 1, SavedState.SpecFingerprint, HeaderLength - 1 })
        {
            BadFile.Refused(Name, "header", $"{HeaderLength} bytes", () => session.RestoreState(bytes.AsSpan(0, length)));
            BadFile.Refused(Name, "header", $"{HeaderLength} bytes", () => session.RestoreState(new MemoryStream(bytes[..length])));
        }

        BadFile.Refused(Name, "length", $"{bytes.Length} bytes", () => session.RestoreState(bytes.AsSpan(0, bytes.Length - 1)));
        BadFile.Refused(Name, "length", $"{bytes.Length} bytes", () => session.RestoreState(new MemoryStream(bytes[..^1])));
    }

    [Fact]
    public void RnnSession_RestoreState_stateOfAnotherModel_isRefused()
    {
        using RnnSession session = Create();
        using RnnSession otherWeights = OtherWeights();
        using RnnSession otherSpec = RnnModel.Create(Spec with { Shape = SequenceShape.ManyToOne }, 1).CreateSession();
        BadFile.Refused(
            Name, "fingerprint", "same spec and other weights, which acceptOtherWeights", () => session.RestoreState(Save(otherWeights)));
        foreach (bool acceptOtherWeights in new[] { false, true })
        {
            BadFile.Refused(
                Name, "spec fingerprint", "another spec", () => session.RestoreState(Save(otherSpec), acceptOtherWeights));
        }
    }

    [Fact]
    public void RnnSession_RestoreState_otherWeightsThatAreAccepted_areThoseThatTheStreamGoesOnWith()
    {
        using RnnSession saved = Create();
        saved.SetState(RandomData.Uniform(3, Spec.StateSize));
        byte[] bytes = Save(saved);
        float[] x = RandomData.Uniform(4, I), expected = new float[Spec.OutputSize], actual = new float[Spec.OutputSize];
        foreach (bool fromStream in new[] { false, true })
        {
            using RnnSession restored = OtherWeights();
            using RnnSession set = OtherWeights();
            set.SetState(RandomData.Uniform(3, Spec.StateSize));
            if (fromStream)
            {
                restored.RestoreState(new MemoryStream(bytes), acceptOtherWeights: true);
            }
            else
            {
                restored.RestoreState(bytes, acceptOtherWeights: true);
            }

            restored.Step(x, actual);
            set.Step(x, expected);
            Compare.SameBits(expected, actual);

            // What is saved now is of the weights that the session has.
            restored.RestoreState(Save(restored));
            BadFile.Refused(Name, "fingerprint", "other weights", () => saved.RestoreState(Save(restored)));
        }
    }

    /// <summary>Where weights may be others, their fingerprint says nothing any more; its bytes count all the same.</summary>
    [Fact]
    public void RnnSession_RestoreState_acceptingOtherWeights_changedOrCut_isRefusedAndTheStateStays()
    {
        using RnnSession saved = Create();
        using RnnSession session = OtherWeights();
        byte[] bytes = Save(saved);
        session.SetState(RandomData.Uniform(2, Spec.StateSize));
        byte[] before = Save(session);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x10;
            Assert.Throws<FastRnnFormatException>(() => session.RestoreState(bytes, acceptOtherWeights: true));
            bytes[i] ^= 0x10;
            Assert.Throws<FastRnnFormatException>(() => session.RestoreState(bytes.AsSpan(0, i), acceptOtherWeights: true));
        }

        bytes[SavedState.Fingerprint] ^= 1;
        BadFile.Refused(Name, "checksum", "changed", () => session.RestoreState(bytes, acceptOtherWeights: true));
        Assert.Equal(before, Save(session));
    }

    /// <summary>The bytes of a state as the first version of the format wrote them.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void RnnSession_RestoreState_version1_isReadForTheSameModelAlone(bool acceptOtherWeights)
    {
        byte[] bytes = Convert.FromHexString(
            "46524E4E535441540100000002000000FCF8BE0CAB8293E32153A9603D3536BC379E5D5324A872B9EA4D1BF4749B16F2"
            + "0000003F000040C0AF38E5F0");
        RnnSpec spec = new(1, Cell.Elman(2));
        using RnnSession session = RnnModel.FromParameters(spec, [0.5f, -0.25f, 1, 0.125f, -1, 0.75f, 0, 2]).CreateSession();
        using RnnSession otherWeights = RnnModel.FromParameters(spec, [0.5f, -0.25f, 1, 0.125f, -1, 0.75f, 0, 3]).CreateSession();
        session.RestoreState(bytes, acceptOtherWeights);
        var state = new float[2];
        session.CopyStateTo(state);
        Compare.SameBits([0.5f, -3], state);
        Assert.Equal(bytes, SavedState.AsVersion1(Save(session)));

        using var stream = new MemoryStream([.. bytes, .. Save(session), .. bytes]);
        for (int i = 0; i < 3; i++)
        {
            session.Reset();
            session.RestoreState(stream, acceptOtherWeights);
            session.CopyStateTo(state);
            Compare.SameBits([0.5f, -3], state);
        }

        Assert.Equal(stream.Length, stream.Position);
        string why = acceptOtherWeights ? "version 1 does not say which of both" : "another spec or other weights";
        BadFile.Refused(Name, "fingerprint", why, () => otherWeights.RestoreState(bytes, acceptOtherWeights));
        BadFile.Refused(Name, "fingerprint", why, () => otherWeights.RestoreState(new MemoryStream(bytes), acceptOtherWeights));
        for (int i = 0; i < bytes.Length; i++)
        {
            Assert.Throws<FastRnnFormatException>(() => session.RestoreState(bytes.AsSpan(0, i), acceptOtherWeights));
            bytes[i] ^= 0x10;
            Assert.Throws<FastRnnFormatException>(() => session.RestoreState(bytes, acceptOtherWeights));
            bytes[i] ^= 0x10;
        }
    }

    [Fact]
    public void RnnSession_RestoreState_modelsThatDifferInDropoutAlone_areTheSame()
    {
        RnnSpec withDropout = new(I, Cell.Lstm(7), Layer.Dropout(0.5f), Layer.TimeDelay(4, 3), Cell.Gru(5), Layer.Dropout(0.1f, 3));
        using RnnSession first = Create();
        using RnnSession second = RnnModel.FromParameters(withDropout, TrainingData.Parameters(RnnModel.Create(Spec, 1))).CreateSession();
        first.SetState(RandomData.Uniform(2, Spec.StateSize));
        second.RestoreState(Save(first));
        Assert.Equal(Save(first), Save(second));
    }

    [Fact]
    public void ModelFingerprint_Of_anySpecAndWeights_isWhatItAlwaysWas()
    {
        // Saved states hold it: what changes here makes them useless.
        RnnSpec spec = new(
            2, Cell.Elman(2), Cell.Elman(2, Activation.Relu), Cell.Jordan(2, 3, Activation.Relu, Activation.Softmax), Cell.Lstm(2),
            Cell.Lstm(2, peepholes: true), Cell.Gru(2), Cell.Gru(2, resetAfter: false), Layer.TimeDelay(2, 3, 4, Activation.Tanh),
            Layer.Dropout(0.5f, 6), Layer.Dense(2));
        Assert.Equal(
            """{"inputSize":2,"takesIndices":false,"shape":"manyToMany","layers":[{"kind":"elman","hiddenSize":2,"activation":"tanh"},"""
            + """{"kind":"elman","hiddenSize":2,"activation":"relu"},"""
            + """{"kind":"jordan","hiddenSize":2,"outputSize":3,"activation":"relu","outputActivation":"softmax"},"""
            + """{"kind":"lstm","hiddenSize":2,"peepholes":false},{"kind":"lstm","hiddenSize":2,"peepholes":true},"""
            + """{"kind":"gru","hiddenSize":2,"resetAfter":true},{"kind":"gru","hiddenSize":2,"resetAfter":false},"""
            + """{"kind":"timeDelay","outputSize":2,"width":3,"dilation":4,"activation":"tanh"},"""
            + """{"kind":"dense","outputSize":2,"activation":"identity"}]}""",
            SpecJson.WriteArithmetic(spec));
        RnnSpec small = RnnSpec.ForIndices(2, Layer.Embedding(1), Cell.Bidirectional(Cell.Gru(1))) with { Shape = SequenceShape.ManyToOne };
        Assert.Equal(
            """{"inputSize":2,"takesIndices":true,"shape":"manyToOne","layers":[{"kind":"embedding","size":1},"""
            + """{"kind":"bidirectional","cell":{"kind":"gru","hiddenSize":1,"resetAfter":true}}]}""",
            SpecJson.WriteArithmetic(small));
        float[] parameters = [.. Enumerable.Range(0, (int)small.ParameterCount).Select(i => i / 8f)];
        RnnModel model = RnnModel.FromParameters(small, parameters);
        Assert.Equal(
            "B38B9D7549B2DA448D459346FD89C0EA1D24EBDBAB4391DC9CA6D7DBC8384495",
            Convert.ToHexString(ModelFingerprint.Of(model.Identity)));
        Assert.Equal(
            "DE168EE112DD55F72DB6169421C19E65DFCE6C896A852300427580DA5CF36D15",
            Convert.ToHexString(ModelFingerprint.OfSpec(model.Identity)));
    }

    [Fact]
    public void RnnSession_SaveState_afterTheFirst_allocatesNothing()
    {
        using RnnSession session = Create();
        var bytes = new byte[session.StateByteCount];
        Assert.Equal(0, Allocation.Of(Times, () =>
        {
            session.SaveState(bytes);
            session.RestoreState(bytes);
        }));
        using RnnSession clone = session.Clone();
        Assert.Equal(bytes, Save(clone));
    }

    [Fact]
    public void RnnSession_SaveState_badArguments_areRefused()
    {
        RnnSession session = Create();
        int length = session.StateByteCount;
        foreach (int wrong in new[] { length - 1, length + 1 })
        {
            BadInput.Refused<ArgumentException>(
                "destination", $"{length} values", $"got {wrong}", () => session.SaveState(new byte[wrong]));
        }

        Assert.Throws<ArgumentNullException>(() => session.SaveState((Stream)null!));
        Assert.Throws<ArgumentNullException>(() => session.RestoreState((Stream)null!));
        Assert.Throws<ArgumentNullException>(() => SessionState.RestoreState(null!, new byte[1]));
        byte[] bytes = Save(session);
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.SaveState(bytes));
        Assert.Throws<ObjectDisposedException>(() => session.RestoreState(bytes));
    }

    private static RnnSession OtherWeights()
    {
        float[] parameters = TrainingData.Parameters(RnnModel.Create(Spec, 1));
        parameters[^1] = MathF.BitIncrement(parameters[^1]);
        return RnnModel.FromParameters(Spec, parameters).CreateSession();
    }

    private static RnnSession Create() => RnnModel.Create(Spec, 1).CreateSession();

    private static byte[] Save(RnnSession session) => SavedState.Of(session);
}
