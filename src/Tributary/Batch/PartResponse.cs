using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace Tributary.Batch;

/// <summary>
/// The response of a part, kept in memory. ASP.NET Core's own <see cref="HttpResponseFeature"/> takes no callbacks, which the request ids and the scope of the
/// services need; everything that a server promises is here: callbacks before the first byte and after the last, and headers that are closed in between.
/// </summary>
internal sealed class PartResponse : IHttpResponseFeature
{
    private readonly Stack<(Func<object, Task> Callback, object State)> _starting = new();
    private readonly Stack<(Func<object, Task> Callback, object State)> _completed = new();
    private readonly ArrayBufferWriter<byte> _written = new();

    public PartResponse()
    {
        Body = new Content(this);
        BodyFeature = new StreamResponseBodyFeature(Body);
    }

    public IHttpResponseBodyFeature BodyFeature { get; }

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    /// <summary>Superseded by <see cref="BodyFeature"/>, but still a member of the interface.</summary>
    public Stream Body { get; set; }

    public bool HasStarted { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => _written.WrittenMemory;

    public void OnStarting(Func<object, Task> callback, object state)
    {
        if (HasStarted)
        {
            throw new InvalidOperationException("The response has started.");
        }

        _starting.Push((callback, state));
    }

    public void OnCompleted(Func<object, Task> callback, object state) => _completed.Push((callback, state));

    /// <summary>After this nothing more is written.</summary>
    public async Task CompleteAsync()
    {
        await BodyFeature.CompleteAsync();
        await StartAsync();
    }

    /// <summary>Runs what was registered for the end: last of all, when the answer has been taken.</summary>
    public async Task RunCompletedAsync()
    {
        while (_completed.TryPop(out (Func<object, Task> Callback, object State) completed))
        {
            await completed.Callback(completed.State);
        }
    }

    private async Task StartAsync()
    {
        if (HasStarted)
        {
            return;
        }

        while (_starting.TryPop(out (Func<object, Task> Callback, object State) starting))
        {
            await starting.Callback(starting.State);
        }

        HasStarted = true;
        if (Headers is HeaderDictionary headers)
        {
            headers.IsReadOnly = true;
        }
    }

    private sealed class Content(PartResponse response) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await response.StartAsync();
            response._written.Write(buffer.Span);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => response.StartAsync();

        // As Kestrel: a thread that waits for a callback is one that nobody else has.
        public override void Write(byte[] buffer, int offset, int count) => throw new InvalidOperationException("Synchronous writes are not allowed.");

        public override void Flush() => throw new InvalidOperationException("Synchronous writes are not allowed.");

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
