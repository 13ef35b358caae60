using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tributary.Access.Log;

/// <summary>An item that was shown.</summary>
/// <param name="ConnectionId">Of which connection.</param>
/// <param name="ItemId">Its id.</param>
/// <param name="Version">Number of the change that wrote it last, counted by the connection.</param>
internal readonly record struct ShownItem(string ConnectionId, string ItemId, long Version);

/// <summary>One line of the access log: who was shown which items. Nothing of what is in them.</summary>
internal sealed record AccessLogEntry
{
    /// <summary>When the answer was ready.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Of the answer's header, to find it in other logs; parts of a batch have one each.</summary>
    public required string RequestId { get; init; }

    /// <summary>As the client named it; the request's own where it did not.</summary>
    public required string ClientRequestId { get; init; }

    public required string TenantId { get; init; }

    /// <summary>The application that searched.</summary>
    public required string AppId { get; init; }

    /// <summary>As whom it did; null for itself.</summary>
    public required string? UserId { get; init; }

    /// <summary>Ids of the connections that were searched.</summary>
    public required IReadOnlyList<string> Connections { get; init; }

    public required int From { get; init; }

    public required int Size { get; init; }

    /// <summary>How many there are that the user may see.</summary>
    public required long Total { get; init; }

    /// <summary>Names of the properties whose values were counted: buckets show values of items that are not on the page.</summary>
    public required IReadOnlyList<string> Aggregations { get; init; }

    /// <summary>What was asked for, as it was sent; null: not to be written down.</summary>
    public JsonElement? Asked { get; init; }

    /// <summary>Those on the page, in their order.</summary>
    public required IReadOnlyList<ShownItem> Items { get; init; }

    /// <summary>As one line of JSON, its end included.</summary>
    public byte[] ToLine()
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(line, new JsonWriterOptions { Encoder = JavaScriptEncoder.Default }))
        {
            Write(writer);
        }

        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString(AccessLogNames.Time, Time.UtcDateTime);
        writer.WriteString("operation", "search");
        writer.WriteString("requestId", RequestId);
        writer.WriteString("clientRequestId", ClientRequestId);
        writer.WriteString(AccessLogNames.TenantId, TenantId);
        writer.WriteString(AccessLogNames.AppId, AppId);
        writer.WriteString(AccessLogNames.UserId, UserId);
        WriteTexts(writer, "connections", Connections);
        writer.WriteNumber("from", From);
        writer.WriteNumber("size", Size);
        writer.WriteNumber("total", Total);
        WriteTexts(writer, "aggregations", Aggregations);
        if (Asked is { } asked)
        {
            writer.WritePropertyName("request");
            asked.WriteTo(writer);
        }

        writer.WriteStartArray(AccessLogNames.Items);
        foreach (ShownItem item in Items)
        {
            writer.WriteStartObject();
            writer.WriteString(AccessLogNames.ConnectionId, item.ConnectionId);
            writer.WriteString(AccessLogNames.ItemId, item.ItemId);
            writer.WriteNumber("version", item.Version);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (string text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}

/// <summary>The members of a line by which it is found again.</summary>
internal static class AccessLogNames
{
    public const string Time = "time";
    public const string TenantId = "tenantId";
    public const string AppId = "appId";
    public const string UserId = "userId";
    public const string Items = "items";
    public const string ConnectionId = "connectionId";
    public const string ItemId = "itemId";
}
