using System.Threading.Channels;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using Tributary.Storage;

namespace Tributary.Access.Log;

/// <summary>The log cannot be written at the moment, so nothing may be shown either.</summary>
internal sealed class AccessLogUnavailableException()
    : Exception("The access log cannot be written at the moment, and nothing is shown that is not written down (Access:Log).");

/// <summary>
/// Writes down who was shown which items. Answers hand their lines over and go on; one loop writes what has gathered and waits for the disk. Lines that wait are
/// bounded in bytes: past that an answer waits as well. While lines cannot be written they are kept and tried again, and no further answer is let out.
/// </summary>
internal sealed partial class AccessLog(
    IOptions<AccessLogOptions> options, DataDirectory data, TimeProvider time, ILogger<AccessLog> logger, AccessLogMetrics metrics) : BackgroundService
{
    private const int UnitBytes = 1024;

    /// <summary>16 MiB of lines; the longest, with a thousand items of the longest ids, has less than half a megabyte.</summary>
    private const int MaxPendingUnits = 16 * 1024;

    /// <summary>Lines that go to the disk together.</summary>
    private const int MaxTogether = 4096;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>How often files are looked at for their age when nothing is written.</summary>
    private static readonly TimeSpan TidyPeriod = TimeSpan.FromHours(1);

    private readonly Channel<Pending> _pending = Channel.CreateUnbounded<Pending>(new UnboundedChannelOptions { SingleReader = true });

    private readonly ConcurrencyLimiter _room = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = MaxPendingUnits,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private volatile bool _isFailing;

    /// <summary>Where the files are.</summary>
    public string Directory { get; } = Path.GetFullPath(options.Value.Directory ?? Path.Combine(data.Path, "access-log"));

    public bool IsEnabled => options.Value.Enabled;

    /// <summary>Whether what was asked for is to be written down.</summary>
    public bool WantsQueryText => options.Value.QueryText;

    /// <summary>Takes lines over; an answer leaves only after this.</summary>
    /// <exception cref="AccessLogUnavailableException">The last write failed, and none has succeeded since.</exception>
    /// <exception cref="OperationCanceledException">There was no room, or the disk was not reached, in time.</exception>
    public async Task WriteAsync(IEnumerable<AccessLogEntry> entries, CancellationToken cancellationToken)
    {
        foreach (AccessLogEntry entry in entries)
        {
            byte[] line = entry.ToLine();
            int units = Math.Min(MaxPendingUnits, (line.Length + UnitBytes - 1) / UnitBytes);
            ThrowIfFailing();
            RateLimitLease room = await _room.AcquireAsync(units, cancellationToken);
            TaskCompletionSource? written = options.Value.WaitUntilDurable ? new(TaskCreationOptions.RunContinuationsAsynchronously) : null;
            if (_isFailing || !_pending.Writer.TryWrite(new Pending(line, room, written)))
            {
                room.Dispose();
                throw new AccessLogUnavailableException();
            }

            if (written is not null)
            {
                await written.Task.WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>What stands in the way of writing is told at start, not to the first who searches.</summary>
    /// <exception cref="IOException">The directory cannot be written; says why.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!IsEnabled)
        {
            return;
        }

        try
        {
            AccessLogFiles.Prepare(Directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The access log cannot be written to {Directory}: {exception.Message} Access:Log:Directory names another directory.", exception);
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>Writes what there is; what the disk does not take before <paramref name="cancellationToken"/> is lost, and said to be.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _pending.Writer.TryComplete();
        if (ExecuteTask is { } loop)
        {
            await Task.WhenAny(loop, Task.Delay(Timeout.Infinite, cancellationToken));
        }

        await base.StopAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _room.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using ITimer tidying = time.CreateTimer(_ => _pending.Writer.TryWrite(Pending.Tidying), null, TimeSpan.Zero, TidyPeriod);
        using var files = new AccessLogFiles(Directory, options.Value);
        var taken = new List<Pending>();
        while (await _pending.Reader.WaitToReadAsync(CancellationToken.None))
        {
            while (taken.Count < MaxTogether && _pending.Reader.TryRead(out Pending? pending))
            {
                taken.Add(pending);
            }

            try
            {
                await WriteAsync(files, taken, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                LogLost(taken.Count + _pending.Reader.Count);
                return;
            }

            if (taken.Exists(pending => pending.Line is null))
            {
                Tidy(files);
            }

            taken.Clear();
        }
    }

    /// <summary>Until it has worked.</summary>
    private async Task WriteAsync(AccessLogFiles files, List<Pending> taken, CancellationToken cancellationToken)
    {
        byte[][] lines = [.. taken.Where(pending => pending.Line is not null).Select(pending => pending.Line!)];
        while (lines.Length > 0 && !TryAppend(files, lines))
        {
            // Who waits for the disk need not wait for its repair; the line is written all the same, as somebody asked.
            taken.ForEach(pending => pending.Written?.TrySetException(new AccessLogUnavailableException()));
            await Task.Delay(RetryDelay, time, cancellationToken);
        }

        foreach (Pending pending in taken)
        {
            pending.Room?.Dispose();
            pending.Written?.TrySetResult();
        }
    }

    private bool TryAppend(AccessLogFiles files, byte[][] lines)
    {
        try
        {
            files.Append(lines, time.GetUtcNow());
            metrics.Written(lines.Length);
            if (_isFailing)
            {
                LogRecovered();
                _isFailing = false;
            }

            return true;
        }
#pragma warning disable CA1031 // Whatever fails, the lines are still here, and nobody is shown anything until they are written.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!_isFailing)
            {
                LogFailed(exception.Message);
                _isFailing = true;
            }

            metrics.Failed();
            return false;
        }
    }

    /// <summary>What cannot be removed now is tried again with the next look; nobody waits for it.</summary>
    private void Tidy(AccessLogFiles files)
    {
        try
        {
            if (files.Tidy(time.GetUtcNow()) is > 0 and int removed)
            {
                LogRemoved(removed);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(exception.Message);
        }
    }

    private void ThrowIfFailing()
    {
        if (_isFailing)
        {
            throw new AccessLogUnavailableException();
        }
    }

    [LoggerMessage(9001, LogLevel.Error, "The access log cannot be written, and searches are refused until it can: {Reason}")]
    private partial void LogFailed(string reason);

    [LoggerMessage(9002, LogLevel.Warning, "The access log is written again.")]
    private partial void LogRecovered();

    [LoggerMessage(9003, LogLevel.Information, "{Count} files of the access log were past their retention and are removed.")]
    private partial void LogRemoved(int count);

    [LoggerMessage(9005, LogLevel.Warning, "Files of the access log that are past their retention could not be removed: {Reason}")]
    private partial void LogNotRemoved(string reason);

    [LoggerMessage(9004, LogLevel.Error, "The server stops with {Count} lines of the access log that could not be written.")]
    private partial void LogLost(int count);

    /// <param name="Line">Null: look at the files' ages.</param>
    /// <param name="Room">What it takes of the room.</param>
    /// <param name="Written">Ends when it is on the disk, or could not be brought there; null when nobody waits for that.</param>
    private sealed record Pending(byte[]? Line, RateLimitLease? Room, TaskCompletionSource? Written)
    {
        public static readonly Pending Tidying = new(null, null, null);
    }
}
