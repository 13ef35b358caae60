using System.CommandLine;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Cli;
using Tributary.Connections;
using Tributary.Items;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Transfer;

/// <summary>Moves connections of a running server by the commands, and says all that the server says of one.</summary>
internal static class TransferServer
{
    public const string Connections = "/v1.0/external/connections";

    public static readonly string[] Settings = ["Items:AllowListing=true", "Items:LenientIds=true", "Connections:MaxPerTenant=1000", "Search:AllowGuests=true"];

    public static string Imports => $"/tributary/tenants/{TestServer.Tenant}/imports";

    public static string Export(string connection) => $"/tributary/tenants/{TestServer.Tenant}/connections/{connection}/export";

    public static Task<(int ExitCode, string Output, string Error)> ExportAsync(this TestServer server, string connection, string file, params string[] more) =>
        RunAsync(ExportCommand.Create(), TestContext.Current.CancellationToken, [connection, file, .. Server(server), .. more]);

    public static Task<(int ExitCode, string Output, string Error)> ImportAsync(this TestServer server, string file, params string[] more) =>
        RunAsync(ImportCommand.Create(), TestContext.Current.CancellationToken, [file, .. Server(server), .. more]);

    public static string[] Server(TestServer server) => ["--url", server.Urls.First(), "--data", server.Data];

    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(Command command, CancellationToken cancellation, params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int exitCode = await command.Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error }, cancellation);
        return (exitCode, output.ToString(), error.ToString());
    }

    public static async Task ShouldSucceedAsync(this Task<(int ExitCode, string Output, string Error)> run)
    {
        (int exitCode, _, string error) = await run;

        // What takes some seconds tells how far it is.
        string[] told = [.. error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("Exporting ", StringComparison.Ordinal) && !line.StartsWith("Importing ", StringComparison.Ordinal))];
        Assert.Equal((0, ""), (exitCode, string.Join('\n', told)));
    }

    /// <summary>Everything that can be read of a connection, as text.</summary>
    public static async Task<string> DescribeAsync(this TestServer server, string connection)
    {
        var text = new StringBuilder();
        string path = $"{Connections}/{connection}";
        foreach (string one in new[] { path, path.Replace("v1.0", "beta", StringComparison.Ordinal), path.Replace("v1.0", "beta", StringComparison.Ordinal) + "/schema" })
        {
            Answer answer = await server.GetAsync(one);
            text.AppendLine(answer.Status == 200 ? answer.Body : answer.ErrorCode);
        }

        foreach (string operation in await server.AllAsync(path + "/operations"))
        {
            text.AppendLine(operation);
        }

        foreach (string group in await server.AllAsync(path + "/groups"))
        {
            text.AppendLine(group);
            foreach (string member in await server.AllAsync($"{path}/groups/{JsonDocument.Parse(group).RootElement.GetProperty("id").GetString()}/members"))
            {
                text.AppendLine(member);
            }
        }

        ConnectionKey key = (await server.Services.GetRequiredService<IConnectionStore>().FindOrNullAsync(TestServer.Tenant, connection, CancellationToken.None))!.Key;
        IActivityStore activities = server.Services.GetRequiredService<IActivityStore>();
        foreach (string item in await server.AllAsync(path + "/items"))
        {
            text.AppendLine(item);
            string id = JsonDocument.Parse(item).RootElement.GetProperty("id").GetString()!;
            foreach (ExternalActivity activity in await activities.ListAsync(key, id, CancellationToken.None))
            {
                text.AppendLine(activity.ToString());
            }
        }

        return text.Replace(server.Http.BaseAddress!.ToString(), "/").ToString();
    }

    /// <summary>The members of a collection, as they stand in its pages.</summary>
    public static async Task<List<string>> AllAsync(this TestServer server, string path)
    {
        var all = new List<string>();
        for (string? next = path; next is not null;)
        {
            JsonElement page = (await server.GetAsync(next)).ShouldBe(200).Json;
            all.AddRange(page.GetProperty("value").EnumerateArray().Select(member => member.GetRawText()));
            next = page.TryGetProperty("@odata.nextLink", out JsonElement link) ? link.GetString() : null;
        }

        return all;
    }

    /// <summary>What each of the users finds by each of the queries.</summary>
    public static async Task<string> SearchAllAsync(this TestServer server, string connection, params string[] queries)
    {
        var text = new StringBuilder();
        foreach (string query in queries)
        {
            foreach (string user in new[] { "admin", "reader", "guest" })
            {
                Answer answer = await Eventually.HoldsAsync(
                    () => server.SearchAsync(query, user, $"/external/connections/{connection}", """, "size": 500"""), found => found.Status != 503);
                answer.ShouldBe(200);
                text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{query} {user} {answer.Total} {string.Join(' ', answer.HitIds.Order(StringComparer.Ordinal))}");
            }
        }

        return text.ToString();
    }

    public static string TempFile() => Path.Combine(Directory.CreateTempSubdirectory("tributary-test-").FullName, "export.jsonl.gz");
}
