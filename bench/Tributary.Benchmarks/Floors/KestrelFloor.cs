using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Tributary.Benchmarks.Corpora;
using Tributary.Benchmarks.Http;

namespace Tributary.Benchmarks.Floors;

/// <summary>Bare Kestrel: reads the same body and answers an empty 200. In a process of its own, as the product is.</summary>
internal static class KestrelFloor
{
    /// <summary>The hidden scenario that this program runs itself with.</summary>
    public const string Command = "serve-kestrel-floor";

    public static async Task ServeAsync(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{port}").ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.ClearProviders();
        await using WebApplication app = builder.Build();
        app.Run(async context =>
        {
            byte[] body = ArrayPool<byte>.Shared.Rent((int)context.Request.ContentLength! + 1);
            int length = 0;
            int read;
            while ((read = await context.Request.Body.ReadAsync(body.AsMemory(length), context.RequestAborted)) > 0)
            {
                length += read;
            }

            ArrayPool<byte>.Shared.Return(body);
            context.Response.ContentLength = 0;
        });
        await app.RunAsync();
    }

    public static async Task<double> MeasureAsync(CorpusBodies bodies, string token, int connections, TimeSpan warmUp, TimeSpan duration)
    {
        int port = ServerProcess.FreePort();
        await using ServerProcess server = ServerProcess.Start(
            "dotnet", port, typeof(KestrelFloor).Assembly.Location, Command, port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await server.WaitUntilListeningAsync();
        var requests = new PutRequests(bodies, "bench", token);
        using var load = new HttpLoad(server.EndPoint, connections);
        int RequestOfAnyNumber(int number, Span<byte> buffer) => requests.Write(number % bodies.Count, buffer);
        load.Run(RequestOfAnyNumber, 0, warmUp);
        return load.Run(RequestOfAnyNumber, 0, duration).PerSecond;
    }
}
