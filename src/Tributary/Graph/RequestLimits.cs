using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Tributary.Graph;

/// <summary>
/// Section <c>Limits</c>: how large and how slow a request may be before its body is looked at. Kestrel refuses with a status and no body; it is given twice
/// the room, so that what is not absurdly large is refused here, with Graph's error.
/// </summary>
internal sealed class LimitOptions : ICheckedOptions
{
    public const string Section = "Limits";

    private const int Largest = 256 * 1024;

    /// <summary>The longest path with query (protocol 19 item 13); 414 beyond.</summary>
    public int MaxUrlBytes { get; set; } = 8 * 1024;

    /// <summary>All headers together; 431 beyond. A token with 200 groups takes 10 KB.</summary>
    public int MaxHeaderBytes { get; set; } = 32 * 1024;

    /// <summary>How long the headers may take to arrive.</summary>
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A body that arrives slower for longer than <see cref="BodyGracePeriod"/> is cut off with 408.</summary>
    public int MinBodyBytesPerSecond { get; set; } = 240;

    /// <summary>The same for bodies over 64 KB, which are in memory until they are whole, and for answers of that size (HTTP/1.1), which are until they are taken.</summary>
    public int MinLargeBodyBytesPerSecond { get; set; } = 16 * 1024;

    /// <summary>How long a body may be slow.</summary>
    public TimeSpan BodyGracePeriod { get; set; } = TimeSpan.FromSeconds(5);

    public IEnumerable<string> Problems()
    {
        if (MaxUrlBytes is < 1024 or > Largest)
        {
            yield return $"Limits:MaxUrlBytes is {MaxUrlBytes}; it must be from 1024 to {Largest}.";
        }

        if (MaxHeaderBytes is < 4096 or > Largest)
        {
            yield return $"Limits:MaxHeaderBytes is {MaxHeaderBytes}; it must be from 4096 to {Largest}.";
        }

        if (HeadersTimeout < TimeSpan.FromSeconds(1) || HeadersTimeout > TimeSpan.FromMinutes(10))
        {
            yield return $"Limits:HeadersTimeout is '{HeadersTimeout}'; it must be from 00:00:01 to 00:10:00.";
        }

        if (MinBodyBytesPerSecond is < 1 or > 1024 * 1024)
        {
            yield return $"Limits:MinBodyBytesPerSecond is {MinBodyBytesPerSecond}; it must be from 1 to {1024 * 1024}.";
        }

        if (MinLargeBodyBytesPerSecond is < 1 or > 16 * 1024 * 1024)
        {
            yield return $"Limits:MinLargeBodyBytesPerSecond is {MinLargeBodyBytesPerSecond}; it must be from 1 to {16 * 1024 * 1024}.";
        }

        // Kestrel looks once a second and takes no shorter period.
        if (BodyGracePeriod < TimeSpan.FromSeconds(2) || BodyGracePeriod > TimeSpan.FromMinutes(10))
        {
            yield return $"Limits:BodyGracePeriod is '{BodyGracePeriod}'; it must be from 00:00:02 to 00:10:00.";
        }
    }

    /// <summary>Kestrel's clock is its own: these times are real ones, whatever <see cref="TimeProvider"/> says.</summary>
    public void ApplyTo(KestrelServerLimits kestrel)
    {
        kestrel.MaxRequestLineSize = 2 * MaxUrlBytes;
        kestrel.MaxRequestHeadersTotalSize = 2 * MaxHeaderBytes;
        kestrel.Http2.MaxRequestHeaderFieldSize = 2 * Math.Max(MaxHeaderBytes, MaxUrlBytes);
        kestrel.RequestHeadersTimeout = HeadersTimeout;
        kestrel.MinRequestBodyDataRate = new MinDataRate(MinBodyBytesPerSecond, BodyGracePeriod);
    }
}

/// <summary>Refuses requests whose URL or headers are over <see cref="LimitOptions"/>.</summary>
internal sealed class RequestLimits(RequestDelegate next, IOptions<LimitOptions> options)
{
    private readonly LimitOptions _limits = options.Value;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestFeature>()?.RawTarget.Length > _limits.MaxUrlBytes)
        {
            return GraphErrorResult.WriteAsync(context, GraphErrors.UrlTooLong(_limits.MaxUrlBytes));
        }

        return HeaderBytes(context.Request.Headers) > _limits.MaxHeaderBytes
            ? GraphErrorResult.WriteAsync(context, GraphErrors.HeadersTooLarge(_limits.MaxHeaderBytes))
            : next(context);
    }

    /// <summary>As HTTP/1.1 writes them: name, colon, space, value, end of line.</summary>
    private static long HeaderBytes(IHeaderDictionary headers)
    {
        long bytes = 0;
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in headers)
        {
            foreach (string? value in values)
            {
                bytes += name.Length + (value?.Length ?? 0) + 4;
            }
        }

        return bytes;
    }
}
