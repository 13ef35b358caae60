using System.CommandLine;
using System.Globalization;

namespace MarkdownConnector;

/// <summary>The options of the program and their defaults, which together run the sample corpus against a server on this machine.</summary>
internal static class CommandLine
{
    /// <summary>The limit that Microsoft Graph publishes for concurrent calls on one connection.</summary>
    private const int MaxConcurrency = 25;

    /// <summary>Chosen so that administrator and reader see different things in the sample corpus.</summary>
    private static readonly string[] CorpusSearches = ["salary bands", "department:Finance", "VPN", "\"incident review\" OR postmortem"];

    private static readonly Option<DirectoryInfo> Folder = new("--folder")
    {
        Description = "Folder of Markdown files, read with all its subfolders",
        DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("samples", "corpus")),
    };

    private static readonly Option<Uri> Url = AbsoluteUri("--url", "http://localhost:5080", "Root of the server; https://graph.microsoft.com for the real service");

    private static readonly Option<string> Connection = new("--connection")
    {
        Description = "Id of the connection: 3 to 32 letters and digits",
        DefaultValueFactory = _ => "contosodocs",
    };

    private static readonly Option<string> Tenant = new("--tenant")
    {
        Description = "Tenant id, a GUID [AZURE_TENANT_ID]",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("AZURE_TENANT_ID") ?? "7f0c2a4e-5b1d-4c8a-9e36-1d2b3c4d5e6f",
    };

    private static readonly Option<string> Client = new("--client")
    {
        Description = "Application (client) id, a GUID [AZURE_CLIENT_ID]",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("AZURE_CLIENT_ID") ?? "d310d35d-72ec-47dd-92f2-fb9c40936555",
    };

    private static readonly Option<string[]> Search = new("--search")
    {
        Description = "Words to search for; may be given several times",
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<string[]> User = new("--user")
    {
        Description = "Who searches; may be given several times",
        DefaultValueFactory = _ => ["admin@tributary.local", "reader@tributary.local"],
    };

    private static readonly Option<int> Concurrency = new("--concurrency")
    {
        Description = $"Items put at one time, 1 to {MaxConcurrency}",
        DefaultValueFactory = _ => 8,
        CustomParser = result =>
        {
            if (int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxConcurrency)
            {
                return number;
            }

            result.AddError($"--concurrency takes a number from 1 to {MaxConcurrency}.");
            return 0;
        },
    };

    private static readonly Option<Uri> DocumentsUrl = AbsoluteUri(
        "--documents-url", "https://docs.contoso.example/", "Where documents without an address of their own are said to live");

    private static readonly Option<bool> Delete = new("--delete") { Description = "Delete the connection and everything in it, and stop" };

    /// <summary>The command; <paramref name="run"/> gets the options once they have been found valid.</summary>
    public static RootCommand Create(Func<ConnectorOptions, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand("Makes a folder of Markdown files searchable through a Microsoft Graph connector.")
        {
            Folder, Url, Connection, Tenant, Client, Search, User, Concurrency, DocumentsUrl, Delete,
        };
        command.SetAction((parsed, cancellation) => run(Read(parsed), cancellation));
        return command;
    }

    private static ConnectorOptions Read(ParseResult parsed)
    {
        var folder = parsed.GetRequiredValue(Folder);
        var searches = parsed.GetRequiredValue(Search);
        if (searches.Length == 0)
        {
            searches = Principals.ExistIn(folder) ? CorpusSearches : ["*"];
        }

        return new ConnectorOptions
        {
            Folder = folder,
            Url = parsed.GetRequiredValue(Url),
            ConnectionId = parsed.GetRequiredValue(Connection),
            TenantId = parsed.GetRequiredValue(Tenant),
            ClientId = parsed.GetRequiredValue(Client),
            Searchers = parsed.GetRequiredValue(User),
            Searches = searches,
            Concurrency = parsed.GetRequiredValue(Concurrency),
            DocumentsUrl = parsed.GetRequiredValue(DocumentsUrl),
            Delete = parsed.GetValue(Delete),
        };
    }

    private static Option<Uri> AbsoluteUri(string name, string defaultValue, string description) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => new Uri(defaultValue),
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            {
                return uri;
            }

            result.AddError($"{name} takes an address such as {defaultValue}.");
            return null;
        },
    };
}
