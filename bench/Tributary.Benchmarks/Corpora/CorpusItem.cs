using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tributary.Acls;
using Tributary.Indexing;
using Tributary.Items;

namespace Tributary.Benchmarks.Corpora;

/// <summary>An item in its parts, from which the floors and the request are made alike.</summary>
internal sealed record CorpusItem(string Id, Acl Acl, byte[] Properties, string Content)
{
    /// <summary>The body of its PUT.</summary>
    public byte[] Body()
    {
        var bytes = new ArrayBufferWriter<byte>(3072);
        using var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WritePropertyName("acl");
        AclJson.Write(writer, Acl);
        writer.WritePropertyName("properties");
        writer.WriteRawValue(Properties);
        writer.WriteStartObject("content");
        writer.WriteString("type", "text");
        writer.WriteString("value", Content);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>As the store is given it.</summary>
    public ItemWrite ToWrite() => new()
    {
        Id = Id,
        Acl = Acl,
        Properties = Properties,
        HasContent = true,
        Content = new ExternalItemContent(ExternalItemContentType.Text, Content),
        HasSensitivityLabel = false,
        SensitivityLabelId = null,
    };

    /// <summary>As the index is given it.</summary>
    public FeedItem ToFeedItem(int number) => new(Id)
    {
        Key = number,
        Acl = number,
        Change = number,
        Properties = Properties,
        Content = new ExternalItemContent(ExternalItemContentType.Text, Content),
    };
}
