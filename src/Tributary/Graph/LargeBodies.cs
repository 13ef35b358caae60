using System.Diagnostics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using Tributary.Storage;

namespace Tributary.Graph;

/// <summary>
/// Bodies that are not small are in memory for as long as the other side takes, so it may not take for ever: both ways they keep to
/// <see cref="LimitOptions.MinLargeBodyBytesPerSecond"/>. Real time, as the other side's is.
/// </summary>
internal static class LargeBodies
{
    /// <summary>Cuts the connection of a client that takes a large answer more slowly. HTTP/2 has the server's own pace only: Kestrel lets no request change it.</summary>
    public static void RequirePace(HttpContext context, long bytes)
    {
        if (bytes > InFlightBytes.SmallBytes
            && HttpProtocol.IsHttp11(context.Request.Protocol)
            && context.RequestServices?.GetService<IOptions<LimitOptions>>()?.Value is { } limits
            && context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = new MinDataRate(limits.MinLargeBodyBytesPerSecond, limits.BodyGracePeriod);
        }
    }

    /// <summary>The pace of a large request body that begins to be read now.</summary>
    public readonly struct Pace(LimitOptions limits)
    {
        private readonly long _begun = Stopwatch.GetTimestamp();

        /// <summary>Whether so many bytes are too few for the time that has passed.</summary>
        public bool IsTooSlow(long bytes) =>
            Stopwatch.GetElapsedTime(_begun) - limits.BodyGracePeriod > TimeSpan.FromSeconds((double)bytes / limits.MinLargeBodyBytesPerSecond);
    }
}
