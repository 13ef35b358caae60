using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Tributary.Access.Log;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Groups;
using Tributary.Items;
using Tributary.Schemas;
using Tributary.Search.Kql;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Search;

/// <summary><c>POST /search/query</c> over external items (https://learn.microsoft.com/graph/api/search-query).</summary>
internal static class SearchEndpoints
{
    public static void MapSearch(this IEndpointRouteBuilder version) =>
        version.MapPost("/search/query", QueryAsync).RequirePermission(GraphOperation.Search);

    private static async Task<IResult> QueryAsync(HttpContext http, GraphRequest request, Caller caller, [AsParameters] SearchServices services)
    {
        // Search checks its permission itself, as its 403 has another shape, and after the entity types, as observed (search 3.7).
        using RequestBody body = await RequestBody.ReadAsync(http, SearchRequestReader.MaxBodyBytes);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        SearchOptions options = services.Options.Value;
        (IReadOnlyList<SearchRequest>? searches, SearchError? error) = SearchRequestReader.Read(body.Root, options, caller);
        if (searches is null)
        {
            return new SearchErrorResult(error!);
        }

        // One for all requests of the call, as is the bound of what their hits may take.
        using var deadline = SearchDeadline.Start(options.Timeout, services.Time, http.RequestAborted);
        try
        {
            var time = new QueryTime(services.Time.GetUtcNow(), QueryCulture.FirstDayOfWeek(http.Request.Headers.AcceptLanguage));
            return await AnswerAsync(request, RequestIds.Of(http), body.Root, searches, caller, services, time, deadline.Token);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            services.Metrics.Ended("abandoned");
            throw;
        }
        catch (OperationCanceledException) when (deadline.IsPassed)
        {
            services.Metrics.Ended("timeout");
            return new SearchErrorResult(SearchErrors.TimedOut(options.Timeout));
        }
        catch (AccessLogUnavailableException)
        {
            services.Metrics.Ended("unlogged");
            return new SearchErrorResult(SearchErrors.AccessLogUnavailable);
        }
    }

    private static async Task<IResult> AnswerAsync(
        GraphRequest request,
        RequestIds ids,
        JsonElement asked,
        IReadOnlyList<SearchRequest> searches,
        Caller caller,
        SearchServices services,
        QueryTime time,
        CancellationToken cancellationToken)
    {
        // A page and what is written of it may be large, so a place is needed to have them; it is taken once hits are to be read.
        using var run = new SearchRun(caller, services, time);
        var answers = new List<SearchAnswer>(searches.Count);
        foreach (SearchRequest search in searches)
        {
            (SearchAnswer? answer, SearchError? error) = await run.SearchAsync(search, cancellationToken);
            if (answer is null)
            {
                services.Metrics.Ended("refused");
                return new SearchErrorResult(error!);
            }

            answers.Add(answer);
        }

        // Written here and not when the answer is sent, as quoting a thousand hits takes time that counts.
        var body = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(body, GraphResult.WriterOptions))
        {
            new SearchJson(writer, request.Format, time, cancellationToken)
                .Write(request.Context("Collection(microsoft.graph.searchResponse)"), answers);
        }

        if (services.AccessLog.IsEnabled)
        {
            // Last, so that what is not answered is hardly ever said to be; and before anything leaves.
            await services.AccessLog.WriteAsync(answers.Where(answer => answer.Request.IsForExternalItems).Select(EntryOf), cancellationToken);
        }

        services.Metrics.Ended("answered");
        return GraphResult.Ok(body.WrittenMemory);

        AccessLogEntry EntryOf(SearchAnswer answer) => new()
        {
            Time = services.Time.GetUtcNow(),
            RequestId = ids.RequestId,
            ClientRequestId = ids.ClientRequestId,
            TenantId = caller.TenantId,
            AppId = caller.AppId,
            UserId = caller.UserId,
            Connections = answer.Connections,
            From = answer.Request.From,
            Size = answer.Request.Size,
            Total = answer.Total,
            Aggregations = [.. answer.Request.Aggregations.Select(aggregation => aggregation.Field)],
            Asked = services.AccessLog.WantsQueryText ? asked.Member("requests")?[answer.Request.Index] : null,
            Items = [.. answer.Hits.Select(hit => new ShownItem(hit.Source.Connection.Connection.Id, hit.ItemId, hit.Item.Change))],
        };
    }
}

/// <summary>What a search takes besides the request. For the attributes see <see cref="SchemaServices"/>.</summary>
internal readonly record struct SearchServices(
    [property: FromServices] IConnectionStore Connections,
    [property: FromServices] IItemStore Items,
    [property: FromServices] IGroupStore Groups,
    [property: FromServices] SchemaVersions Schemas,
    [property: FromServices] ISearchIndex Index,
    [property: FromServices] IOptions<SearchOptions> Options,
    [property: FromServices] IOptions<GroupOptions> GroupOptions,
    [property: FromServices] SearchMetrics Metrics,
    [property: FromServices] WithdrawnHits Withdrawn,
    [property: FromServices] SearchGate Gate,
    [property: FromServices] AccessLog AccessLog,
    [property: FromServices] TimeProvider Time);
