using System.Text.Json;
using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Tests.Schemas;

/// <summary>A schema body put through reader and rules, as the endpoint does it.</summary>
internal sealed class SchemaTrial
{
    private SchemaTrial(Schema? schema, Problems problems)
    {
        Result = schema;
        Problems = problems;
    }

    public Schema? Result { get; }

    public Problems Problems { get; }

    /// <summary>The codes in the order reported.</summary>
    public IEnumerable<string> Codes => Problems.Select(problem => problem.Code);

    public static SchemaTrial Create(string body, bool isPeople = false, SchemaOptions? options = null, GraphVersion version = GraphVersion.Beta) =>
        Run(body, version, (read, problems) => SchemaRules.CheckCreate(read, isPeople, options ?? new SchemaOptions(), problems));

    /// <summary>Creates a schema with just these properties.</summary>
    public static SchemaTrial CreateWith(string properties, bool isPeople = false, SchemaOptions? options = null) =>
        Create($$"""{ "baseType": "microsoft.graph.externalItem", "properties": [ {{properties}} ] }""", isPeople, options);

    /// <summary>Registers <paramref name="stored"/>, which must be good, then sends <paramref name="body"/>.</summary>
    public static SchemaTrial Update(
        string stored, string body, bool isPeople = false, SchemaOptions? options = null, GraphVersion version = GraphVersion.Beta)
    {
        Schema current = CreateWith(stored, isPeople, options).Accepted();
        return Run(body, version, (read, problems) => SchemaRules.CheckUpdate(read, current, isPeople, options ?? new SchemaOptions(), problems));
    }

    public static SchemaTrial UpdateWith(string stored, string properties, bool isPeople = false, SchemaOptions? options = null) =>
        Update(stored, $$"""{ "properties": [ {{properties}} ] }""", isPeople, options);

    public Schema Accepted()
    {
        Assert.Empty(Problems);
        Assert.NotNull(Result);
        return Result;
    }

    /// <summary>Asserts that this is all that was found wrong.</summary>
    public void RefusedFor(string code, string path, string? message = null)
    {
        Assert.Null(Result);
        Problem problem = Assert.Single(Problems);
        Assert.Equal(code, problem.Code);
        Assert.Equal(path, problem.Path);
        if (message is not null)
        {
            Assert.Equal(message, problem.Message);
        }
    }

    private static SchemaTrial Run(string body, GraphVersion version, Func<SchemaBody, Problems, Schema?> check)
    {
        var problems = new Problems();
        using JsonDocument json = JsonDocument.Parse(body);
        SchemaBody? read = SchemaReader.Read(json.RootElement, version, problems);
        return new SchemaTrial(read is null ? null : check(read, problems), problems);
    }
}
