using System.Text.Json;
using Microsoft.Extensions.Options;
using Tributary.Graph;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Directories.Scim;

/// <summary>What there is and how it is shaped (RFC 7643, 5 to 7; RFC 7644, 4).</summary>
internal static class ScimDiscovery
{
    private const string ResourceTypes = "/ResourceTypes";
    private const string Schemas = "/Schemas";

    public static void MapScimDiscovery(this IEndpointRouteBuilder scim)
    {
        scim.MapGet("/ServiceProviderConfig", (HttpContext http, [FromServices] IOptions<PublicUrlOptions> links) =>
            ScimResult.Ok(writer => WriteConfig(writer, RootOf(http, links))));
        scim.MapGet(ResourceTypes, (HttpContext http, [FromServices] IOptions<PublicUrlOptions> links) =>
            List(http, ScimResourceType.All, (writer, type) => Write(writer, type, RootOf(http, links))));
        scim.MapGet(ResourceTypes + "/{name}", (HttpContext http, [FromServices] IOptions<PublicUrlOptions> links, string name) =>
            ScimResourceType.All.FirstOrDefault(type => type.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found
                ? ScimResult.Ok(writer => Write(writer, found, RootOf(http, links)))
                : ScimResult.Of(ScimErrors.NotFound("resource type", name)));
        scim.MapGet(Schemas, (HttpContext http, [FromServices] IOptions<PublicUrlOptions> links) =>
            List(http, ScimSchemas.All, (writer, schema) => Write(writer, schema, RootOf(http, links))));
        scim.MapGet(Schemas + "/{name}", (HttpContext http, [FromServices] IOptions<PublicUrlOptions> links, string name) =>
            ScimSchemas.All.FirstOrDefault(schema => schema.Id.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found
                ? ScimResult.Ok(writer => Write(writer, found, RootOf(http, links)))
                : ScimResult.Of(ScimErrors.NotFound("schema", name)));
    }

    private static string RootOf(HttpContext http, IOptions<PublicUrlOptions> links) =>
        $"{links.Value.OriginOf(http.Request)}{ScimResult.Root}/{ScimCaller.Of(http).TenantId}";

    /// <summary>All of it at once; a filter is refused, as RFC 7644, 4, demands.</summary>
    private static ScimResult List<T>(HttpContext http, IReadOnlyList<T> entries, Action<Utf8JsonWriter, T> write) => http.Request.Query.ContainsKey("filter")
        ? ScimResult.Of(ScimErrors.DiscoveryFilter)
        : ScimResult.Ok(writer => ScimJson.WriteList(writer, entries.Count, 1, entries.Count, resources =>
        {
            foreach (T entry in entries)
            {
                write(resources, entry);
            }
        }));

    private static void WriteConfig(Utf8JsonWriter writer, string root)
    {
        writer.WriteStartObject();
        WriteStrings(writer, "schemas", [ScimSchemas.ServiceProviderConfigId]);
        WriteSupported(writer, "patch", true);
        writer.WriteEndObject();
        WriteSupported(writer, "bulk", false);
        writer.WriteNumber("maxOperations", 0);
        writer.WriteNumber("maxPayloadSize", 0);
        writer.WriteEndObject();
        WriteSupported(writer, "filter", true);
        writer.WriteNumber("maxResults", ScimQuery.MaxCount);
        writer.WriteEndObject();
        WriteSupported(writer, "changePassword", false);
        writer.WriteEndObject();
        WriteSupported(writer, "sort", true);
        writer.WriteEndObject();
        WriteSupported(writer, "etag", true);
        writer.WriteEndObject();
        writer.WriteStartArray("authenticationSchemes");
        writer.WriteStartObject();
        writer.WriteString("type", "oauthbearertoken");
        writer.WriteString("name", "Bearer secret");
        writer.WriteString("description", "A secret of the tenant, sent as a bearer token.");
        writer.WriteString("specUri", "https://www.rfc-editor.org/rfc/rfc6750");
        writer.WriteBoolean("primary", true);
        writer.WriteEndObject();
        writer.WriteEndArray();
        WriteMeta(writer, "ServiceProviderConfig", root + "/ServiceProviderConfig");
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ScimResourceType type, string root)
    {
        writer.WriteStartObject();
        WriteStrings(writer, "schemas", [ScimSchemas.ResourceTypeId]);
        writer.WriteString("id", type.Name);
        writer.WriteString("name", type.Name);
        writer.WriteString("endpoint", type.Endpoint);
        writer.WriteString("description", type.Core.Description);
        writer.WriteString("schema", type.Core.Id);
        writer.WriteStartArray("schemaExtensions");
        if (type.Extension is { } extension)
        {
            writer.WriteStartObject();
            writer.WriteString("schema", extension.Id);
            writer.WriteBoolean("required", false);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteMeta(writer, "ResourceType", $"{root}{ResourceTypes}/{type.Name}");
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ScimSchema schema, string root)
    {
        writer.WriteStartObject();
        WriteStrings(writer, "schemas", [ScimSchemas.SchemaId]);
        writer.WriteString("id", schema.Id);
        writer.WriteString("name", schema.Name);
        writer.WriteString("description", schema.Description);
        WriteAttributes(writer, "attributes", schema.Attributes);
        WriteMeta(writer, "Schema", $"{root}{Schemas}/{schema.Id}");
        writer.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter writer, string name, IReadOnlyList<ScimAttribute> attributes)
    {
        writer.WriteStartArray(name);
        foreach (ScimAttribute attribute in attributes)
        {
            writer.WriteStartObject();
            writer.WriteString("name", attribute.Name);
            writer.WriteString("type", JsonNamingPolicy.CamelCase.ConvertName(attribute.Type.ToString()));
            writer.WriteBoolean("multiValued", attribute.IsMultiValued);
            writer.WriteString("description", attribute.Description);
            writer.WriteBoolean("required", attribute.IsRequired);
            writer.WriteBoolean("caseExact", attribute.IsCaseExact);
            writer.WriteString("mutability", attribute.IsReadOnly ? "readOnly" : attribute.IsImmutable ? "immutable" : "readWrite");
            writer.WriteString("returned", attribute.Returned);
            writer.WriteString("uniqueness", attribute.Uniqueness);
            if (attribute.CanonicalValues.Count > 0)
            {
                WriteStrings(writer, "canonicalValues", attribute.CanonicalValues);
            }

            if (attribute.ReferenceTypes.Count > 0)
            {
                WriteStrings(writer, "referenceTypes", attribute.ReferenceTypes);
            }

            if (attribute.SubAttributes.Count > 0)
            {
                WriteAttributes(writer, "subAttributes", attribute.SubAttributes);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteSupported(Utf8JsonWriter writer, string name, bool isSupported)
    {
        writer.WriteStartObject(name);
        writer.WriteBoolean("supported", isSupported);
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

    private static void WriteMeta(Utf8JsonWriter writer, string resourceType, string location)
    {
        writer.WriteStartObject("meta");
        writer.WriteString("resourceType", resourceType);
        writer.WriteString("location", location);
        writer.WriteEndObject();
    }
}
