using System.CommandLine;
using System.Text;

namespace Tributary.Cli;

/// <summary><c>tributary access log</c>: exports the access log of a running server, as the JSON lines that it has.</summary>
internal static class AccessLogCommand
{
    private const string Words = "tributary access log";

    public static Command Create()
    {
        Option<string> url = AdministratorCall.Url();
        Option<string?> from = new("--from") { Description = "Only from this instant on: 2026-11-28 or 2026-11-28T09:00:00Z." };
        Option<string?> to = new("--to") { Description = "Only before this instant." };
        Option<string?> user = new("--user") { Description = "Only what this user was shown: his object id." };
        Option<string?> app = new("--app") { Description = "Only what this application searched: its id." };
        Option<string?> connection = new("--connection") { Description = "Only searches that showed an item of this connection." };
        Option<string?> item = new("--item") { Description = "Only searches that showed the item of this id." };
        Option<string?> tenant = new("--tenant") { Description = "Only this tenant, a GUID. Default: that of the token; with the operator's key all." };
        Option<string?> tokenFile = AdministratorCall.TokenFile();
        Option<string?> data = AdministratorCall.Data();
        Command command = new("log", "Print who was shown which items, the oldest first, one line of JSON for each search (see Access:Log).")
        {
            url, from, to, user, app, connection, item, tenant, tokenFile, data,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output, error = parsed.InvocationConfiguration.Error;
            (string? token, string? problem) = await AdministratorCall.TokenAsync(parsed.GetValue(tokenFile), parsed.GetValue(data), Words, cancellation);
            if (problem is not null)
            {
                await error.WriteLineAsync(problem);
                return 1;
            }

            (string Name, Option<string?> Option)[] parameters =
            [
                ("from", from), ("to", to), ("userId", user), ("appId", app), ("connectionId", connection), ("itemId", item), ("tenantId", tenant),
            ];
            string[] given = [.. parameters.Where(one => parsed.GetValue(one.Option) is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(parsed.GetValue(one.Option)!)}")];
            string path = "/tributary/access/log" + (given.Length > 0 ? "?" + string.Join('&', given) : "");
            return await new AdministratorCall(Words, parsed.GetRequiredValue(url), token!, error)
                .SendAsync(HttpMethod.Get, path, null, response => PrintAsync(response, output, cancellation), cancellation);
        });
        return command;
    }

    /// <summary>As it comes, as there may be more of it than goes into memory.</summary>
    private static async Task<string?> PrintAsync(HttpResponseMessage response, TextWriter output, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/x-ndjson")
        {
            return "no JSON lines";
        }

        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation), Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            await output.WriteAsync(line);
            await output.WriteAsync('\n');
        }

        return null;
    }
}
