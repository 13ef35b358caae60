using System.CommandLine;
using System.CommandLine.Parsing;
using Tributary.Auth;
using Tributary.TakeOver;
using Tributary.TakeOver.Isolation;
using Tributary.TakeOver.Running;

namespace Tributary.Cli;

/// <summary>
/// <c>tributary run -- COMMAND</c>: runs a program in an environment that leads it to this server instead of Microsoft's cloud. The server runs inside this
/// process unless one runs on the data directory already. Nothing on the machine changes, and the exit code is the program's.
/// </summary>
internal static class RunCommand
{
    /// <summary>The command was not run, for a reason of ours; as <c>env</c> and <c>docker run</c> say it.</summary>
    public const int NotRun = 125;

    public static Command Create()
    {
        var data = new Option<string?>("--data") { Description = "Directory of store, index and keys. Default: ./.tributary" };
        var inMemory = new Option<bool>("--in-memory") { Description = "Keep everything in a temporary directory that is removed at exit." };
        var seed = new Option<string?>("--seed") { Description = "JSON file with applications and users of the development issuer." };
        var cloud = new Option<string?>("--cloud") { Description = $"Whose hosts to answer as: {string.Join(", ", NationalCloud.All.Select(of => of.Name))}. Default: Global" };
        var tunnel = new Option<bool>("--tunnel") { Description = "Let the program reach other hosts through the proxy, on the ports 443 and 80. Without, they are refused." };
        var isolated = new Option<bool>("--isolated") { Description = "Give the program a network of its own, for those that go by no proxy (Linux)." };
        var verbose = new Option<bool>("--verbose") { Description = $"Write the server's messages to standard error, not to {RunServer.LogFile} in the data directory." };
        Option<string?> profile = ServeCommand.ProfileOption();
        var words = new Argument<string[]>("command") { Description = "The program and its arguments, after --.", Arity = ArgumentArity.ZeroOrMore };
        Command command = new("run", "Run a program that speaks to this server instead of Microsoft's cloud: tributary run -- COMMAND")
        {
            data, inMemory, seed, cloud, tunnel, isolated, verbose, profile, words,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            new RunPlan(
                [
                    .. ServeCommand.Settings(parsed.GetValue(data), parsed.GetValue(inMemory), urls: null, parsed.GetValue(seed)),
                    .. ServeCommand.ProfileSettings(parsed.GetValue(profile)),
                    .. TakeOverSettings(parsed.GetValue(cloud), parsed.GetValue(tunnel)),
                ],
                parsed.GetValue(isolated),
                parsed.GetValue(verbose)),
            [.. (parsed.GetResult(words)?.Tokens ?? []).SkipLast(WordsAfterDashes(parsed).Length).Select(token => token.Value)],
            WordsAfterDashes(parsed),
            parsed.InvocationConfiguration.Error,
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(RunPlan plan, string[] rest, string[] words, TextWriter error, CancellationToken cancellation)
    {
        if (words.Length == 0)
        {
            await error.WriteLineAsync("Write the program after two dashes: tributary run -- COMMAND");
            return NotRun;
        }

        if (ServerSettings.ProblemOrNull(rest) is { } unknown)
        {
            await error.WriteLineAsync(unknown);
            return NotRun;
        }

        string? path = Environment.GetEnvironmentVariable("PATH");
        (string? file, int exitCode, string problem) = CommandPath.Find(words[0], path);
        if (file is null)
        {
            await error.WriteLineAsync(problem);
            return exitCode;
        }

        await using RunServer? server = await RunServer.StartAsync(plan, rest, error, cancellation);
        return server is null ? NotRun : await RunAsync(server.Reached, plan, file, words, path, error, cancellation);
    }

    private static async Task<int> RunAsync(
        RunningServer server, RunPlan plan, string file, string[] words, string? path, TextWriter error, CancellationToken cancellation)
    {
        using var files = RunFiles.Create(server.AuthorityFile, Environment.GetEnvironmentVariable);
        IReadOnlyList<string> arguments = words[1..];
        IsolatedLauncher? launcher = null;
        if (plan.IsIsolated)
        {
            (launcher, string refusal) = await IsolatedLauncher.PrepareAsync(server, files, words, path, cancellation);
            if (launcher is null)
            {
                await error.WriteLineAsync(refusal);
                return NotRun;
            }

            (file, arguments) = (launcher.File, launcher.Arguments);
        }

        await using (launcher)
        {
            (ChildProcess? child, int exitCode, string problem) =
                ChildProcess.Start(file, arguments, RunEnvironment.Variables(server, files, Environment.GetEnvironmentVariable));
            if (child is null)
            {
                await error.WriteLineAsync(problem);
                return exitCode;
            }

            using (child)
            {
                return await child.WaitAsync(CancellationToken.None);
            }
        }
    }

    private static IEnumerable<KeyValuePair<string, string?>> TakeOverSettings(string? cloud, bool tunnel)
    {
        yield return new(TakeOverOptions.Section + ":Enabled", "true");
        if (cloud is not null)
        {
            yield return new(TakeOverOptions.Section + ":Cloud", cloud);
        }

        if (tunnel)
        {
            yield return new(TakeOverOptions.Section + ":Tunnel", "true");
        }
    }

    private static string[] WordsAfterDashes(ParseResult parsed) =>
        [.. parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).Select(token => token.Value)];
}
