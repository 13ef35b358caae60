using System.Text.Json;
using Tributary.Graph;
using Tributary.Groups;
using Tributary.Items;

namespace Tributary.Transfer;

/// <summary>Writes the records of an export, each an object whose first member says what it is. Groups and items are as Graph's clients send them; beside them stands what Graph does not show.</summary>
internal static class ExportRecords
{
    public static void AddHeader(this Chunk.Writer chunk, ExportHeader header) => chunk.Add(writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("export");
        JsonSerializer.Serialize(writer, header, TransferJson.Default.ExportHeader);
        writer.WriteEndObject();
    });

    public static void AddBatch(this Chunk.Writer chunk, ExportBatch batch)
    {
        if (batch.Connection is { } connection)
        {
            chunk.Add(writer =>
            {
                writer.WriteStartObject();
                writer.WritePropertyName("connection");
                JsonSerializer.Serialize(writer, connection, TransferJson.Default.ExportedConnection);
                writer.WriteEndObject();
            });
        }

        batch.Groups.ForEach(group => chunk.Add(writer => Write(writer, group)));
        batch.DeletedGroups.ForEach(id => chunk.AddText("deletedGroup", id));
        batch.Items.ForEach(item => chunk.Add(writer => Write(writer, item)));
        batch.DeletedItems.ForEach(id => chunk.AddText("deletedItem", id));
        chunk.Add(writer =>
        {
            writer.WriteStartObject();
            if (batch.Trailer is { } trailer)
            {
                writer.WritePropertyName("end");
                JsonSerializer.Serialize(writer, trailer, TransferJson.Default.ExportTrailer);
            }
            else
            {
                writer.WritePropertyName("next");
                JsonSerializer.Serialize(writer, batch.Next, TransferJson.Default.ExportPoint);
            }

            writer.WriteEndObject();
        });
    }

    private static void AddText(this Chunk.Writer chunk, string name, string value) => chunk.Add(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString(name, value);
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, ExportGroup group)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("group");
        writer.WriteString("id", group.Group.Id);
        writer.WriteString("displayName", group.Group.DisplayName);
        writer.WriteString("description", group.Group.Description);
        writer.WriteEndObject();
        writer.WriteStartArray("members");
        foreach (Identity member in group.Members)
        {
            Write(writer, member);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ExportItem item)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("item");
        ItemJson.Write(writer, item.Item, context: null, Selection.All);
        if (item.SearchableFrom != 0)
        {
            writer.WriteNumber("searchableFrom", item.SearchableFrom);
        }

        if (item.Activities.Count > 0)
        {
            writer.WriteStartArray("activities");
            foreach (ExternalActivity activity in item.Activities)
            {
                writer.WriteStartObject();
                writer.WriteString("type", WireNames<ExternalActivityType>.Get(activity.Type));
                writer.WriteString("startDateTime", activity.StartDateTime);
                writer.WritePropertyName("performedBy");
                Write(writer, activity.PerformedBy);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Identity identity)
    {
        writer.WriteStartObject();
        writer.WriteString("type", WireNames<IdentityType>.Get(identity.Type));
        writer.WriteString("id", identity.Id);
        writer.WriteEndObject();
    }
}
