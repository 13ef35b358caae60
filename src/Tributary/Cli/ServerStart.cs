using System.Data.Common;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Tributary.Storage;
using Tributary.TakeOver;

namespace Tributary.Cli;

/// <summary>Builds and starts the server for a command; what stands in the way comes back as a sentence.</summary>
internal static class ServerStart
{
    /// <returns>The server, which listens; or why there is none.</returns>
    public static async Task<(WebApplication? App, string Problem)> StartAsync(
        KeyValuePair<string, string?>[] settings, string[] rest, Action<WebApplicationBuilder>? replace, CancellationToken cancellation)
    {
        // A search keeps the thread it runs on; with as many threads to begin with as may search at once, everybody else would wait for the pool to grow.
        ThreadPool.GetMinThreads(out int workers, out int completions);
        ThreadPool.SetMinThreads(Math.Max(workers, 4 * Environment.ProcessorCount), completions);

        WebApplication app;
        try
        {
            app = Server.Build(settings, rest, replace: replace);
        }
        catch (Exception exception) when (exception is OptionsValidationException or ArgumentException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return (null, CheckedOptions.Text(exception));
        }

        bool areServicesMade = false;
        try
        {
            // First made, then begun: the store may be one that cannot be opened.
            _ = app.Services.GetServices<IHostedService>().Count();
            areServicesMade = true;
            await app.StartAsync(cancellation);
            return (app, "");
        }
        catch (Exception exception) when (SentenceOrNull(exception, app) is not null)
        {
            string problem = SentenceOrNull(exception, app)!;

            // What runs in the background may have begun, and would find its services gone, which the host tells with a stack trace.
            await (areServicesMade ? app.StopAsync(CancellationToken.None) : Task.CompletedTask);
            await app.DisposeAsync();
            return (null, problem);
        }
    }

    private static string? SentenceOrNull(Exception exception, WebApplication app) => exception switch
    {
        IOException { InnerException: AddressInUseException } when app.Services.GetRequiredService<ProxyAddress>().Listen?.IPEndPoint is { } proxy
            && exception.Message.Contains($"//{proxy}:", StringComparison.Ordinal) =>
            $"The proxy cannot listen on {proxy}: address already in use. Choose another port with --proxy, or 0 for any free one.",
        IOException { InnerException: AddressInUseException } or SocketException or FormatException => $"{exception.Message} Choose another address with --urls.",
        IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException => exception.Message,

        // It went away between its opening and the first that was asked of it.
        StorageUnavailableException => $"{exception.Message} Start again when it is there.",

        // The store could be opened, and then not be read: damage further down, or a disk that fails.
        DbException =>
            $"The database in {app.Services.GetRequiredService<DataDirectory>().Path} cannot be read: {exception.Message} "
            + "Restore it from a backup, or name another directory with --data.",
        _ => null,
    };
}
