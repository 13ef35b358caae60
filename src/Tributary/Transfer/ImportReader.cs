using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;
using Tributary.Acls;
using Tributary.Graph;
using Tributary.Groups;
using Tributary.Items;
using Tributary.Schemas;

namespace Tributary.Transfer;

/// <summary>
/// Reads and checks the records of a chunk: a file can be made by hand. What the rules of another server let in is taken here too (ids with more characters, empty access lists); what
/// no server could hold is refused, by its number.
/// </summary>
/// <param name="request">What the import was begun with.</param>
/// <param name="schema">The schema that items are checked against, from before the chunk; null when there is none in force.</param>
/// <param name="items">Limits of this server.</param>
/// <param name="groups">Limits of this server.</param>
internal sealed partial class ImportReader(ImportRequest request, Schema? schema, ItemOptions items, GroupOptions groups)
{
    /// <summary>An item's own JSON may be as deep as that of a request.</summary>
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 66, AllowDuplicateProperties = false };

    private readonly ItemOptions _lenient = new()
    {
        MaxAclEntries = items.MaxAclEntries,
        LenientIds = true,
        AllowEmptyAcl = true,
        LenientDateTimeCollections = true,
    };

    private Schema? _schema = schema;
    private string _place = "";

    /// <summary>What the chunk asks for.</summary>
    /// <exception cref="ImportRefusedException">A record is wrong.</exception>
    public List<ImportRecord> Read(Chunk chunk)
    {
        var records = new List<ImportRecord>(chunk.Records.Count);
        for (int i = 0; i < chunk.Records.Count; i++)
        {
            _place = $"Record {i} of chunk {chunk.End.Chunk}";
            if (records is [.., ImportRecord.End])
            {
                throw Refused("follows the end of the export");
            }

            bool isHeader = chunk.End.Chunk == 0 && i == 0;
            if (ReadRecordOrNull(chunk.Records[i], isHeader) is { } record)
            {
                records.Add(record);
            }
        }

        return records;
    }

    private ImportRecord? ReadRecordOrNull(ReadOnlyMemory<byte> line, bool isHeader)
    {
        try
        {
            if (!Utf8.IsValid(line.Span))
            {
                throw Refused("is not UTF-8");
            }

            using var document = JsonDocument.Parse(line, Options);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.EnumerateObject().MoveNext())
            {
                throw Refused("is no JSON object that says what it is");
            }

            JsonProperty first = root.EnumerateObject().First();
            string name = first.Name;
            if (isHeader != (name == "export"))
            {
                throw Refused(isHeader ? "must be the export's first, 'export'" : "is a second 'export'");
            }

            RequireMembers(root, name);
            return name switch
            {
                "export" => ReadHeader(first.Value),
                "connection" => ReadConnection(first.Value),
                "group" => ReadGroup(first.Value, root),
                "deletedGroup" => new ImportRecord.DeletedGroup(Text(first.Value)),
                "item" => ReadItem(first.Value, root),
                "deletedItem" => new ImportRecord.DeletedItem(Text(first.Value)),
                "next" => null,
                "end" => new ImportRecord.End(first.Value.Deserialize(TransferJson.Default.ExportTrailer)!),
                _ => throw Refused($"is '{name}', which this version does not know"),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second: half of a surrogate pair in a name.
            throw Refused($"is not valid: {(exception is JsonException json ? Reason(json) : "a text in it is no Unicode text")}");
        }
    }

    private void RequireMembers(JsonElement root, string name)
    {
        string[] others = name switch { "group" => ["members"], "item" => ["searchableFrom", "activities"], _ => [] };
        foreach (JsonProperty member in root.EnumerateObject().Skip(1))
        {
            if (!others.Contains(member.Name, StringComparer.Ordinal))
            {
                throw Refused($"has a member '{member.Name}', which '{name}' does not have");
            }
        }
    }

    private ImportRecord? ReadHeader(JsonElement sent) => sent.Deserialize(TransferJson.Default.ExportHeader) == request.Header
        ? null
        : throw Refused("is not the header that the import was begun with");

    private ImportRecord.Group ReadGroup(JsonElement sent, JsonElement root)
    {
        var problems = new Problems();
        ExternalGroup? group = GroupRules.ReadCreate(sent, GraphVersion.V1, problems);
        var members = new List<Identity>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonElement element in Array(root, "members"))
        {
            if (members.Count == groups.MaxMembers)
            {
                throw Refused($"has more than {groups.MaxMembers} members, which is the limit of Groups:MaxMembers here");
            }

            if (IdentityRules.ReadOrNull(element, $"$.members[{members.Count}]", GraphVersion.V1, problems, out _) is not { } member)
            {
                break;
            }

            if (!ids.Add(member.Id))
            {
                throw Refused($"has the member '{member.Id}' twice");
            }

            members.Add(member);
        }

        Require(problems);
        return new ImportRecord.Group(group!, members);
    }

    private ImportRecord.Item ReadItem(JsonElement sent, JsonElement root)
    {
        if (_schema is null)
        {
            throw Refused("is an item of a connection without a schema in force");
        }

        var problems = new Problems();
        string? named = sent.ValueKind == JsonValueKind.Object && sent.TryGetProperty("id", out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (!ItemId.TryParse(named, isLenient: true, out ItemId id))
        {
            throw Refused("is an item without an id that one can have");
        }

        _place += $", item '{id}',";
        ItemWrite? write = ItemReader.ReadOrNull(sent, id, GraphVersion.Beta, _schema, isPeople: false, _lenient, problems);
        if (write is not null)
        {
            ItemRules.RequireComplete(write, problems);
        }

        long searchableFrom = root.TryGetProperty("searchableFrom", out JsonElement from) ? from.GetInt64() : 0;
        List<ExternalActivity> activities = ReadActivities(root, problems);
        Require(problems);
        byte[] acl = AclJson.ToBytes(write!.Acl!);
        return new ImportRecord.Item(
            write with { Activities = activities }, acl, SHA256.HashData(acl), ItemExcerpt.OfOrNull(write.Content), Math.Max(0, searchableFrom));
    }

    private List<ExternalActivity> ReadActivities(JsonElement root, Problems problems)
    {
        var activities = new List<ExternalActivity>();
        foreach (JsonElement element in Array(root, "activities"))
        {
            string path = $"$.activities[{activities.Count}]";
            if (element.ValueKind != JsonValueKind.Object
                || !element.TryGetProperty("type", out JsonElement type) || type.ValueKind != JsonValueKind.String
                || !WireNames<ExternalActivityType>.TryParse(type.GetString()!, out ExternalActivityType kind)
                || !element.TryGetProperty("startDateTime", out JsonElement started) || !started.TryGetDateTimeOffset(out DateTimeOffset start)
                || !element.TryGetProperty("performedBy", out JsonElement actor)
                || IdentityRules.ReadOrNull(actor, path + ".performedBy", GraphVersion.V1, problems, out _) is not { } performedBy)
            {
                problems.Rule(path, ActivityRules.Invalid, "An activity has a 'type', a 'startDateTime' and a 'performedBy'.");
                break;
            }

            activities.Add(new ExternalActivity(kind, start, performedBy));
        }

        return activities;
    }

    private JsonElement[] Array(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out JsonElement value))
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : throw Refused($"has a member '{name}' that is no array");
    }

    private string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Refused("names nothing: its value is no text");

    private void Require(Problems problems)
    {
        if (problems.Count > 0)
        {
            throw Refused($"is not valid: {problems[0].Path}: {problems[0].Message}");
        }
    }

    /// <summary>Without the exception's own text, which may quote the item.</summary>
    private static string Reason(JsonException exception) => exception.Path is { Length: > 0 } path
        ? $"{path} is missing, unknown, or of another type"
        : exception.BytePositionInLine is { } position ? $"no JSON at byte {position + 1}" : "a member stands twice, or the nesting is too deep";

    private ImportRefusedException Refused(string why) => new($"{_place} {why}.");
}

/// <summary>An import cannot go on with what was sent; nothing of it was kept.</summary>
internal sealed class ImportRefusedException(string reason) : Exception(reason);
