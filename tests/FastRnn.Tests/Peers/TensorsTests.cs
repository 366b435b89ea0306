using FastRnn.Peers.Workloads;

namespace FastRnn.Tests.Peers;

public sealed class TensorsTests : IDisposable
{
    private static readonly PeerWork Training = new(WorkCell.Gru, WorkMode.Train, 3, 5, 2, 4);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastrnn-tests-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "data");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void WorkData_Create_twice_isTheSame()
        => Assert.Equal(WorkData.Create(Training).All.ToArray(), WorkData.Create(Training).All.ToArray());

    [Fact]
    public void Tensors_Read_whatWasWritten_givesTheSameBits()
    {
        Tensors data = WorkData.Create(Training);
        data.Write(Path);
        Tensors read = WorkTensors.Data(Training);
        read.Read(Path);

        Assert.Equal(data.All.ToArray(), read.All.ToArray());
        Assert.Equal(BitConverter.GetBytes(data[WorkTensors.Inputs].Span[1]), File.ReadAllBytes(Path)[4..8]);
    }

    [Fact]
    public void Tensors_Read_fileOfAnotherLength_isRefused()
    {
        File.WriteAllBytes(Path, new byte[12]);

        Assert.Throws<InvalidDataException>(() => WorkTensors.Data(Training).Read(Path));
    }

    [Fact]
    public void WorkTensors_Data_ofTraining_hasTheLayoutOfTheProtocol()
    {
        Tensors data = WorkTensors.Data(Training);

        Assert.Equal(
            [
                (WorkTensors.Inputs, 24), (WorkTensors.InitialHidden, 10), (WorkTensors.InputWeights, 45),
                (WorkTensors.RecurrentWeights, 75), (WorkTensors.Bias, 15), (WorkTensors.RecurrentBias, 5),
                (WorkTensors.OutputGradient, 40),
            ],
            data.Names.Select(name => (name, data[name].Length)));
        Assert.Equal(45 + 75 + 15 + 5, WorkTensors.Parameters(Training, data).Length);
    }

    [Fact]
    public void WorkTensors_Data_ofAStreamedLstm_hasNoGradientAndAMemory()
    {
        Tensors data = WorkTensors.Data(new PeerWork(WorkCell.Lstm, WorkMode.Step, 3, 5, 1, 16));

        Assert.Equal(
            [
                (WorkTensors.Inputs, 48), (WorkTensors.InitialHidden, 5), (WorkTensors.InitialMemory, 5),
                (WorkTensors.InputWeights, 60), (WorkTensors.RecurrentWeights, 100), (WorkTensors.Bias, 20),
            ],
            data.Names.Select(name => (name, data[name].Length)));
    }

    [Fact]
    public void WorkTensors_Results_ofTraining_endWithTheGradients()
    {
        Tensors results = WorkTensors.Results(Training);

        Assert.Equal(
            [
                (WorkTensors.Outputs, 40), (WorkTensors.FinalHidden, 10), (WorkTensors.InputGradient, 24),
                (WorkTensors.InputWeightGradient, 45), (WorkTensors.RecurrentWeightGradient, 75), (WorkTensors.BiasGradient, 15),
                (WorkTensors.RecurrentBiasGradient, 5),
            ],
            results.Names.Select(name => (name, results[name].Length)));
    }
}
