using System.Globalization;
using Tributary.Storage;

namespace Tributary.Access.History;

/// <content>From when on there is history, and what is too old for it.</content>
internal sealed partial class AccessHistory
{
    /// <summary>Each with a <c>key</c> in the order of <c>until</c>.</summary>
    private static readonly string[] Tables =
    [
        "item_acl_past", "external_group_member_past", "directory_member_past", "directory_object_past", "external_group_past", "connection_past", "acl_past",
    ];

    /// <summary>How much longer notes stay than they are told of, so that none goes while somebody reads what he was promised.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    private readonly TimeSpan _retention = options.Value.History.Retention ?? TimeSpan.Zero;

    /// <summary>Null until it is opened, and while none is kept.</summary>
    private volatile HistoryPeriod? _period;

    /// <summary>
    /// Goes on with the history of this store, or begins one: when there is none, when the server has run without keeping one, as what changed then is not known, and when
    /// the store was restored from a backup, as what came after that is gone. Without a retention it ends the one there is.
    /// </summary>
    /// <param name="database">The store, before anybody writes to it.</param>
    /// <param name="directories">Who tells of users and groups. What changed about that while the server was down holds from now on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Since when there was a history that is not gone on with; null when none is lost.</returns>
    public async ValueTask<DateTimeOffset?> OpenAsync(ISqlDatabase database, DirectoryState directories, CancellationToken cancellationToken)
    {
        if (!IsKept && await database.ReadAsync(session => session.ScalarOrNull("SELECT 1 FROM access_history"), cancellationToken) is null)
        {
            return null;
        }

        (_period, long? lost) = await database.WriteAsync(
            WriteScope.Store,
            session =>
            {
                long? began = session.ScalarOrNull("SELECT begins FROM access_history");
                HistoryPeriod? last = IsKept ? ReadOrNull(session, database.Identity.Epoch) : null;
                _last = Tables.Max(table => session.ScalarOrNull($"SELECT until FROM {table} ORDER BY key DESC LIMIT 1") ?? 0);
                session.Execute("DELETE FROM access_history");
                if (!IsKept)
                {
                    return (null, began);
                }

                // After all that an earlier history has noted, which is not to be taken for a part of this one.
                long now = Tick();
                HistoryPeriod period = last is null
                    ? new HistoryPeriod(now, directories, now, now)
                    : last with
                    {
                        Directories = directories,
                        SourcesSince = last.Directories.Sources == directories.Sources ? last.SourcesSince : now,
                        SeedSince = last.Directories.Seed == directories.Seed ? last.SeedSince : now,
                    };
                Write(session, period, database.Identity.Epoch);
                return ((HistoryPeriod?)period, last is null ? began : null);
            },
            0,
            cancellationToken);
        return lost is { } ticks ? Instant(ticks) : null;
    }

    /// <summary>As <see cref="SeedChangedAsync"/>, for who asks before that is written.</summary>
    public void ForgetSeed() => _period = _period is { } period ? period with { SeedSince = time.GetUtcNow().UtcTicks } : null;

    /// <summary>The seed file is another one from now on.</summary>
    public async ValueTask SeedChangedAsync(ISqlDatabase database, string seed, CancellationToken cancellationToken)
    {
        if (!IsKept)
        {
            return;
        }

        _period = await database.WriteAsync(
            WriteScope.Store,
            session =>
            {
                HistoryPeriod period = _period! with { Directories = _period!.Directories with { Seed = seed }, SeedSince = Tick() };
                session.Execute("DELETE FROM access_history");
                Write(session, period, database.Identity.Epoch);
                return period;
            },
            0,
            cancellationToken);
    }

    /// <summary>From when on it is known who could see what; null while no history is kept.</summary>
    public DateTimeOffset? SinceOrNull => _period is { } period ? Instant(Math.Max(period.Begins, (time.GetUtcNow() - _retention).UtcTicks)) : null;

    /// <summary>From when on the tenants have had the directories that they have; null while no history is kept.</summary>
    public DateTimeOffset? SourcesSinceOrNull => _period is { } period ? Instant(period.SourcesSince) : null;

    /// <summary>From when on the seed file has said what it says; null while no history is kept.</summary>
    public DateTimeOffset? SeedSinceOrNull => _period is { } period ? Instant(period.SeedSince) : null;

    /// <summary>Why nothing can be told of an instant; null when it can.</summary>
    public string? ProblemOrNull(DateTimeOffset at)
    {
        DateTimeOffset now = time.GetUtcNow();
        return SinceOrNull is not { } since ? "No history of access is kept: Access:History:Retention is not set."
            : at > now ? $"{Text(at)} is in the future; it is {Text(now)}."
            : at >= since ? null
            : since.UtcTicks == _period!.Begins ? $"The history of access begins at {Text(since)}, so nothing is known of {Text(at)}."
            : $"The history of access is kept for {_retention:c}, so it begins at {Text(since)}; nothing is known of {Text(at)}.";
    }

    /// <summary>Removes what is told of no more: what ended before history begins. At most so many rows, oldest first; true when there may be more.</summary>
    public async ValueTask<bool> PruneAsync(ISqlDatabase database, int rows, CancellationToken cancellationToken)
    {
        long horizon = _period is { } period ? Math.Max(period.Begins, (time.GetUtcNow() - _retention - Margin).UtcTicks) : long.MaxValue;

        // A look first: mostly there is nothing, and the writer's turn is for writes.
        if (!await database.ReadAsync(
            session => Tables.Any(table => session.ScalarOrNull($"SELECT until FROM {table} ORDER BY key LIMIT 1") <= horizon), cancellationToken))
        {
            return false;
        }

        return await database.WriteInBackgroundAsync(
            WriteScope.Store,
            session =>
            {
                int left = rows;
                foreach (string table in Tables)
                {
                    left -= session.Execute(
                        $"DELETE FROM {table} WHERE key IN (SELECT key FROM {table} ORDER BY key LIMIT @rows) AND until <= @horizon", left, horizon);
                }

                return left == 0;
            },
            cancellationToken);
    }

    /// <summary>As it is written in requests: to the second or as much finer as it is.</summary>
    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);

    private static DateTimeOffset Instant(long ticks) => new(ticks, TimeSpan.Zero);

    private static HistoryPeriod? ReadOrNull(SqlSession session, long epoch)
    {
        using SqlReader reader = session.Query("SELECT begins, sources, sources_since, seed, seed_since FROM access_history WHERE epoch = @epoch", epoch);
        return reader.Read()
            ? new HistoryPeriod(reader.GetInt64(0), new DirectoryState(reader.GetString(1), reader.GetString(3)), reader.GetInt64(2), reader.GetInt64(4))
            : null;
    }

    private static void Write(SqlSession session, HistoryPeriod period, long epoch) => session.Execute(
        """
        INSERT INTO access_history (begins, epoch, sources, sources_since, seed, seed_since)
        VALUES (@begins, @epoch, @sources, @sourcesSince, @seed, @seedSince)
        """,
        period.Begins,
        epoch,
        period.Directories.Sources,
        period.SourcesSince,
        period.Directories.Seed,
        period.SeedSince);

    private sealed record HistoryPeriod(long Begins, DirectoryState Directories, long SourcesSince, long SeedSince);
}

/// <summary>What is known of directories that are not kept in the store: by what it is seen that they have changed.</summary>
/// <param name="Sources">Which tenant has which, as a text that is the same while they are.</param>
/// <param name="Seed">Digest of the seed file; empty for none.</param>
internal sealed record DirectoryState(string Sources, string Seed);
