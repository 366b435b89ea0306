using System.Text.Json;

namespace FastRnn.Training;

/// <summary>The record of a training in a file: a JSON object a line, flushed with each.</summary>
internal sealed class RunRecord : IDisposable
{
    private readonly FileStream _file;

    internal RunRecord(string path, bool append) => _file = new FileStream(
        path, append ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read);

    public void Dispose() => _file.Dispose();

    internal void Write(ValidationRecord record)
    {
        using (var json = new Utf8JsonWriter(_file))
        {
            json.WriteStartObject();
            json.WriteNumber("epoch", record.Epoch);
            json.WriteNumber("update", record.Update);
            Number(json, "trainingLoss", record.TrainingLoss);
            if (record.ValidationLoss is { } loss)
            {
                Number(json, "validationLoss", loss);
            }

            json.WriteNumber("learningRate", record.LearningRate);
            json.WriteNumber("seconds", Math.Round(record.Seconds, 3));
            json.WriteBoolean("isBest", record.IsBest);
            json.WriteEndObject();
        }

        _file.WriteByte((byte)'\n');
        _file.Flush();
    }

    /// <summary>What is not finite, which JSON has no number for, is null.</summary>
    private static void Number(Utf8JsonWriter json, string name, float value)
    {
        if (float.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
