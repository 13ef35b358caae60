using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tributary.Directories.Scim;

/// <summary>Reads what a directory asks for out of the bodies that are kept.</summary>
internal static class ScimBody
{
    /// <summary>Without building the tree: asked for each of a group's members.</summary>
    public static string? DisplayNameOrNull(byte[] body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 128 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isIt = reader.ValueTextEquals("displayName"u8);
            reader.Read();
            if (isIt && reader.TokenType == JsonTokenType.String)
            {
                return reader.GetString();
            }

            reader.Skip();
        }

        return null;
    }

    public static DirectoryUser ToUser(ScimRecord record)
    {
        JsonObject body = record.Parse();
        var name = body["name"] as JsonObject;
        return new DirectoryUser
        {
            Id = record.Id,
            UserPrincipalName = TextOrNull(body["userName"])!,
            DisplayName = TextOrNull(body["displayName"]) ?? TextOrNull(name?["formatted"]),
            GivenName = TextOrNull(name?["givenName"]),
            Surname = TextOrNull(name?["familyName"]),
            Mail = MailOrNull(body["emails"] as JsonArray),
            JobTitle = TextOrNull(body["title"]),
            Department = TextOrNull((body[ScimSchemas.EnterpriseId] as JsonObject)?["department"]),
            IsEnabled = body["active"]?.GetValueKind() != JsonValueKind.False,
            IsGuest = TextOrNull(body["userType"])?.ToUpperInvariant() switch
            {
                "GUEST" => true,
                "MEMBER" => false,
                _ => null,
            },
            ExternalId = TextOrNull(body["externalId"]),
        };
    }

    /// <summary>SCIM's groups have a name and members only; what a client sends beyond that is taken by Graph's names.</summary>
    public static DirectoryGroup ToGroup(ScimRecord record)
    {
        JsonObject body = record.Parse();
        return new DirectoryGroup
        {
            Id = record.Id,
            DisplayName = TextOrNull(body["displayName"]),
            Description = TextOrNull(body["description"]),
            Mail = TextOrNull(body["mail"]),
            ExternalId = TextOrNull(body["externalId"]),
        };
    }

    private static string? MailOrNull(JsonArray? emails)
    {
        JsonObject[] all = [.. emails?.OfType<JsonObject>() ?? []];
        return TextOrNull((all.FirstOrDefault(ScimValues.IsPrimary)
            ?? all.FirstOrDefault(email => "work".Equals(TextOrNull(email["type"]), StringComparison.OrdinalIgnoreCase))
            ?? all.FirstOrDefault())?["value"]);
    }

    private static string? TextOrNull(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
