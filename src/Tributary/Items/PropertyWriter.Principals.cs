using System.Text.Json;
using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Items;

internal readonly ref partial struct PropertyWriter
{
    public static readonly GraphType PrincipalType =
        new(
            GraphType.ExternalConnectors + "principal",
            isOpen: false,
            "externalName",
            "externalId",
            "entraDisplayName",
            "entraId",
            "email",
            "upn",
            "tenantId");

    private static readonly GraphType PrincipalCollectionType = new(GraphType.ExternalConnectors + "principalCollection", isOpen: false, "principals");

    /// <summary>
    /// Both shapes (6.7): <c>{ "principals": [ … ] }</c>, of which there is one source, and the plain array of OData. The shape is kept.
    /// </summary>
    private void WritePrincipals(Property property, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            WriteArray(property, value);
            return;
        }

        string path = PropertyTexts.PathOf(property, -1);
        if (value.ValueKind != JsonValueKind.Object
            || GraphObject.Open(value, path, PrincipalCollectionType, _version, _problems) is not { } collection)
        {
            Mismatch(property, value, -1, "an array of principals, or an object with the array 'principals'");
            return;
        }

        if (collection.ValueOrNull("principals") is not { ValueKind: JsonValueKind.Array } principals)
        {
            Refuse(property, -1, $"The principalCollection '{property.Name}' needs 'principals', an array.");
            return;
        }

        _writer.WriteStartObject();
        WriteOwnType(value);
        _writer.WritePropertyName("principals"u8);
        WriteArray(property, principals);
        _writer.WriteEndObject();
    }

    /// <summary>Seven strings, all optional (6.7); stored as sent, nobody is looked up.</summary>
    private bool WritePrincipal(JsonElement value, Property property, int index)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            Mismatch(property, value, index, PropertyTexts.Needed(PropertyType.Principal));
            return false;
        }

        int before = _problems.Count;
        GraphObject principal = GraphObject.Open(value, PropertyTexts.PathOf(property, index), PrincipalType, _version, _problems)!;
        foreach (GraphMember member in PrincipalType.Members)
        {
            principal.StringOrNull(member.Name);
        }

        if (_problems.Count > before)
        {
            return false;
        }

        _writer.WriteStartObject();
        WriteOwnType(value);
        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.String && PrincipalType.DeclaredNameOrNull(member.Name, _version) is { } name)
            {
                _writer.WritePropertyName(name);
                WriteText(member.Value);
            }
        }

        _writer.WriteEndObject();
        return true;
    }

    /// <summary>Keeps the <c>@odata.type</c> of an object that was checked to be of its type; it goes first, where OData wants it.</summary>
    private void WriteOwnType(JsonElement value)
    {
        foreach (JsonProperty member in value.EnumerateObject())
        {
            if (GraphObject.NameOrNull(member) is { } name && name.Equals(PropertyTexts.TypeAnnotation, StringComparison.OrdinalIgnoreCase))
            {
                _writer.WritePropertyName(PropertyTexts.TypeAnnotation);
                WriteText(member.Value);
                return;
            }
        }
    }
}
