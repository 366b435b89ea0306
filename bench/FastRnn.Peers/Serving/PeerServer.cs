using System.Globalization;
using FastRnn.Peers.Workloads;

namespace FastRnn.Peers.Serving;

/// <summary>The answering end of the protocol: a line in, a line out, until <c>quit</c> or the end of the input.</summary>
internal sealed class PeerServer : IDisposable
{
    private readonly IServedPeer _peer;
    private readonly TextWriter _answers;
    private IServedWork? _work;

    /// <param name="peer">does the work</param>
    /// <param name="answers">gets a line for each request</param>
    internal PeerServer(IServedPeer peer, TextWriter answers)
    {
        _peer = peer;
        _answers = answers;
    }

    internal void Serve(TextReader requests)
    {
        Answer($"ready {_peer.Version}");
        while (requests.ReadLine() is { } line && line != "quit")
        {
            Answer(AnswerTo(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        }
    }

    public void Dispose() => _work?.Dispose();

    private string AnswerTo(string[] words)
    {
        try
        {
            return words switch
            {
                ["prepare", _, _, _, _, _, _, var data, var results] => Prepare(PeerWork.FromRequest(words.AsSpan(1..7)), data, results),
                ["time", var milliseconds] => Time(milliseconds),
                _ => $"error unknown request '{string.Join(' ', words)}'",
            };
        }
        catch (Exception exception) when (exception is FormatException or IOException or InvalidOperationException)
        {
            return $"error {exception.Message.ReplaceLineEndings(" ")}";
        }
    }

    private string Prepare(PeerWork work, string dataFile, string resultFile)
    {
        _work?.Dispose();
        _work = null;
        if (_peer.Refusal(work) is { } reason)
        {
            return $"unsupported {reason}";
        }

        Tensors data = WorkTensors.Data(work);
        data.Read(dataFile);
        _work = _peer.Prepare(work, data);
        Tensors results = WorkTensors.Results(work);
        _work.RunOnce(results);
        results.Write(resultFile);
        return "prepared";
    }

    private string Time(string milliseconds)
    {
        if (!double.TryParse(milliseconds, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double time))
        {
            throw new FormatException($"Expected milliseconds, but got '{milliseconds}'.");
        }

        CallTiming timing = CallTiming.Measure(
            _peer, _work ?? throw new InvalidOperationException("Nothing is prepared."), time);
        string bytes = timing.AllocatedBytes?.ToString("R", CultureInfo.InvariantCulture) ?? "-";
        return string.Create(CultureInfo.InvariantCulture, $"timed {timing.Nanoseconds:R} {timing.Calls} {bytes}");
    }

    private void Answer(string line)
    {
        _answers.Write(line);
        _answers.Write('\n');
        _answers.Flush();
    }
}
