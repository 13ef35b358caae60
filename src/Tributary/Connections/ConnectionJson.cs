using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Connections;

/// <summary>A connection as JSON: on the wire, per version, and in the store.</summary>
internal static class ConnectionJson
{
    /// <summary>
    /// Writes the members in the order of the documented answers. The answer to create shows those that are set; GET shows the whole entity, unset ones as
    /// <c>null</c> (external-connectors 3.4), or what of it was selected. What a version does not declare is left out.
    /// </summary>
    public static void Write(Utf8JsonWriter writer, ShownConnection shown, GraphRequest request, string? context, bool isWhole)
    {
        (StoredConnection stored, Selection selection, Schema? schema) = shown;
        ExternalConnection connection = stored.Connection;
        writer.WriteStartObject();
        if (context is not null)
        {
            writer.WriteString("@odata.context", context);
        }

        writer.WriteString("id", connection.Id);
        WriteOrNull("name", connection.Name, writer.WriteStringValue);
        WriteOrNull("description", connection.Description, writer.WriteStringValue);
        WriteOrNull("state", WireNames<ConnectionState>.Get(stored.State), writer.WriteStringValue);
        WriteOrNull("configuration", connection.Configuration, configuration => WriteConfiguration(writer, configuration));
        WriteOrNull("connectorId", connection.ConnectorId, writer.WriteStringValue);
        WriteOrNull("activitySettings", connection.ActivitySettings, settings => WriteActivitySettings(writer, settings));
        WriteOrNull("searchSettings", connection.SearchSettings, settings => WriteTemplates(writer, "searchResultTemplates", settings.SearchResultTemplates));
        if (isWhole || connection.ContentCategory is not null)
        {
            ContentCategory category = connection.ContentCategory ?? ContentCategory.Uncategorized;
            WriteOrNull("contentCategory", WireNames<ContentCategory>.Get(category), writer.WriteStringValue);
        }

        WriteOrNull(
            "complianceSettings",
            connection.ComplianceSettings,
            settings => WriteTemplates(writer, "eDiscoveryResultTemplates", settings.EDiscoveryResultTemplates));
        if (isWhole || connection.EnabledContentExperiences is not null)
        {
            WriteOrNull("enabledContentExperiences", WireText(connection.EnabledContentExperiences ?? ContentExperiences.Search), writer.WriteStringValue);
        }

        if (isWhole && IsShown("ingestedItemsCount"))
        {
            if (stored.State == ConnectionState.Draft)
            {
                writer.WriteNull("ingestedItemsCount");
            }
            else
            {
                request.Format.WriteInt64(writer, "ingestedItemsCount", stored.ItemCount);
            }
        }

        if (selection.Expands("schema"))
        {
            WriteSchema(writer, connection.Id, schema, request);
        }

        writer.WriteEndObject();

        void WriteOrNull<T>(string name, T? value, Action<T> write)
            where T : class
        {
            if (!IsShown(name))
            {
                return;
            }

            if (value is not null)
            {
                writer.WritePropertyName(name);
                write(value);
            }
            else if (isWhole)
            {
                writer.WriteNull(name);
            }
        }

        bool IsShown(string name) => selection.Has(name) && ConnectionTypes.ExternalConnection.DeclaredNameOrNull(name, request.Version) is not null;
    }

    public static byte[] Serialize(ExternalConnection connection) =>
        JsonSerializer.SerializeToUtf8Bytes(connection, ConnectionStorageContext.Default.ExternalConnection);

    public static ExternalConnection Deserialize(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, ConnectionStorageContext.Default.ExternalConnection)!;

    private static void WriteSchema(Utf8JsonWriter writer, string connectionId, Schema? schema, GraphRequest request)
    {
        if (request.Context($"external/connections('{connectionId}')/schema/$entity") is { } context)
        {
            writer.WriteString("schema@odata.context", context);
        }

        if (schema is null)
        {
            writer.WriteNull("schema");
            return;
        }

        writer.WriteStartObject("schema");
        SchemaJson.Write(writer, schema, request.Version, request.IncludeUnknownEnumMembers);
        writer.WriteEndObject();
    }

    private static string WireText(ContentExperiences experiences) => experiences switch
    {
        ContentExperiences.Search => "search",
        ContentExperiences.Compliance => "compliance",
        _ => "search, compliance",
    };

    private static void WriteConfiguration(Utf8JsonWriter writer, ConnectionConfiguration configuration)
    {
        writer.WriteStartObject();
        WriteStrings(writer, "authorizedAppIds", configuration.AuthorizedAppIds);
        foreach ((string name, JsonElement value) in configuration.Dynamic ?? [])
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    private static void WriteTemplates(Utf8JsonWriter writer, string name, IReadOnlyList<DisplayTemplate> templates)
    {
        writer.WriteStartObject();
        writer.WriteStartArray(name);
        foreach (DisplayTemplate template in templates)
        {
            writer.WriteStartObject();
            writer.WriteString("id", template.Id);
            writer.WriteNumber("priority", template.Priority);
            writer.WritePropertyName("layout");
            template.Layout.WriteTo(writer);
            writer.WriteStartArray("rules");
            foreach (PropertyRule rule in template.Rules)
            {
                writer.WriteStartObject();
                writer.WriteString("property", rule.Property);
                writer.WriteString("operation", WireNames<RuleOperation>.Get(rule.Operation));
                WriteStrings(writer, "values", rule.Values);
                writer.WriteString("valuesJoinedBy", WireNames<BinaryOperator>.Get(rule.ValuesJoinedBy));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteActivitySettings(Utf8JsonWriter writer, ActivitySettings settings)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("urlToItemResolvers");
        foreach (ItemIdResolver resolver in settings.UrlToItemResolvers)
        {
            writer.WriteStartObject();
            writer.WriteString("@odata.type", "#" + ConnectionTypes.ItemIdResolver.Name);
            writer.WriteNumber("priority", resolver.Priority);
            writer.WriteString("itemId", resolver.ItemId);
            writer.WriteStartObject("urlMatchInfo");
            WriteStrings(writer, "baseUrls", resolver.BaseUrls);
            writer.WriteString("urlPattern", resolver.UrlPattern);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}

/// <summary>A connection with what of it is shown.</summary>
/// <param name="Stored">The connection.</param>
/// <param name="Selection">Its members that are shown.</param>
/// <param name="Schema">Its schema, where that is expanded and there is one.</param>
internal readonly record struct ShownConnection(StoredConnection Stored, Selection Selection, Schema? Schema);

/// <summary>The stored form; members may be added, never renamed.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExternalConnection))]
internal sealed partial class ConnectionStorageContext : JsonSerializerContext;
