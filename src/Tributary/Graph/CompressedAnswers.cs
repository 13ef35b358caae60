using System.IO.Compression;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;

namespace Tributary.Graph;

/// <summary>
/// Graph's answers as br, gzip or deflate for clients that ask (protocol 4), over https too. What makes that dangerous for web pages (BREACH) is a browser
/// that adds its credentials to a stranger's requests; Graph knows bearer tokens only, which no browser adds. The development issuer's answers, which hold
/// tokens, are never compressed.
/// </summary>
internal static class CompressedAnswers
{
    /// <summary>What fits into a packet anyway gains nothing.</summary>
    public const int SmallestBytes = 1024;

    public static void AddCompressedAnswers(this IServiceCollection services)
    {
        services.AddSingleton<IResponseCompressionProvider, LargeAnswers>();
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;

            // The first one wins where the client has no preference. All at their fastest level, the default.
            options.Providers.Add(new BrotliCompressionProvider(Options.Create(new BrotliCompressionProviderOptions())));
            options.Providers.Add(new GzipCompressionProvider(Options.Create(new GzipCompressionProviderOptions())));
            options.Providers.Add(new DeflateCompressionProvider());
        });
    }

    /// <summary>Goes before everything that answers, errors included.</summary>
    public static void UseCompressedAnswers(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<IOptions<GraphOptions>>().Value.CompressAnswers)
        {
            app.UseWhen(context => GraphPaths.IsVersioned(context.Request.Path.Value), graph => graph.UseResponseCompression());
        }
    }

    private sealed class LargeAnswers(IServiceProvider services, IOptions<ResponseCompressionOptions> options) : ResponseCompressionProvider(services, options)
    {
        public override bool ShouldCompressResponse(HttpContext context) =>
            context.Response.ContentLength is not < SmallestBytes && base.ShouldCompressResponse(context);
    }

    /// <summary>HTTP means the zlib format by this name (RFC 9110, 8.4.1.2). ASP.NET Core reads it in requests but does not write it.</summary>
    private sealed class DeflateCompressionProvider : ICompressionProvider
    {
        public string EncodingName => "deflate";

        public bool SupportsFlush => true;

        public Stream CreateStream(Stream outputStream) => new ZLibStream(outputStream, CompressionLevel.Fastest, leaveOpen: true);
    }
}
