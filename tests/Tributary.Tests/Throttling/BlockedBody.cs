using System.Net;

namespace Tributary.Tests.Throttling;

/// <summary>A JSON body that begins, and goes on when the test says so.</summary>
internal sealed class BlockedBody : HttpContent
{
    private readonly byte[] _json;
    private readonly TaskCompletionSource _rest = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public BlockedBody(string json)
    {
        _json = System.Text.Encoding.UTF8.GetBytes(json);
        Headers.ContentType = new("application/json");
    }

    /// <summary>Whether any of it was asked for.</summary>
    public bool HasBegun { get; private set; }

    public void SendTheRest() => _rest.TrySetResult();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        HasBegun = true;
        await stream.WriteAsync(_json.AsMemory(0, 1), cancellationToken);
        await stream.FlushAsync(cancellationToken);
        await _rest.Task.WaitAsync(cancellationToken);
        await stream.WriteAsync(_json.AsMemory(1), cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _json.Length;
        return true;
    }
}
