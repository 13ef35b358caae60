using System.CommandLine;
using System.Globalization;
using Tributary.Clock;
using Tributary.Faults;
using Tributary.Profiles;
using Tributary.Storage;
using Tributary.TakeOver;

namespace Tributary.Cli;

/// <summary><c>tributary serve</c>, also what <c>tributary</c> alone does: serves until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var command = new Command("serve", "Serve the API until Ctrl-C.");
        Configure(command);
        return command;
    }

    /// <summary>Gives a command the options and the action of serving.</summary>
    public static void Configure(Command command)
    {
        var data = new Option<string?>("--data") { Description = "Directory of store, index and keys. Default: ./.tributary. With --Storage:Provider=Postgres the store is the database that ConnectionStrings__Tributary names." };
        var inMemory = new Option<bool>("--in-memory") { Description = "Keep everything in a temporary directory that is removed at exit." };
        var urls = new Option<string?>("--urls") { Description = $"Addresses to listen on, separated by ';'. Default: {Server.DefaultUrl}, and {Listening.DefaultHttpsUrl} once there are certificates (tributary certs)." };
        var seed = new Option<string?>("--seed") { Description = "JSON file with applications and users of the development issuer." };
        var faults = new Option<bool>("--faults") { Description = "Let the operator inject faults at /tributary/faults." };
        var virtualClock = new Option<bool>("--virtual-clock") { Description = "Run by a clock that the operator can stop and move at /tributary/clock." };
        var takeOver = new Option<bool>("--take-over") { Description = "Answer as graph.microsoft.com and login.microsoftonline.com too, to programs on this machine (see docs/take-over.md)." };
        var proxy = new Option<string?>("--proxy") { Description = "Port on 127.0.0.1 of a proxy that ends TLS for the hosts that are taken over; takes them over.", HelpName = "PORT" };
        proxy.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var port }] && !ushort.TryParse(port, CultureInfo.InvariantCulture, out _))
            {
                result.AddError($"--proxy is '{port}'; it must be the number of a port, up to {ushort.MaxValue}, or 0 for any free one.");
            }
        });
        Option<string?> profile = ProfileOption();
        command.Options.Add(data);
        command.Options.Add(inMemory);
        command.Options.Add(urls);
        command.Options.Add(seed);
        command.Options.Add(faults);
        command.Options.Add(virtualClock);
        command.Options.Add(takeOver);
        command.Options.Add(proxy);
        command.Options.Add(profile);

        // What is left over must be a setting of the configuration, such as --Search:AllowGuests=true.
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, cancellation) => RunAsync(
            [
                .. Settings(parsed.GetValue(data), parsed.GetValue(inMemory), parsed.GetValue(urls), parsed.GetValue(seed)),
                .. Switches((FaultOptions.Section + ":Enabled", parsed.GetValue(faults)), (ClockOptions.Section + ":Virtual", parsed.GetValue(virtualClock))),
                .. TakeOverSettings(parsed.GetValue(takeOver), parsed.GetValue(proxy)),
                .. ProfileSettings(parsed.GetValue(profile)),
            ],
            [.. parsed.UnmatchedTokens],
            cancellation));
    }

    public static Option<string?> ProfileOption() => new("--profile")
    {
        Description = "fast: no artificial waits, no throttling (the default). graph: published limits, waits and known issues. Each of its settings can be set alone.",
    };

    public static IEnumerable<KeyValuePair<string, string?>> ProfileSettings(string? profile) => profile is null ? [] : [new(Profile.Setting, profile)];

    private static IEnumerable<KeyValuePair<string, string?>> TakeOverSettings(bool takeOver, string? proxy)
    {
        if (takeOver || proxy is not null)
        {
            yield return new(TakeOverOptions.Section + ":Enabled", "true");
        }

        if (proxy is not null)
        {
            yield return new(TakeOverOptions.Section + ":ProxyPort", proxy);
        }
    }

    private static async Task<int> RunAsync(KeyValuePair<string, string?>[] settings, string[] rest, CancellationToken cancellation)
    {
        if (ServerSettings.ProblemOrNull(rest) is { } problem)
        {
            await Console.Error.WriteLineAsync(problem);
            return 1;
        }

        (WebApplication? app, string failure) = await ServerStart.StartAsync(settings, rest, replace: null, cancellation);
        if (app is null)
        {
            await Console.Error.WriteLineAsync(failure);
            return 1;
        }

        await using (app)
        {
            await Console.Out.WriteLineAsync(FirstSteps.Text([.. app.Urls], app.Services.GetRequiredService<DataDirectory>(), app.Services));
            await app.WaitForShutdownAsync(cancellation);
        }

        return 0;
    }

    private static IEnumerable<KeyValuePair<string, string?>> Switches(params (string Name, bool IsOn)[] switches) =>
        switches.Where(option => option.IsOn).Select(option => new KeyValuePair<string, string?>(option.Name, "true"));

    public static IEnumerable<KeyValuePair<string, string?>> Settings(string? data, bool inMemory, string? urls, string? seed)
    {
        if (data is not null)
        {
            yield return new("Storage:Data", data);
        }

        if (inMemory)
        {
            yield return new("Storage:InMemory", "true");
        }

        if (urls is not null)
        {
            yield return new("Urls", urls);
        }

        if (seed is not null)
        {
            yield return new("Directory:SeedFile", seed);
        }
    }
}
