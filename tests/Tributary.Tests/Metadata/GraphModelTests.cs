using System.Reflection;
using System.Text.Json;
using System.Xml;
using Microsoft.OData.Edm;
using Microsoft.OData.Edm.Csdl;
using Microsoft.OData.Edm.Validation;
using Tributary.Graph;
using Tributary.Metadata;

namespace Tributary.Tests.Metadata;

/// <summary>What the two versions have is what is published of them, member by member; each difference is named here.</summary>
public class GraphModelTests
{
    private const string Connectors = "microsoft.graph.externalConnectors.";

    [Fact]
    public void V1_is_the_published_metadata_but_for_what_is_not_hosted()
    {
        using Stream excerpt = typeof(GraphModelTests).Assembly.GetManifestResourceStream("v1.0-excerpt.xml")!;
        using var reader = XmlReader.Create(excerpt);
        Assert.True(CsdlReader.TryParse(reader, out IEdmModel published, out IEnumerable<EdmError> errors), string.Join('\n', errors));

        string[] expected = [.. Lines(published)];
        string[] actual = [.. Lines(EdmModels.Of(GraphVersion.V1), ofDirectory: false)];

        // The answers of the search administration are another API.
        Assert.Equal(
            [
                "navigation microsoft.graph.searchEntity.acronyms: Collection(microsoft.graph.search.acronym) contained=True",
                "navigation microsoft.graph.searchEntity.bookmarks: Collection(microsoft.graph.search.bookmark) contained=True",
                "navigation microsoft.graph.searchEntity.qnas: Collection(microsoft.graph.search.qna) contained=True",
            ],
            expected.Except(actual));
        Assert.Empty(actual.Except(expected));
    }

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public void Of_the_directorys_types_there_is_what_is_served_and_each_of_its_members_is_one_of_the_reference(string version)
    {
        IEdmModel model = EdmModels.Of(version == "beta" ? GraphVersion.Beta : GraphVersion.V1);
        string[] actual = [.. model.SchemaElements.OfType<IEdmStructuredType>().Where(type => DirectoryMembers.Has(type.FullTypeName())).SelectMany(type =>
            type.DeclaredProperties.Select(property => $"{type.FullTypeName()[GraphType.Graph.Length..]}.{property.Name}: {property.Type.Definition.FullTypeName()}")
                .Prepend(type.FullTypeName()[GraphType.Graph.Length..]))];

        Assert.Equal(DirectoryMembers.Published, actual.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Beta_has_every_type_and_member_that_the_published_client_has_and_no_other()
    {
        using Stream data = typeof(GraphModelTests).Assembly.GetManifestResourceStream("beta-model.json")!;
        JsonElement published = JsonDocument.Parse(data).RootElement;
        IEdmModel beta = EdmModels.Of(GraphVersion.Beta);

        string[] expected =
        [
            .. published.GetProperty("enums").EnumerateObject().SelectMany(type => type.Value.EnumerateArray().Select(member => $"{type.Name}.{member.GetString()}")),
            .. published.GetProperty("types").EnumerateObject().Select(type => $"{type.Name} : {type.Value.GetProperty("base").GetString()?.ToLowerInvariant()}"),
            .. published.GetProperty("types").EnumerateObject().SelectMany(
                type => type.Value.GetProperty("properties").EnumerateObject().Select(member => $"{type.Name}.{member.Name}: {member.Value.GetString()}")),
        ];
        string[] actual = [.. beta.SchemaElements.Where(element => element.Namespace == "microsoft.graph.externalConnectors").SelectMany(ClientLines)];

        Assert.Equal(
            [
                // Other products at the same root.
                "external.authorizationSystems: AuthorizationSystem[]",
                "external.industryData: IndustryDataRoot",
            ],
            expected.Except(actual));
        Assert.Equal(
            [
                // Named by propertyType alone, so that the client generator leaves it out; v1.0 has it.
                "principal : ",
                "principal.email: string",
                "principal.entraDisplayName: string",
                "principal.entraId: string",
                "principal.externalId: string",
                "principal.externalName: string",
                "principal.tenantId: string",
                "principal.upn: string",
            ],
            actual.Except(expected).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Beta_has_all_that_v1_has()
    {
        string[] beta = [.. Lines(EdmModels.Of(GraphVersion.Beta))];

        Assert.Empty(Lines(EdmModels.Of(GraphVersion.V1)).Except(beta));
    }

    [Fact]
    public void What_only_beta_has_is_this()
    {
        string[] v1 = [.. Lines(EdmModels.Of(GraphVersion.V1))];

        Assert.Equal(
            [
                "complex microsoft.graph.externalConnectors.complianceSettings open=False abstract=False base=",
                "complex microsoft.graph.externalConnectors.rankingHint open=False abstract=False base=",
                "entity microsoft.graph.externalConnectors.connectionQuota open=False abstract=False base=microsoft.graph.entity",
                "enum microsoft.graph.externalConnectors.contentExperienceType flags=True",
                "enum microsoft.graph.externalConnectors.contentExperienceType.compliance = 2",
                "enum microsoft.graph.externalConnectors.contentExperienceType.search = 1",
                "enum microsoft.graph.externalConnectors.contentExperienceType.unknownFutureValue = 4",
                "enum microsoft.graph.externalConnectors.identitySourceType flags=False",
                "enum microsoft.graph.externalConnectors.identitySourceType.azureActiveDirectory = 1",
                "enum microsoft.graph.externalConnectors.identitySourceType.external = 2",
                "enum microsoft.graph.externalConnectors.identitySourceType.unknownFutureValue = 3",
                "enum microsoft.graph.externalConnectors.importanceScore flags=False",
                "enum microsoft.graph.externalConnectors.importanceScore.high = 2",
                "enum microsoft.graph.externalConnectors.importanceScore.low = 0",
                "enum microsoft.graph.externalConnectors.importanceScore.medium = 1",
                "enum microsoft.graph.externalConnectors.importanceScore.unknownFutureValue = 4",
                "enum microsoft.graph.externalConnectors.importanceScore.veryHigh = 3",
                "navigation microsoft.graph.externalConnectors.externalConnection.quota: microsoft.graph.externalConnectors.connectionQuota contained=True",
                "property microsoft.graph.externalConnectors.acl.identitySource: microsoft.graph.externalConnectors.identitySourceType nullable=True",
                "property microsoft.graph.externalConnectors.complianceSettings.eDiscoveryResultTemplates: Collection(microsoft.graph.externalConnectors.displayTemplate) nullable=True",
                "property microsoft.graph.externalConnectors.connectionQuota.itemsRemaining: Edm.Int64 nullable=True",
                "property microsoft.graph.externalConnectors.externalConnection.complianceSettings: microsoft.graph.externalConnectors.complianceSettings nullable=True",
                "property microsoft.graph.externalConnectors.externalConnection.enabledContentExperiences: microsoft.graph.externalConnectors.contentExperienceType nullable=True",
                "property microsoft.graph.externalConnectors.externalConnection.ingestedItemsCount: Edm.Int64 nullable=True",
                "property microsoft.graph.externalConnectors.property.isExactMatchRequired: Edm.Boolean nullable=True",
                "property microsoft.graph.externalConnectors.property.rankingHint: microsoft.graph.externalConnectors.rankingHint nullable=True",
                "property microsoft.graph.externalConnectors.rankingHint.importanceScore: microsoft.graph.externalConnectors.importanceScore nullable=True",
            ],
            Lines(EdmModels.Of(GraphVersion.Beta)).Except(v1).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_type_that_a_body_is_read_as_is_one_of_the_model()
    {
        IEnumerable<GraphType> declared = typeof(GraphType).Assembly.GetTypes()
            .Where(type => !type.ContainsGenericParameters)
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => field.FieldType == typeof(GraphType))
            .Select(field => (GraphType)field.GetValue(null)!)

            // The operator's endpoints are no part of Graph.
            .Where(type => !type.Name.StartsWith("tributary.", StringComparison.Ordinal));

        Assert.Equal(
            [
                // The parameters of actions, which stand with the actions or, those of the directory, nowhere.
                Connectors + "addActivities",

                // One source's shape of a value, beside the plain collection that the metadata implies.
                Connectors + "principalCollection",
                "microsoft.graph.getByIds",
                "microsoft.graph.getMemberGroups",
            ],
            declared.Except(GraphModel.Types).Select(type => type.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("externalConnection", "groups")]
    [InlineData("externalConnection", "schema")]
    [InlineData("externalGroup", "members")]
    public void A_relationship_is_no_member_of_a_body(string type, string member) =>
        Assert.Null(GraphModel.Types.Single(candidate => candidate.Name == Connectors + type).DeclaredNameOrNull(member, GraphVersion.Beta));

    [Theory]
    [InlineData("v1.0")]
    [InlineData("beta")]
    public void The_model_is_valid_but_for_entity_types_without_a_key_which_the_published_one_has_too(string version)
    {
        EdmModels.Of(version == "beta" ? GraphVersion.Beta : GraphVersion.V1).Validate(out IEnumerable<EdmError> errors);

        Assert.All(errors, error => Assert.Equal(EdmErrorCode.KeyMissingOnEntityType, error.ErrorCode));
    }

    /// <summary>The model as lines that can be compared, without its container.</summary>
    private static IEnumerable<string> Lines(IEdmModel model, bool ofDirectory = true)
    {
        foreach (IEdmSchemaElement element in model.SchemaElements.Where(element => ofDirectory || !DirectoryMembers.Has(element.FullName())))
        {
            switch (element)
            {
                case IEdmEnumType type:
                    yield return $"enum {type.FullTypeName()} flags={type.IsFlags}";
                    foreach (IEdmEnumMember member in type.Members)
                    {
                        yield return $"enum {type.FullTypeName()}.{member.Name} = {member.Value.Value}";
                    }

                    break;
                case IEdmStructuredType type:
                    string kind = type is IEdmEntityType ? "entity" : "complex";
                    yield return $"{kind} {element.FullName()} open={type.IsOpen} abstract={type.IsAbstract} base={(type.BaseType as IEdmSchemaElement)?.FullName()}";
                    foreach (IEdmProperty property in type.DeclaredProperties)
                    {
                        yield return property is IEdmNavigationProperty navigation
                            ? $"navigation {element.FullName()}.{property.Name}: {property.Type.Definition.FullTypeName()} contained={navigation.ContainsTarget}"
                            : $"property {element.FullName()}.{property.Name}: {property.Type.Definition.FullTypeName()} nullable={IsNullable(property.Type)}";
                    }

                    break;
                case IEdmAction action:
                    yield return $"action {action.FullName()}({string.Join(", ", action.Parameters.Select(parameter => $"{parameter.Name}: {parameter.Type.Definition.FullTypeName()} nullable={IsNullable(parameter.Type)}"))}): {action.GetReturn().Type.Definition.FullTypeName()} nullable={IsNullable(action.GetReturn().Type)} bound={action.IsBound}";
                    break;
            }
        }
    }

    /// <summary>In a collection it is the elements that may be null or not.</summary>
    private static bool IsNullable(IEdmTypeReference type) => type.IsCollection() ? type.AsCollection().ElementType().IsNullable : type.IsNullable;

    /// <summary>An element as the published client has it.</summary>
    private static IEnumerable<string> ClientLines(IEdmSchemaElement element)
    {
        switch (element)
        {
            case IEdmEnumType type:
                return type.Members.Select(member => $"{type.Name}.{member.Name}");
            case IEdmStructuredType type:
                return
                [
                    $"{element.Name} : {(type.BaseType as IEdmSchemaElement)?.Name.ToLowerInvariant()}",
                    .. type.DeclaredProperties.Select(property => $"{element.Name}.{property.Name}: {ClientType(property.Type)}"),
                ];
            default:
                return [];
        }
    }

    private static string ClientType(IEdmTypeReference type)
    {
        if (type.IsCollection())
        {
            return ClientType(type.AsCollection().ElementType()) + "[]";
        }

        string name = ((IEdmSchemaElement)type.Definition).Name;
        return name switch
        {
            "String" => "string",
            "Boolean" => "boolean",
            "Int32" or "Int64" => "number",
            "DateTimeOffset" => "Date",
            "Json" => "UntypedNode",
            _ => char.ToUpperInvariant(name[0]) + name[1..] + (type.Definition is IEdmEnumType { IsFlags: true } ? "[]" : ""),
        };
    }
}
