using System.CommandLine;
using System.Text.Json;
using Tributary.Auth.DevIssuer;
using Tributary.Graph;

namespace Tributary.Cli;

/// <summary>The options that the commands which move connections share, and how such a command runs and ends.</summary>
internal sealed class TransferOptions
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>Refused, or failed for good.</summary>
    public const int Failure = 1;

    /// <summary>Interrupted; the same command goes on.</summary>
    public const int Interrupted = 2;

    private readonly Option<string> _url = new("--url") { Description = "The running server; of several nodes, any.", DefaultValueFactory = _ => DevDefaults.ServerUrl };
    private readonly Option<string> _tenant = new("--tenant") { Description = "The tenant, a GUID.", DefaultValueFactory = _ => DevDefaults.TenantId };
    private readonly Option<string?> _tokenFile = new("--token-file") { Description = $"A file that holds a token of the operator. Default: the variable {BearerToken.Variable}." };
    private readonly Option<string?> _data = new("--data") { Description = "In the place of a token: the server's data directory, whose operator.key is taken." };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "Tell nothing but the result and errors." };
    private readonly Option<bool> _json = new("--json") { Description = "Print the result as JSON." };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_url, _tenant, _tokenFile, _data, _quiet, _json])
        {
            command.Options.Add(option);
        }
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="run">Does it; returns what is printed as JSON and for people.</param>
    /// <param name="resume">What is told of an interrupted run.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public async Task<int> RunAsync(
        ParseResult parsed, Func<TransferClient, string, TransferProgress, Task<(Action<Utf8JsonWriter> Json, string Text)>> run, string resume, CancellationToken cancellation)
    {
        TextWriter output = parsed.InvocationConfiguration.Output, error = parsed.InvocationConfiguration.Error;
        (string? token, string? problem) = await BearerToken.ReadAsync(
            parsed.GetValue(_tokenFile), parsed.GetValue(_data), $"Give --data DIR, --token-file FILE, or the variable {BearerToken.Variable}.", cancellation);
        if (problem is not null)
        {
            await error.WriteLineAsync(problem);
            return Failure;
        }

        try
        {
            using TransferClient client = TransferClient.Open(parsed.GetRequiredValue(_url), token!);
            var progress = new TransferProgress(error, parsed.GetValue(_quiet), TimeProvider.System);
            (Action<Utf8JsonWriter> json, string text) = await run(client, parsed.GetRequiredValue(_tenant), progress);
            await output.WriteLineAsync(parsed.GetValue(_json) ? Json(json) : text);
            return Success;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync(resume);
            return Interrupted;
        }
        catch (Exception exception) when (exception is TransferException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await error.WriteLineAsync(exception.Message);
            return Failure;
        }
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, GraphResult.WriterOptions))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
