using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Tributary.Acls;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Items;
using Tributary.Schemas;
using Tributary.Search.Kql;
using Tributary.Search.Spelling;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Search;

/// <summary><c>POST /tributary/search/explain</c>: why an item has the score it has for a query. For the operator: who may see the item does not matter.</summary>
internal static class ExplainEndpoints
{
    private static readonly GraphType Type = new("tributary.explain", isOpen: false, "tenantId", "connectionId", "itemId", "queryString", "queryTemplate");

    public static void MapExplain(this IEndpointRouteBuilder endpoints) => endpoints.MapPost("/tributary/search/explain", ExplainAsync).RequireOperator();

    private static async Task<Results<GraphResult, GraphErrorResult>> ExplainAsync(
        HttpContext http,
        [FromServices] IConnectionStore connections,
        [FromServices] SchemaVersions schemas,
        [FromServices] ISearchIndex index,
        [FromServices] IOptions<SearchOptions> options,
        [FromServices] TimeProvider time)
    {
        using RequestBody body = await RequestBody.ReadAsync(http);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        var problems = new Problems();
        if (ReadOrNull(body, problems) is not { } asked)
        {
            return new GraphErrorResult(GraphErrors.Invalid(problems));
        }

        if (await connections.FindOrNullAsync(asked.TenantId, asked.ConnectionId, http.RequestAborted) is not { IsDeleting: false } connection
            || await schemas.FindOrNullAsync(connection.Key, connection.ActiveSchema, http.RequestAborted) is not { } schema)
        {
            return new GraphErrorResult(GraphErrors.NotFound("Connection"));
        }

        var when = new QueryTime(time.GetUtcNow(), QueryCulture.FirstDayOfWeek(http.Request.Headers.AcceptLanguage));
        if (QueryOrNull(asked, connection, schema, options.Value, when, problems, http.RequestAborted) is not { } query)
        {
            return new GraphErrorResult(GraphErrors.Invalid(problems));
        }

        using var deadline = SearchDeadline.Start(options.Value.Timeout, time, http.RequestAborted);
        try
        {
            (IndexExplanation? explanation, QueryBreadth? tooBroad) = await index.ExplainAsync(query, asked.ItemId, deadline.Token);
            return tooBroad is { } breadth ? new GraphErrorResult(GraphErrors.Invalid("$.queryString", "QueryTooBroad", $"The query asks for too much ({breadth})."))
                : explanation is null ? new GraphErrorResult(GraphErrors.NotFound(ItemEndpoints.Source))
                : GraphResult.Ok(writer => Write(writer, asked, explanation));
        }
        catch (OperationCanceledException) when (deadline.IsPassed && !http.RequestAborted.IsCancellationRequested)
        {
            throw new TimeoutException($"The score was not explained within {options.Value.Timeout}.");
        }
    }

    private static Asked? ReadOrNull(RequestBody body, Problems problems)
    {
        if (GraphObject.Open(body.Root, "$", Type, GraphVersion.V1, problems) is not { } members)
        {
            return null;
        }

        string tenantId = Required("tenantId");
        string connectionId = Required("connectionId");
        string itemId = Required("itemId");
        string queryString = Required("queryString");
        string? template = members.StringOrNull("queryTemplate");
        return problems.Count == 0 ? new Asked(tenantId, connectionId, itemId, queryString, string.IsNullOrWhiteSpace(template) ? null : template) : null;

        string Required(string name)
        {
            string? text = members.StringOrNull(name);
            if (string.IsNullOrEmpty(text) && problems.Count == 0)
            {
                problems.Rule(members.PathOf(name), "MissingMember", $"The body needs '{name}'.");
            }

            return text ?? "";
        }
    }

    private static IndexQuery? QueryOrNull(
        Asked asked, StoredConnection connection, Schema schema, SearchOptions options, QueryTime time, Problems problems, CancellationToken cancellationToken)
    {
        KqlLimits limits = KqlLimits.Default with { MaxLength = options.MaxQueryLength };
        ExpandedQuery? query = QueryTemplate.QueryOrNull(asked.QueryTemplate, asked.QueryString, time.Now, options.MaxQueryLength);
        QueryReading? reading = query is null
            ? null
            : QueryReading.Of(query, [new QueriedConnection(schema, new SystemValues(connection.Domain, connection.Connection.Id, connection.TenantId))], limits, cancellationToken);
        if (reading?.Plain is null)
        {
            problems.Rule(asked.QueryTemplate is null ? "$.queryString" : "$.queryTemplate", "InvalidQuery", $"The query has no words, or more than {options.MaxQueryLength} characters.");
            return null;
        }

        var target = new IndexTarget(connection.Key, connection.LastChange, schema, reading.Trees[0], reading.PlainTrees[0], AccessPrincipals.Nobody) { SchemaVersion = connection.ActiveSchema };
        return new IndexQuery([target], 0, 1, time, options.MaxExpandedTerms) { IsStrict = options.StrictQueries, Ranking = options.Ranking };
    }

    private static void Write(Utf8JsonWriter writer, Asked asked, IndexExplanation explanation)
    {
        writer.WriteStartObject();
        writer.WriteString("connectionId", asked.ConnectionId);
        writer.WriteString("itemId", asked.ItemId);
        writer.WriteBoolean("isMatch", explanation.IsMatch);
        writer.WriteNumber("score", explanation.Score);
        writer.WritePropertyName("explanation");
        Write(writer, explanation.Explanation);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ScoreExplanation explanation)
    {
        writer.WriteStartObject();
        writer.WriteNumber("value", explanation.Value);
        writer.WriteString("description", explanation.Description);
        writer.WriteStartArray("details");
        foreach (ScoreExplanation detail in explanation.Details)
        {
            Write(writer, detail);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private sealed record Asked(string TenantId, string ConnectionId, string ItemId, string QueryString, string? QueryTemplate);
}
