using System.Text.Json;
using System.Xml;
using Microsoft.OData.Edm;
using Microsoft.OData.Edm.Csdl;
using Tributary.Graph;
using Tributary.Metadata;
using Tributary.Tests.Metadata;

namespace Tributary.Tests.Compatibility;

/// <summary>A type, member or enum value of the model, and which versions have it.</summary>
/// <param name="Type">Without <c>microsoft.graph.</c>.</param>
/// <param name="Member">Empty for the type itself.</param>
/// <param name="Versions">The versions of this server that have it.</param>
/// <param name="IsPublished">Whether the published metadata has it.</param>
internal sealed record ModelMember(string Type, string Member, GraphVersions Versions, bool IsPublished)
{
    public string Name => Member.Length == 0 ? Type : $"{Type}.{Member}";
}

/// <summary>The model that this server publishes, held against the published one of the real service.</summary>
internal static class ModelMembers
{
    private const string Root = "microsoft.graph.";
    private const string Connectors = "externalConnectors.";

    public static IReadOnlyList<ModelMember> All { get; } = Read();

    private static List<ModelMember> Read()
    {
        HashSet<string> v1 = [.. Names(EdmModels.Of(GraphVersion.V1))];
        HashSet<string> beta = [.. Names(EdmModels.Of(GraphVersion.Beta))];
        HashSet<string> published = Published();
        return
        [
            .. v1.Union(beta).Union(published).Order(StringComparer.Ordinal).Select(name =>
            {
                string[] parts = name.Split('/');
                GraphVersions versions = (v1.Contains(name) ? GraphVersions.V1 : 0) | (beta.Contains(name) ? GraphVersions.Beta : 0);
                return new ModelMember(parts[0], parts[1], versions, published.Contains(name));
            }),
        ];
    }

    private static IEnumerable<string> Names(IEdmModel model)
    {
        foreach (IEdmSchemaElement element in model.SchemaElements)
        {
            string name = element.FullName()[Root.Length..];
            switch (element)
            {
                case IEdmEnumType type:
                    yield return name + "/";
                    foreach (IEdmEnumMember member in type.Members)
                    {
                        yield return $"{name}/{member.Name}";
                    }

                    break;
                case IEdmStructuredType type:
                    yield return name + "/";
                    foreach (IEdmProperty property in type.DeclaredProperties)
                    {
                        yield return $"{name}/{property.Name}";
                    }

                    break;
            }
        }
    }

    /// <summary>Of v1.0 the metadata itself, of beta what the published client has of the connectors' namespace.</summary>
    private static HashSet<string> Published()
    {
        using Stream excerpt = typeof(ModelMembers).Assembly.GetManifestResourceStream("v1.0-excerpt.xml")!;
        using var reader = XmlReader.Create(excerpt);
        Assert.True(CsdlReader.TryParse(reader, out IEdmModel v1, out IEnumerable<Microsoft.OData.Edm.Validation.EdmError> errors), string.Join('\n', errors));

        using Stream data = typeof(ModelMembers).Assembly.GetManifestResourceStream("beta-model.json")!;
        JsonElement beta = JsonDocument.Parse(data).RootElement;
        var types = beta.GetProperty("types").EnumerateObject().Select(type => (type.Name, type.Value.GetProperty("properties").EnumerateObject().Select(member => member.Name)));
        var enums = beta.GetProperty("enums").EnumerateObject().Select(type => (type.Name, type.Value.EnumerateArray().Select(member => member.GetString()!)));
        return
        [
            .. Names(v1),
            .. DirectoryMembers.Published.Select(line => line.Split(':')[0]).Select(name => name.Contains('.', StringComparison.Ordinal) ? name.Replace('.', '/') : name + "/"),
            .. types.Concat(enums).SelectMany(type => type.Item2.Select(member => $"{Connectors}{type.Name}/{member}").Prepend($"{Connectors}{type.Name}/")),
        ];
    }
}
