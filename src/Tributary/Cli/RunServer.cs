using Microsoft.Extensions.Options;
using Tributary.Storage;
using Tributary.TakeOver;
using Tributary.TakeOver.Running;

namespace Tributary.Cli;

/// <summary>What <c>tributary run</c> was asked for besides the command.</summary>
/// <param name="Settings">Of the server, should one have to be started.</param>
internal sealed record RunPlan(IReadOnlyList<KeyValuePair<string, string?>> Settings, bool IsIsolated, bool IsVerbose)
{
    /// <summary>Names of those that only a server which is started for the run can go by.</summary>
    public IEnumerable<string> OwnSettings =>
        Settings.Select(setting => setting.Key).Where(key => key != StorageOptions.Section + ":Data" && key != TakeOverOptions.Section + ":Enabled");
}

/// <summary>The server that a program is led to: our own, which ends with the program, or one that runs on the data directory already.</summary>
internal sealed class RunServer : IAsyncDisposable
{
    public const string LogFile = "run.log";

    private const string AnyFreePort = "http://127.0.0.1:0;https://127.0.0.1:0";

    private readonly WebApplication? _own;

    private RunServer(RunningServer reached, WebApplication? own)
    {
        Reached = reached;
        _own = own;
    }

    public RunningServer Reached { get; }

    /// <returns>Null after a word about why.</returns>
    public static async Task<RunServer?> StartAsync(RunPlan plan, string[] rest, TextWriter error, CancellationToken cancellation)
    {
        List<KeyValuePair<string, string?>> settings = [.. plan.Settings];
        StorageOptions storage;
        try
        {
            ConfigurationManager configuration = Server.Configure(plan.Settings, rest).Configuration;
            storage = CheckedOptions.Read(configuration.GetSection(StorageOptions.Section), section => section.Get<StorageOptions>(CheckedOptions.NoUnknownNames));
            settings.AddRange(
                new KeyValuePair<string, string?>[] { new("Urls", AnyFreePort), new(TakeOverOptions.Section + ":ProxyPort", "0") }
                    .Where(setting => configuration[setting.Key] is null));
        }
        catch (Exception exception) when (exception is OptionsValidationException or ArgumentException)
        {
            await error.WriteLineAsync(CheckedOptions.Text(exception));
            return null;
        }

        (WebApplication? app, string problem) = await ServerStart.StartAsync([.. settings], rest, Replace(plan, storage, error), cancellation);
        if (app is not null)
        {
            return new RunServer(RunningServer.Of(app), app);
        }

        if (!storage.InMemory && DataDirectory.IsHeld(storage.Data))
        {
            (RunningServer? running, string notReached) = Find(storage.Data);
            if (running is not null)
            {
                // It goes by the settings that it was started with; others must not seem to hold.
                if ((plan.OwnSettings.FirstOrDefault() ?? rest.FirstOrDefault()) is { } setting)
                {
                    await error.WriteLineAsync($"A server runs on the data directory already, and {setting} cannot be set for it. Leave it out, stop the server, or name another --data.");
                    return null;
                }

                return new RunServer(running, own: null);
            }

            problem += " " + notReached;
        }

        await error.WriteLineAsync(problem);
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_own is not null)
        {
            await _own.StopAsync();
            await _own.DisposeAsync();
        }
    }

    private static (RunningServer? Running, string Problem) Find(string dataDirectory)
    {
        try
        {
            return (RunningServer.ReadOrNull(dataDirectory), "It has no proxy through which a program could be led to it: start it with --proxy PORT.");
        }
        catch (InvalidDataException exception)
        {
            return (null, exception.Message);
        }
    }

    /// <summary>Its messages go elsewhere, and it hears no signals: output and signals are the program's.</summary>
    private static Action<WebApplicationBuilder> Replace(RunPlan plan, StorageOptions storage, TextWriter error) => builder =>
    {
        builder.Logging.ClearProviders();
        if (plan.IsVerbose)
        {
            builder.Logging.AddProvider(new RunLog(() => error, TimeProvider.System));
        }
        else if (!storage.InMemory)
        {
            builder.Services.AddSingleton<ILoggerProvider>(_ => new RunLog(() => File.CreateText(Path.Combine(storage.Data, LogFile)), TimeProvider.System));
        }

        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
    };

    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
