using System.Collections.Concurrent;
using System.Text.Json;

namespace Tributary.ConformanceTests.Durability;

/// <summary>Work on a server until it is killed.</summary>
/// <param name="server">Is written to.</param>
/// <param name="acknowledgements">After so many <see cref="WaitAsync"/> completes.</param>
/// <param name="bearer">Who writes; null for the default application.</param>
internal sealed class Load(ServerProcess server, int acknowledgements, string? bearer = null)
{
    private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _unexpected = new();
    private int _left = acknowledgements;

    /// <summary>Completes when so many writes were answered.</summary>
    public async Task WaitAsync()
    {
        await _enough.Task.WaitAsync(ServerProcess.Patience);
        Assert.Empty(_unexpected);
    }

    public Task RunAsync(Func<Load, Task> work) => Task.Run(async () =>
    {
        try
        {
            while (!server.HasExited)
            {
                await work(this);
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            // It was killed under the request.
        }
        catch (Exception exception)
        {
            _unexpected.Enqueue(exception.Message);
            _enough.TrySetResult();
            throw;
        }
    });

    /// <summary>Sends a write; any answer that is not among the expected ones is a failure of the test.</summary>
    public async Task<(int Status, JsonElement Answer, Uri? Location)> WriteAsync(HttpMethod method, string path, string? json, params int[] expected)
    {
        (int status, JsonElement answer, Uri? location) = await server.SendAsync(method, path, json, bearer: bearer);
        Assert.True(expected.Contains(status), $"{method} {path}: {status} {answer}\n{server.Printed}");
        Acknowledge();
        return (status, answer, location);
    }

    /// <summary>Something that is no write was answered.</summary>
    public void Acknowledge()
    {
        if (Interlocked.Decrement(ref _left) <= 0)
        {
            _enough.TrySetResult();
        }
    }

    public Task WaitUntilCompletedAsync(string operation) => server.WaitUntilCompletedAsync(operation);
}
