using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Tributary.Connections;

/// <summary>
/// <c>ingestedItemsCount</c> as it is shown: counted when somebody asks, then the same until the interval has passed, as on the real service. In memory, as a
/// restart may well count anew.
/// </summary>
internal sealed class ShownItemCounts(IOptions<ConnectionOptions> options, TimeProvider time)
{
    private const int MaxEntries = 10_000;

    private readonly ConcurrentDictionary<ConnectionKey, (long Items, long At)> _counted = new();

    /// <summary>The connection with the number to show.</summary>
    public StoredConnection Apply(StoredConnection connection)
    {
        TimeSpan interval = options.Value.ItemCountInterval;
        if (interval == TimeSpan.Zero || connection.State == ConnectionState.Draft)
        {
            return connection;
        }

        if (!_counted.TryGetValue(connection.Key, out (long Items, long At) counted) || time.GetElapsedTime(counted.At) >= interval)
        {
            // Of connections that are gone too; to forget only makes a count younger.
            if (_counted.Count >= MaxEntries)
            {
                _counted.Clear();
            }

            counted = (connection.ItemCount, time.GetTimestamp());
            _counted[connection.Key] = counted;
        }

        return connection with { ItemCount = counted.Items };
    }
}
