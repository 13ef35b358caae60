using Tributary.Connections;
using Tributary.Groups;
using Tributary.Items;

namespace Tributary.Transfer;

/// <summary>Reads a connection for an export, piece by piece, and keeps meanwhile what an export has still to read.</summary>
internal interface IExportStore
{
    /// <summary>Begins an export: from here on nothing that changes is forgotten, until it ends or expires. Null when the connection is gone.</summary>
    ValueTask<ExportBeginning?> BeginOrNullAsync(ConnectionKey connection, string export, DateTimeOffset expires, CancellationToken cancellationToken);

    /// <summary>Keeps an export from expiring, and lets go what it has read; false when it has expired.</summary>
    ValueTask<bool> RenewAsync(ConnectionKey connection, ExportPoint point, DateTimeOffset expires, CancellationToken cancellationToken);

    /// <summary>Ends those that are not heard of any more.</summary>
    ValueTask EndExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The next piece, all of it as it is at one moment. Null when the connection is gone.</summary>
    ValueTask<ExportBatch?> ReadOrNullAsync(ConnectionKey connection, ExportPoint point, CancellationToken cancellationToken);
}

/// <param name="Point">Where it begins.</param>
/// <param name="Items">How many there are.</param>
/// <param name="Groups">How many there are.</param>
internal readonly record struct ExportBeginning(ExportPoint Point, long Items, long Groups);

/// <summary>A piece of an export, in this order.</summary>
internal sealed record ExportBatch
{
    /// <summary>The connection, if it is another one than at the last time.</summary>
    public ExportedConnection? Connection { get; init; }

    public List<ExportGroup> Groups { get; } = [];

    public List<string> DeletedGroups { get; } = [];

    public List<ExportItem> Items { get; } = [];

    public List<string> DeletedItems { get; } = [];

    /// <summary>Where to go on.</summary>
    public required ExportPoint Next { get; init; }

    /// <summary>The connection at this moment, when everything that it holds has been read.</summary>
    public ExportTrailer? Trailer { get; init; }
}

internal sealed record ExportGroup(ExternalGroup Group, IReadOnlyList<Identity> Members);

/// <param name="Item">The item.</param>
/// <param name="SearchableFrom">Unix milliseconds; 0: at once.</param>
/// <param name="Activities">In their order.</param>
internal sealed record ExportItem(ExternalItem Item, long SearchableFrom, IReadOnlyList<ExternalActivity> Activities);
