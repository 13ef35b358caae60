using Tributary.Connections;

namespace Tributary.Transfer;

/// <summary>
/// Sends an export as it is read, chunk by chunk: the next is read when this one is on its way, so the client's pace is the reading's, and no more than a chunk is in memory. What
/// fails on the way ends the connection; the client goes on from the last whole chunk, with this node or another.
/// </summary>
/// <param name="store">Where it is read from.</param>
/// <param name="connection">What is exported.</param>
/// <param name="header">Of one that begins; null for one that goes on.</param>
/// <param name="point">Where it begins or goes on.</param>
/// <param name="previous">The last chunk that the client has.</param>
/// <param name="time">For the lease.</param>
/// <param name="stopping">The server stops.</param>
internal sealed class ExportStream(
    IExportStore store, ConnectionKey connection, ExportHeader? header, ExportPoint point, ChunkEnd? previous, TimeProvider time, CancellationToken stopping) : IResult
{
    /// <summary>For so long an export that is not heard of keeps what changed since, and can go on.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan Afterwards = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan RenewAfter = Lease / 10;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        httpContext.Response.ContentType = Chunk.MediaType;
        httpContext.Response.Headers.CacheControl = "no-store";
        try
        {
            await WriteAsync(httpContext.Response.Body, either.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ExportExpiredException)
        {
            // Without the last chunk an export is none, and whoever reads it sees that it was cut off.
            httpContext.Abort();
        }
    }

    private async Task WriteAsync(Stream body, CancellationToken cancellationToken)
    {
        var chunk = new Chunk.Writer(previous);
        if (header is not null)
        {
            chunk.AddHeader(header);
        }

        ExportPoint next = point;
        long renewed = time.GetTimestamp();
        while (true)
        {
            ExportBatch batch = await store.ReadOrNullAsync(connection, next, cancellationToken) ?? throw new ExportExpiredException();
            chunk.AddBatch(batch);
            await body.WriteAsync(chunk.End(), cancellationToken);
            await body.FlushAsync(cancellationToken);
            next = batch.Next;
            if (batch.Trailer is not null)
            {
                // What was sent last may be lost still; who comes back at once is given it again.
                await store.RenewAsync(connection, point, time.GetUtcNow() + Afterwards, stopping);
                return;
            }

            if (time.GetElapsedTime(renewed) > RenewAfter)
            {
                // What was sent may not have arrived: only what the client can have no more use for is let go, when it comes back for more.
                if (!await store.RenewAsync(connection, point, time.GetUtcNow() + Lease, cancellationToken))
                {
                    throw new ExportExpiredException();
                }

                renewed = time.GetTimestamp();
            }
        }
    }
}
