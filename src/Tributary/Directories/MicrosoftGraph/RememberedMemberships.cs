using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;
using Tributary.Telemetry;

namespace Tributary.Directories.MicrosoftGraph;

/// <summary>
/// Memberships for as long as they may be told: none that was read longer ago than the stated staleness is ever given out. From half of that on it is read again
/// beside the requests, so that a source that fails for a moment is not noticed; one that fails for longer is, and then nobody is answered.
/// </summary>
/// <remarks>Bounded in bytes: what finds no room is read again. However many ask for one user at a time, he is read once.</remarks>
internal sealed partial class RememberedMemberships : IDisposable
{
    /// <summary>Longest that an unknown user stays unknown: he may just have been made.</summary>
    private static readonly TimeSpan MaxUnknown = TimeSpan.FromSeconds(30);

    /// <summary>A source that fails is asked again beside the requests no more often.</summary>
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(5);

    private readonly Func<Key, CancellationToken, Task<DirectoryMembership?>> _read;
    private readonly TimeSpan _maxStaleness;
    private readonly TimeProvider _time;
    private readonly CacheMetrics _metrics;
    private readonly ILogger _logger;
    private readonly MemoryCache _entries;
    private readonly ConcurrentDictionary<Key, Lazy<Task<Entry>>> _readings = new();
    private readonly CancellationTokenSource _stopping = new();

    /// <param name="read">Asks the source; bounded in time by itself.</param>
    /// <param name="options">Staleness and room.</param>
    public RememberedMemberships(
        Func<Key, CancellationToken, Task<DirectoryMembership?>> read, GraphDirectoryOptions options, TimeProvider time, CacheMetrics metrics, ILogger logger)
    {
        _read = read;
        _maxStaleness = options.MaxStaleness;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _entries = new MemoryCache(new MemoryCacheOptions { SizeLimit = options.MaxCacheBytes });
    }

    /// <summary>A user of a tenant.</summary>
    public readonly record struct Key(string TenantId, string UserId);

    /// <exception cref="DirectoryUnavailableException">The source cannot be asked, and nothing fresh enough is remembered.</exception>
    public async ValueTask<DirectoryMembership?> GetAsync(Key key, CancellationToken cancellationToken)
    {
        if (_maxStaleness == TimeSpan.Zero)
        {
            // Not even a reading that another request has begun, which may be older than this one.
            return await _read(key, cancellationToken);
        }

        DateTimeOffset now = _time.GetUtcNow();
        Entry? entry = _entries.Get<Entry>(key);
        bool isFresh = entry is not null && entry.IsWithin(now, LifeOf(entry));
        _metrics.Looked("membership", isFresh);
        if (!isFresh)
        {
            entry = await ReadAsync(key).WaitAsync(cancellationToken);
        }
        else if (!entry!.IsWithin(now, LifeOf(entry) / 2) && entry.MayTry(now, BetweenAttempts))
        {
            _ = ReadBesideAsync(key);
        }

        return entry!.Membership;
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _entries.Dispose();
    }

    private TimeSpan LifeOf(Entry entry) => entry.Membership is null && _maxStaleness > MaxUnknown ? MaxUnknown : _maxStaleness;

    private Task<Entry> ReadAsync(Key key) => _readings.GetOrAdd(key, one => new Lazy<Task<Entry>>(() => ReadOnceAsync(one))).Value;

    private async Task<Entry> ReadOnceAsync(Key key)
    {
        // Who asked first may go away; the others still wait.
        await Task.Yield();
        try
        {
            DateTimeOffset asked = _time.GetUtcNow();
            var entry = new Entry(await _read(key, _stopping.Token), asked);
            _entries.Set(key, entry, new MemoryCacheEntryOptions { Size = entry.Bytes });
            return entry;
        }
        finally
        {
            _readings.TryRemove(key, out _);
        }
    }

    private async Task ReadBesideAsync(Key key)
    {
        try
        {
            await ReadAsync(key);
        }
        catch (Exception exception) when (exception is DirectoryUnavailableException or OperationCanceledException or ObjectDisposedException)
        {
            LogStillRemembered(_logger, exception.InnerException ?? exception);
        }
    }

    [LoggerMessage(2112, LogLevel.Warning, "A membership could not be read again; the remembered one holds until it is too old.")]
    private static partial void LogStillRemembered(ILogger logger, Exception exception);

    /// <param name="membership">Null: there is no such user.</param>
    /// <param name="readAt">When the source was asked, which is before it answered.</param>
    private sealed class Entry(DirectoryMembership? membership, DateTimeOffset readAt)
    {
        private long _triedAt = readAt.UtcTicks;

        public DirectoryMembership? Membership => membership;

        /// <summary>About; a group id is a text of 36 characters in a set.</summary>
        public long Bytes { get; } = 1024 + (128L * (membership?.Groups.Count ?? 0));

        /// <summary>A clock that was set back makes nothing fresh.</summary>
        public bool IsWithin(DateTimeOffset now, TimeSpan age) => now >= readAt && now - readAt < age;

        public bool MayTry(DateTimeOffset now, TimeSpan between)
        {
            long last = Interlocked.Read(ref _triedAt);
            return now.UtcTicks - last >= between.Ticks && Interlocked.CompareExchange(ref _triedAt, now.UtcTicks, last) == last;
        }
    }
}
