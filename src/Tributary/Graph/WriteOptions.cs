namespace Tributary.Graph;

/// <summary>The query options that an endpoint takes though it is no GET.</summary>
internal sealed record TakesQueryOptions(QueryOption Options);

/// <summary>Marks endpoints that pass over query options, whatever they are.</summary>
internal sealed class IgnoresQueryOptions
{
    public static readonly IgnoresQueryOptions Instance = new();
}

/// <summary>
/// Query options of what is no GET. They are documented for GET only (protocol 7), and OData 4.0, of which version the answers are, gives none of them to a write; so
/// they are refused like every option that a path does not have, unless the endpoint says otherwise: a client that believes itself obeyed would be wrong.
/// </summary>
internal static class WriteOptions
{
    /// <summary>Goes after authorization and before the endpoint, so that nothing is written, and before the <c>$format</c> is obeyed. Reads look at their options themselves.</summary>
    public static IApplicationBuilder UseQueryOptions(this IApplicationBuilder app) => app.Use((context, next) =>
        RefusalOrNull(context) is { } refusal ? GraphErrorResult.WriteAsync(context, refusal) : next(context));

    private static GraphError? RefusalOrNull(HttpContext context)
    {
        if (context.Request.Query.Count == 0
            || context.GetEndpoint()?.Metadata is not { } metadata
            || metadata.GetMetadata<GraphVersionMetadata>() is null)
        {
            return null;
        }

        GraphError? refusal = QueryOptions.FormatRefusalOrNull(context.Request.Query);
        return refusal is not null || HttpMethods.IsGet(context.Request.Method) || metadata.GetMetadata<IgnoresQueryOptions>() is not null
            ? refusal
            : QueryOptions.RefusalOrNull(context.Request.Query, metadata.GetMetadata<TakesQueryOptions>()?.Options ?? QueryOption.None);
    }
}
