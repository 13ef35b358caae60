using Microsoft.AspNetCore.Http.Features;
using Tributary.Auth;

namespace Tributary.Graph;

/// <summary>Request bodies with a <c>Content-Encoding</c>, which the Go SDK sends by default (protocol 4).</summary>
internal static class CompressedBodies
{
    /// <summary>gzip, deflate and br, and gzip by its old name (RFC 9110, 8.4.1.3).</summary>
    public static void AddCompressedBodies(this IServiceCollection services) =>
        services.AddRequestDecompression(options => options.DecompressionProviders["x-gzip"] = options.DecompressionProviders["gzip"]);

    /// <summary>
    /// Hands Graph's endpoints, and SCIM's, the decompressed body and the say over its size (<see cref="RequestBody"/>): Kestrel's own limit would cut the connection
    /// without Graph's error, and the middleware takes it for the decompressed bytes, of which it allows fewer than an item may have.
    /// </summary>
    public static void UseCompressedBodies(this IApplicationBuilder app)
    {
        app.Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata is not { } metadata
                || (metadata.GetMetadata<GraphVersionMetadata>() is null && metadata.GetMetadata<AccessRule>() is not AccessRule.Scim))
            {
                return next(context);
            }

            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            {
                limit.MaxRequestBodySize = null;
            }

            if (context.Request.Headers.ContentEncoding.Count > 0)
            {
                // The length of a compressed body does not tell how much memory it takes.
                context.Request.ContentLength = null;
            }

            return next(context);
        });
        app.UseRequestDecompression();
    }
}
