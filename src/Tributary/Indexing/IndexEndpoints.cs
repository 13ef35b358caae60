using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Graph;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Indexing;

/// <summary>
/// <c>/tributary/tenants/{tenantId}/connections/{connectionId}/index</c>: the operator reads and sets the language that a connection is indexed in. Microsoft Graph has no
/// such member.
/// </summary>
internal static class IndexEndpoints
{
    private static readonly GraphType Type = new("tributary.index", isOpen: false, "language");

    public static void MapIndex(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder index = endpoints.MapGroup("/tributary/tenants/{tenantId}/connections/{connectionId}/index");
        index.RequireOperator();
        index.MapGet("", GetAsync);
        index.MapPatch("", ChangeAsync);
    }

    private static async Task<Results<GraphResult, GraphErrorResult>> GetAsync(
        string tenantId, string connectionId, [AsParameters] IndexServices services, CancellationToken cancellationToken) =>
        await services.Connections.FindOrNullAsync(tenantId, connectionId, cancellationToken) is { } connection
            ? await ShowingAsync(connection.Key, services, cancellationToken)
            : NotFound();

    private static async Task<Results<GraphResult, GraphErrorResult>> ChangeAsync(
        HttpContext http, string tenantId, string connectionId, [AsParameters] IndexServices services, CancellationToken cancellationToken)
    {
        using RequestBody body = await RequestBody.ReadAsync(http);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        var problems = new Problems();
        string? language = ReadLanguageOrNull(body, problems);
        if (problems.Count > 0)
        {
            return new GraphErrorResult(GraphErrors.Invalid(problems));
        }

        if (await services.Connections.FindOrNullAsync(tenantId, connectionId, cancellationToken) is not { } connection
            || !await services.Languages.SetAsync(connection.Key, language, cancellationToken))
        {
            return NotFound();
        }

        services.Catalog.ReadLanguage(connection.Key);
        return await ShowingAsync(connection.Key, services, cancellationToken);
    }

    /// <summary>Null stands for the language of the server, and must be said.</summary>
    private static string? ReadLanguageOrNull(RequestBody body, Problems problems)
    {
        if (GraphObject.Open(body.Root, "$", Type, GraphVersion.V1, problems) is not { } members)
        {
            return null;
        }

        if (!members.Has("language"))
        {
            problems.Rule("$", "NothingToDo", "The body must have 'language': a name, or null for that of the server.");
            return null;
        }

        string? name = members.StringOrNull("language");
        if (name is null)
        {
            return null;
        }

        if (TextLanguage.FindOrNull(name) is not { } language)
        {
            problems.Rule("$.language", "UnknownLanguage", $"'{name}' is none of the languages {string.Join(", ", TextLanguage.Names)}.");
            return null;
        }

        return language.Name;
    }

    private static async Task<Results<GraphResult, GraphErrorResult>> ShowingAsync(ConnectionKey connection, IndexServices services, CancellationToken cancellationToken)
    {
        if (await services.Feed.FindPositionOrNullAsync(connection, cancellationToken) is not { } position
            || await services.Catalog.FindLanguageOrNullAsync(connection, cancellationToken) is not { } used)
        {
            return NotFound();
        }

        long? taken = services.Catalog.ReindexedOrNull(connection);
        return GraphResult.Ok(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("language", position.Language);
            writer.WriteString("wantedLanguage", services.Options.Value.LanguageOf(position.Language).Name);
            writer.WriteString("searchedLanguage", used.Name);
            if (taken is { } items)
            {
                writer.WriteNumber("reindexedItems", items);
            }
            else
            {
                writer.WriteNull("reindexedItems");
            }

            writer.WriteEndObject();
        });
    }

    private static GraphErrorResult NotFound() => new(GraphErrors.NotFound("Connection"));
}

/// <summary>For the attributes see <see cref="Schemas.SchemaServices"/>.</summary>
internal readonly record struct IndexServices(
    [property: FromServices] IConnectionStore Connections,
    [property: FromServices] IChangeFeed Feed,
    [property: FromServices] IndexLanguages Languages,
    [property: FromServices] IndexCatalog Catalog,
    [property: FromServices] IOptions<IndexOptions> Options);
