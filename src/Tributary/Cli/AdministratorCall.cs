using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Tributary.Auth.DevIssuer;

namespace Tributary.Cli;

/// <summary>A question to a running server, asked as an administrator of a tenant or as the operator. What goes wrong is told in one sentence.</summary>
/// <param name="words">The command, for advice on what to type.</param>
/// <param name="url">The server.</param>
/// <param name="token">Of <see cref="TokenAsync"/>.</param>
/// <param name="error">Where it is told.</param>
internal sealed class AdministratorCall(string words, string url, string token, TextWriter error)
{
    /// <summary>How long an answer may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    public static Option<string> Url() => new("--url") { Description = "The running server.", DefaultValueFactory = _ => DevDefaults.ServerUrl };

    public static Option<string?> TokenFile() => new("--token-file") { Description = $"A file that holds a token of an administrator of the tenant. Default: the variable {BearerToken.Variable}." };

    public static Option<string?> Data() => new("--data") { Description = "In the place of a token: the server's data directory, whose operator.key is taken." };

    public static Task<(string? Token, string? Problem)> TokenAsync(string? file, string? data, string words, CancellationToken cancellation) => BearerToken.ReadAsync(
        file, data, $"Type: {BearerToken.Variable}=$(tributary token --user admin@tributary.local) {words} …, or give --token-file or --data.", cancellation);

    /// <param name="method">How.</param>
    /// <param name="path">What for, with its query.</param>
    /// <param name="content">Null for none.</param>
    /// <param name="printAsync">Prints the answer of a server that did what it was asked; says what came in its place where it is not that, otherwise null.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> SendAsync(HttpMethod method, string path, HttpContent? content, Func<HttpResponseMessage, Task<string?>> printAsync, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? server) || server.Scheme is not ("http" or "https"))
        {
            await error.WriteLineAsync($"'{url}' is no http or https address. Type: {words} --url {DevDefaults.ServerUrl} …");
            return 1;
        }

        using HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Patience };
        bool isAnswered = false;
        try
        {
            using HttpRequestMessage request = new(method, new Uri(server, path)) { Content = content };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            isAnswered = true;
            if (response.IsSuccessStatusCode)
            {
                string? other = await printAsync(response);
                if (other is null)
                {
                    return 0;
                }

                await error.WriteLineAsync($"The server at {url} answered {(int)response.StatusCode} and {other}.");
                return 1;
            }

            using JsonDocument? answer = ParseOrNull(await response.Content.ReadAsStringAsync(cancellation));
            await error.WriteLineAsync(answer is null ? $"The server at {url} answered {(int)response.StatusCode} and no JSON." : ProblemOf(answer.RootElement, (int)response.StatusCode));
            return 1;
        }
        catch (Exception exception) when (isAnswered && exception is HttpRequestException or IOException)
        {
            await error.WriteLineAsync($"The answer of the server at {url} broke off ({exception.Message}); it is not all there.");
            return 1;
        }
        catch (HttpRequestException exception)
        {
            await error.WriteLineAsync($"No server answers at {url} ({exception.Message}). Start it with: tributary serve --urls {url}");
            return 1;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            await error.WriteLineAsync($"The server at {url} did not answer in {Patience.TotalMinutes} minutes.");
            return 1;
        }
    }

    /// <summary>What the server says is wrong, the inner reason first, as it names the place.</summary>
    private static string ProblemOf(JsonElement answer, int status)
    {
        JsonElement error = answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("error", out JsonElement found) ? found : default;
        string? message = TextOrNull(error, "message");
        string? reason = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("innerError", out JsonElement inner) ? TextOrNull(inner, "message") : null;
        return $"The server answered {status}: {(reason is null ? message ?? "no reason" : reason)}";
    }

    private static string? TextOrNull(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>Null for what is no JSON.</summary>
    public static JsonDocument? ParseOrNull(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
