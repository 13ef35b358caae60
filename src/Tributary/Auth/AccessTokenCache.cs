using System.Collections.Concurrent;

namespace Tributary.Auth;

/// <summary>
/// Tokens that were validated, so that a client putting items does not cost an RSA verification each time. Keyed by the whole token, never by a hash
/// of it alone. Bounded in characters by two generations: when the young one is full it becomes the old one, and what the old one still held is
/// forgotten unless it was asked for meanwhile. Only tokens that were valid get in, so nobody fills it from outside.
/// </summary>
/// <param name="charactersPerGeneration">Two bytes each, twice: the default is 16 MB at most, several thousand tokens.</param>
internal sealed class AccessTokenCache(int charactersPerGeneration = 4 * 1024 * 1024)
{
    private Generation _young = new();
    private Generation _old = new();
    private readonly Lock _turning = new();

    /// <summary>What is known of a token.</summary>
    /// <param name="Caller">Who it names.</param>
    /// <param name="Keys">The snapshot of keys it was validated with; under another one the entry is void.</param>
    /// <param name="NotBefore">Not used earlier (a virtual clock can be set back).</param>
    /// <param name="Expires">Not used from then on. The allowed clock skew is not added: within it every call is validated anew.</param>
    public sealed record Entry(Caller Caller, SigningKeys Keys, DateTimeOffset NotBefore, DateTimeOffset Expires);

    public Caller? FindOrNull(ReadOnlySpan<char> token, SigningKeys keys, DateTimeOffset now)
    {
        Generation young = Volatile.Read(ref _young);
        if (!young.ByToken.TryGetValue(token, out Entry? entry))
        {
            if (!Volatile.Read(ref _old).ByToken.TryGetValue(token, out entry))
            {
                return null;
            }

            if (IsUsable(entry, keys, now))
            {
                Add(token.ToString(), entry);
            }
        }

        return IsUsable(entry, keys, now) ? entry.Caller : null;
    }

    public void Add(string token, Entry entry)
    {
        Generation young = Volatile.Read(ref _young);
        if (!young.Entries.TryAdd(token, entry))
        {
            young.Entries[token] = entry;
            return;
        }

        if (Interlocked.Add(ref young.Characters, token.Length) > charactersPerGeneration)
        {
            Turn(young);
        }
    }

    /// <summary>For the tests and the metrics.</summary>
    public int Count => _young.Entries.Count + _old.Entries.Count;

    private static bool IsUsable(Entry entry, SigningKeys keys, DateTimeOffset now) =>
        ReferenceEquals(entry.Keys, keys) && now >= entry.NotBefore && now < entry.Expires;

    private void Turn(Generation full)
    {
        lock (_turning)
        {
            if (!ReferenceEquals(_young, full))
            {
                return;
            }

            Volatile.Write(ref _old, full);
            Volatile.Write(ref _young, new Generation());
        }
    }

    private sealed class Generation
    {
        public readonly ConcurrentDictionary<string, Entry> Entries = new(StringComparer.Ordinal);
        public readonly ConcurrentDictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> ByToken;
        public long Characters;

        public Generation() => ByToken = Entries.GetAlternateLookup<ReadOnlySpan<char>>();
    }
}
