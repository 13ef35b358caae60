using System.Text.Json;

namespace Tributary.Access.Log;

/// <summary>Which lines of the log are wanted; what is null does not matter.</summary>
internal sealed record AccessLogFilter
{
    /// <summary>From this instant on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this one.</summary>
    public DateTimeOffset? To { get; init; }

    public string? TenantId { get; init; }

    public string? UserId { get; init; }

    public string? AppId { get; init; }

    /// <summary>Showed an item of this connection.</summary>
    public string? ConnectionId { get; init; }

    /// <summary>Showed this item, of <see cref="ConnectionId"/> where that is given.</summary>
    public string? ItemId { get; init; }

    /// <summary>Whether a line is wanted; one that cannot be read is not, as nobody can tell whose it is.</summary>
    /// <param name="line">Without its end.</param>
    public bool Matches(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var entry = JsonDocument.Parse(line);
            return Matches(entry.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool Matches(JsonElement entry) =>
        IsInTime(entry)
        && Is(entry, AccessLogNames.TenantId, TenantId)
        && Is(entry, AccessLogNames.UserId, UserId)
        && Is(entry, AccessLogNames.AppId, AppId)
        && ((ConnectionId is null && ItemId is null)
            || entry.GetProperty(AccessLogNames.Items).EnumerateArray().Any(item =>
                Is(item, AccessLogNames.ConnectionId, ConnectionId) && Is(item, AccessLogNames.ItemId, ItemId)));

    private bool IsInTime(JsonElement entry)
    {
        DateTimeOffset time = entry.GetProperty(AccessLogNames.Time).GetDateTimeOffset();
        return (From is not { } from || time >= from) && (To is not { } to || time < to);
    }

    private static bool Is(JsonElement element, string name, string? wanted) => wanted is null || element.GetProperty(name).GetString() == wanted;
}
