using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tributary.Relevance;

/// <summary>The body of the PUT of an item that everyone may see.</summary>
internal static class ItemBody
{
    /// <param name="content">Its text.</param>
    /// <param name="writeProperties">Writes their names and values.</param>
    public static byte[] Write(string content, Action<Utf8JsonWriter> writeProperties)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("acl");
            writer.WriteStartObject();
            writer.WriteString("type", "everyone");
            writer.WriteString("value", "everyone");
            writer.WriteString("accessType", "grant");
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteStartObject("properties");
            writeProperties(writer);
            writer.WriteEndObject();
            writer.WriteStartObject("content");
            writer.WriteString("type", "text");
            writer.WriteString("value", content);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
