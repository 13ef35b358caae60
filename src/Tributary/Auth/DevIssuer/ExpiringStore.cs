using System.Buffers.Text;
using System.Security.Cryptography;

namespace Tributary.Auth.DevIssuer;

/// <summary>
/// What has been handed out and may come back once, by a key that nobody can guess; in memory only, so a restart forgets it. When <paramref name="capacity"/> is reached the
/// oldest goes.
/// </summary>
internal sealed class ExpiringStore<T>(int capacity, TimeSpan lifetime, TimeProvider time)
    where T : class
{
    private const int KeyBytes = 32;

    private readonly Dictionary<string, (T Value, DateTimeOffset End)> _entries = new(StringComparer.Ordinal);

    /// <summary>In the order of their ends, as all live equally long; those that were taken are still in it.</summary>
    private readonly Queue<(string Key, DateTimeOffset End)> _order = new();
    private readonly Lock _lock = new();

    /// <summary>The key of the new entry.</summary>
    public string Add(T value)
    {
        string key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));
        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            while (_order.TryPeek(out (string Key, DateTimeOffset End) oldest) && (oldest.End <= now || _order.Count >= capacity))
            {
                _order.Dequeue();
                _entries.Remove(oldest.Key);
            }

            _entries[key] = (value, now + lifetime);
            _order.Enqueue((key, now + lifetime));
        }

        return key;
    }

    public T? FindOrNull(string? key)
    {
        lock (_lock)
        {
            return key is not null && _entries.TryGetValue(key, out (T Value, DateTimeOffset End) entry) && entry.End > time.GetUtcNow() ? entry.Value : null;
        }
    }

    public T? FindOrNull(Func<T, bool> isIt)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            return _entries.Values.FirstOrDefault(entry => entry.End > now && isIt(entry.Value)).Value;
        }
    }

    /// <summary>Each entry is taken by one caller only.</summary>
    public T? TakeOrNull(string? key)
    {
        lock (_lock)
        {
            return key is not null && _entries.Remove(key, out (T Value, DateTimeOffset End) entry) && entry.End > time.GetUtcNow() ? entry.Value : null;
        }
    }
}
