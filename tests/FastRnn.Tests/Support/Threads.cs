using System.Runtime.ExceptionServices;

namespace FastRnn.Tests.Support;

/// <summary>New threads for tests that need threads of their own.</summary>
internal static class Threads
{
    /// <summary>Does things at the same time, each on a thread of its own; throws what the first that failed has thrown.</summary>
    internal static void Run(params IEnumerable<Action> actions)
    {
        ExceptionDispatchInfo? failure = null;
        var threads = actions.Select(action => new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        failure?.Throw();
    }
}
