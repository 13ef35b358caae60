using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Graph;
using Tributary.Storage;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Batch;

/// <summary><c>/$batch</c> (https://learn.microsoft.com/graph/json-batching).</summary>
internal static class BatchEndpoints
{
    /// <summary>
    /// A part that takes long would hold back the writes of its neighbours. In real time: a clock that the operator has stopped must not stop them.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>A valid token is all that a batch itself needs: each part answers for its own permission.</summary>
    public static void MapBatch(this IEndpointRouteBuilder version) => version.MapPost("/$batch", PostAsync).RequireToken();

    private static async Task<Results<EmptyHttpResult, GraphErrorResult>> PostAsync(
        HttpContext http, GraphRequest request, [AsParameters] BatchServices services)
    {
        // Asked here, not of the URL, which can be written in many ways.
        if (http.Features.Get<BatchPart>() is not null)
        {
            return new GraphErrorResult(GraphErrors.NestedBatch);
        }

        BatchOptions options = services.Options.Value;
        using RequestBody body = await RequestBody.ReadBytesAsync(http, (int)options.MaxBytes);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        (IReadOnlyList<BatchPart> parts, GraphError? error) = BatchReader.Read(body.Bytes, options.MaxRequests);
        if (error is not null)
        {
            return new GraphErrorResult(error);
        }

        // The bodies of the parts are bytes of the batch, which holds room for them already.
        using IDisposable covered = services.InFlight.Cover();
        IWriteGroup writes = services.Database.GroupWrites();
        await using ITimer patience = TimeProvider.System.CreateTimer(static group => ((IWriteGroup)group!).Release(), writes, Patience, Patience);
        using var answer = new BatchAnswer(http);
        await new BatchRun(parts, new PartRunner(http, request.Version).RunAsync, answer.AddAsync, writes, http.RequestAborted).RunAsync();
        await answer.EndAsync();
        return TypedResults.Empty;
    }
}

/// <summary>What a batch takes besides the request.</summary>
internal readonly record struct BatchServices(
    [property: FromServices] ISqlDatabase Database,
    [property: FromServices] InFlightBytes InFlight,
    [property: FromServices] IOptions<BatchOptions> Options);
