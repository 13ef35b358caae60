using System.CommandLine;
using System.Text.Json;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;

namespace Tributary.Cli;

/// <summary><c>tributary token</c>: asks the development issuer of a running server for an access token and prints it, and nothing else.</summary>
internal static class TokenCommand
{
    /// <summary>Any secret and any password will do: the issuer answers to this machine only.</summary>
    private const string AnySecret = "development";

    public static Command Create()
    {
        Option<string> url = new("--url") { Description = "The running server.", DefaultValueFactory = _ => DevDefaults.ServerUrl };
        Option<string> tenant = new("--tenant") { Description = "The tenant, a GUID.", DefaultValueFactory = _ => DevDefaults.TenantId };
        Option<string> app = new("--app") { Description = "The application, a GUID.", DefaultValueFactory = _ => DevDefaults.AppId };
        Option<string?> user = new("--user")
        {
            Description = "A user to sign in: admin@tributary.local, reader@tributary.local, guest@tributary.local. Without: the application itself.",
        };
        Option<string> scope = new("--scope")
        {
            Description = "What to ask for; with --user it may be single permissions, such as ExternalItem.Read.All.",
            DefaultValueFactory = _ => $"{AuthOptions.GraphAudience}/.default",
        };

        Command command = new("token", "Print an access token of a running server's development issuer.") { url, tenant, app, user, scope };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(url),
            parsed.GetRequiredValue(tenant),
            FormFor(parsed.GetRequiredValue(app), parsed.GetValue(user), parsed.GetRequiredValue(scope)),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error,
            cancellation));
        return command;
    }

    private static Dictionary<string, string> FormFor(string app, string? user, string scope)
    {
        Dictionary<string, string> form = new() { ["client_id"] = app, ["scope"] = scope };
        if (user is null)
        {
            form["grant_type"] = "client_credentials";
            form["client_secret"] = AnySecret;
        }
        else
        {
            form["grant_type"] = "password";
            form["username"] = user;
            form["password"] = AnySecret;
        }

        return form;
    }

    private static async Task<int> RunAsync(
        string url, string tenant, Dictionary<string, string> form, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? server) || server.Scheme is not ("http" or "https"))
        {
            await error.WriteLineAsync($"'{url}' is no http or https address. Type: tributary token --url {DevDefaults.ServerUrl}");
            return 1;
        }

        // No proxy: it could not reach the server's loopback address, and the issuer refuses what comes through one.
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(30) };
        try
        {
            using FormUrlEncodedContent body = new(form);
            Uri endpoint = new(server, $"/{Uri.EscapeDataString(tenant)}/oauth2/v2.0/token");
            using HttpResponseMessage response = await http.PostAsync(endpoint, body, cancellation);
            (string? token, string? problem) = Read(await response.Content.ReadAsStringAsync(cancellation));
            if (token is not null && response.IsSuccessStatusCode)
            {
                await output.WriteLineAsync(token);
                return 0;
            }

            await error.WriteLineAsync(problem
                ?? $"The server at {url} has no development issuer ({(int)response.StatusCode}). " +
                "It is on while Auth:Authority is not set; else ask that authority for a token.");
            return 1;
        }
        catch (HttpRequestException exception)
        {
            await error.WriteLineAsync($"No server answers at {url} ({exception.Message}). Start it with: tributary serve --urls {url}");
            return 1;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            await error.WriteLineAsync($"The server at {url} did not answer in 30 seconds.");
            return 1;
        }
    }

    /// <summary>The token, or what Entra's error shape says; neither when the answer is of another kind.</summary>
    private static (string? Token, string? Problem) Read(string body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            bool isObject = document.RootElement.ValueKind == JsonValueKind.Object;
            return isObject ? (Text("access_token"), Text("error_description")) : (null, null);

            string? Text(string name) =>
                document.RootElement.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }
}
