using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Graph;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Faults;

/// <summary><c>/tributary/faults</c>: the operator has requests fail. docs/operations.md shows how.</summary>
internal static class FaultEndpoints
{
    private const string Root = "/tributary/faults";

    public static void MapFaults(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder faults = endpoints.MapGroup(Root);
        faults.RequireOperator();
        if (!endpoints.ServiceProvider.GetRequiredService<FaultOptions>().Enabled)
        {
            faults.MapMethods("", ["GET", "POST", "DELETE"], Refuse);
            faults.MapMethods("/{faultId}", ["GET", "PATCH", "DELETE"], Refuse);
            return;
        }

        faults.MapPost("", PostAsync);
        faults.MapGet("", List);
        faults.MapDelete("", DeleteAll);
        faults.MapGet("/{faultId}", Get);
        faults.MapPatch("/{faultId}", PatchAsync);
        faults.MapDelete("/{faultId}", Delete);
    }

    private static GraphErrorResult Refuse() => new(GraphErrors.SwitchedOff("Fault injection", "--faults"));

    private static async Task<Results<GraphResult, GraphErrorResult>> PostAsync(
        HttpContext http,
        [FromServices] FaultBook book,
        [FromServices] TimeProvider time,
        [FromServices] EndpointDataSource endpoints,
        [FromServices] IOptions<PublicUrlOptions> links)
    {
        using RequestBody body = await RequestBody.ReadAsync(http);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        var problems = new Problems();
        FaultRule rule = FaultRuleReader.Read(body.Root, null, time.GetUtcNow(), RoutesOf(endpoints), problems);
        if (problems.Count > 0)
        {
            return new GraphErrorResult(GraphErrors.Invalid(problems));
        }

        return book.AddOrNull(rule) is { } view
            ? GraphResult.Created(writer => FaultJson.Write(writer, view, withHits: false), $"{links.Value.OriginOf(http.Request)}{Root}/{view.Id}")
            : new GraphErrorResult(GraphErrors.Invalid("$", "TooManyFaults", $"There are {FaultBook.MaxRules} faults, which is the limit. Delete some to add others."));
    }

    private static GraphResult List([FromServices] FaultBook book) => GraphResult.Ok(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("value");
        foreach (FaultView view in book.List())
        {
            FaultJson.Write(writer, view, withHits: false);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static EmptyResult DeleteAll([FromServices] FaultBook book)
    {
        book.Clear();
        return EmptyResult.NoContent;
    }

    private static Results<GraphResult, GraphErrorResult> Get([FromServices] FaultBook book, string faultId) =>
        book.FindOrNull(faultId) is { } view ? Showing(view) : NotFound();

    private static async Task<Results<GraphResult, GraphErrorResult>> PatchAsync(
        HttpContext http, [FromServices] FaultBook book, [FromServices] TimeProvider time, [FromServices] EndpointDataSource endpoints, string faultId)
    {
        using RequestBody body = await RequestBody.ReadAsync(http);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        while (book.FindOrNull(faultId) is { } current)
        {
            var problems = new Problems();
            FaultRule rule = FaultRuleReader.Read(body.Root, current.Rule, time.GetUtcNow(), RoutesOf(endpoints), problems);
            if (problems.Count > 0)
            {
                return new GraphErrorResult(GraphErrors.Invalid(problems));
            }

            // Another change may have come between; then this one is held against that.
            if (book.ReplaceOrNull(faultId, current.Rule, rule) is { } replaced)
            {
                return Showing(replaced);
            }
        }

        return NotFound();
    }

    private static Results<EmptyResult, GraphErrorResult> Delete([FromServices] FaultBook book, string faultId) =>
        book.Remove(faultId) ? EmptyResult.NoContent : NotFound();

    private static GraphResult Showing(FaultView view) => GraphResult.Ok(writer => FaultJson.Write(writer, view, withHits: true));

    private static GraphErrorResult NotFound() => new(GraphErrors.NotFound("Fault"));

    private static List<RouteEndpoint> RoutesOf(EndpointDataSource endpoints) =>
        [.. endpoints.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<GraphVersionMetadata>() is not null)];
}
