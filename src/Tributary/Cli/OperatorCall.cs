using System.CommandLine;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Tributary.Auth.DevIssuer;
using Tributary.Graph;

namespace Tributary.Cli;

/// <summary>What the commands have in common that ask a running server something in the operator's name: where it is, by what right, and how the answer is shown.</summary>
internal sealed class OperatorCall
{
    private readonly Option<string> _url = new("--url") { Description = "The running server.", DefaultValueFactory = _ => DevDefaults.ServerUrl };
    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = $"A file that holds a token of the operator, or the operator's key. Default: the variable {BearerToken.Variable}.",
    };

    private readonly Option<string?> _data = new("--data") { Description = "In the place of a token: the server's data directory, whose operator.key is taken." };
    private readonly Option<bool> _json = new("--json") { Description = "Print JSON, as the server answers it." };

    /// <summary>A command that makes one call.</summary>
    /// <param name="name">Its own name.</param>
    /// <param name="whole">What is typed for it.</param>
    /// <param name="description">Of the command.</param>
    /// <param name="method">Of the call.</param>
    /// <param name="path">Of the call.</param>
    /// <param name="write">Shows the answer to people.</param>
    public static Command Create(string name, string whole, string description, HttpMethod method, string path, Action<TextWriter, JsonElement> write)
    {
        var call = new OperatorCall();
        Command command = new(name, description) { call._url, call._tokenFile, call._data, call._json };
        command.SetAction(async (parsed, cancellation) =>
        {
            TextWriter error = parsed.InvocationConfiguration.Error;
            (string? token, string? problem) = await BearerToken.ReadAsync(
                parsed.GetValue(call._tokenFile),
                parsed.GetValue(call._data),
                $"Type: {BearerToken.Variable}=$(tributary token --user admin@tributary.local) {whole} …, or give --token-file or --data.",
                cancellation);
            if (problem is not null)
            {
                await error.WriteLineAsync(problem);
                return 1;
            }

            (JsonDocument? answer, string? failure) = await SendAsync(parsed.GetRequiredValue(call._url), whole, method, path, token!, cancellation);
            if (answer is null)
            {
                await error.WriteLineAsync(failure);
                return 1;
            }

            using (answer)
            {
                Show(parsed.InvocationConfiguration.Output, answer.RootElement, parsed.GetValue(call._json) ? null : write);
            }

            return 0;
        });
        return command;
    }

    private static async Task<(JsonDocument? Answer, string? Failure)> SendAsync(
        string url, string whole, HttpMethod method, string path, string token, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? server) || server.Scheme is not ("http" or "https"))
        {
            return (null, $"'{url}' is no http or https address. Type: {whole} --url {DevDefaults.ServerUrl} …");
        }

        // Copying indexes takes its time.
        using HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            using HttpRequestMessage request = new(method, new Uri(server, path));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using HttpResponseMessage response = await http.SendAsync(request, cancellation);
            JsonDocument? answer = AccessCommand.ParseOrNull(await response.Content.ReadAsStringAsync(cancellation));
            if (answer is not null && response.IsSuccessStatusCode)
            {
                return (answer, null);
            }

            using (answer)
            {
                return (null, answer is null
                    ? $"The server at {url} answered {(int)response.StatusCode} and no JSON."
                    : AccessCommand.ProblemOf(answer.RootElement, (int)response.StatusCode));
            }
        }
        catch (HttpRequestException exception)
        {
            return (null, $"No server answers at {url} ({exception.Message}). Start it with: tributary serve --urls {url}");
        }
    }

    private static void Show(TextWriter output, JsonElement answer, Action<TextWriter, JsonElement>? write)
    {
        if (write is not null)
        {
            write(output, answer);
            return;
        }

        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body, GraphResult.WriterOptions with { Indented = true }))
        {
            answer.WriteTo(writer);
        }

        output.WriteLine(Encoding.UTF8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length)));
    }
}
