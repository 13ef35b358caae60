using System.Diagnostics;
using Azure.Identity;
using MarkdownConnector;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions;
using Spectre.Console;

return await CommandLine.Create(RunAsync).Parse(args).InvokeAsync();

static async Task<int> RunAsync(ConnectorOptions options, CancellationToken cancellationToken)
{
    try
    {
        using var signIn = new SignIn(options);
        var connector = new ConnectorClient(signIn.AsConnector(), options.ConnectionId);
        if (options.Delete)
        {
            var deleted = await connector.DeleteConnectionAsync(cancellationToken);
            Console.WriteLine(deleted ? $"{options.ConnectionId} is being deleted in the background." : $"There is no {options.ConnectionId}.");
            return 0;
        }

        var failures = await IngestAsync(options, signIn, connector, cancellationToken);
        await SearchAsync(options, signIn, cancellationToken);
        return failures == 0 ? 0 : 1;
    }
    catch (ODataError e)
    {
        return Fail(GraphFailure.Describe(e));
    }
    catch (AuthenticationFailedException e)
    {
        return Fail(GraphFailure.Describe(e));
    }
    catch (Exception e) when (e is ConnectorException or ApiException)
    {
        return Fail(e.Message);
    }
    catch (HttpRequestException e)
    {
        return Fail($"{options.Url} does not answer ({e.Message}) Is the server running?");
    }
}

static async Task<int> IngestAsync(ConnectorOptions options, SignIn signIn, ConnectorClient connector, CancellationToken cancellationToken)
{
    if (!options.Folder.Exists)
    {
        throw new ConnectorException($"There is no folder {options.Folder.FullName}: name one with --folder.");
    }

    var description = $"Markdown documents of {options.Folder.Name}";
    var created = await connector.CreateConnectionAsync($"Markdown documents {options.ConnectionId}", description, cancellationToken);
    Console.WriteLine($"{options.ConnectionId} {(created ? "created" : "was there already")}; registering the schema …");
    await connector.RegisterSchemaAsync(DocumentSchema.Create(), cancellationToken);

    var folder = new DocumentFolder(options.Folder, options.DocumentsUrl);
    var principals = await Principals.LoadAsync(
        options.Folder, options.TenantId, name => signIn.FindObjectIdAsync(name, cancellationToken), cancellationToken);

    var clock = Stopwatch.StartNew();
    var result = await AnsiConsole.Status().StartAsync("Putting documents …", status => connector.PutDocumentsAsync(
        folder,
        principals,
        options.Concurrency,
        done =>
        {
            // Where there is no terminal each status becomes a line of its own.
            if (done % 250 == 0)
            {
                status.Status($"Putting documents … {done}");
            }
        },
        cancellationToken));
    Console.WriteLine($"{result.Put} documents put in {clock.Elapsed.TotalSeconds:F1} s, {result.Failures.Count} failed");
    foreach (var failure in result.Failures)
    {
        await Console.Error.WriteLineAsync($"  {failure.RelativePath}: {failure.Reason}");
    }

    return result.Failures.Count;
}

static async Task SearchAsync(ConnectorOptions options, SignIn signIn, CancellationToken cancellationToken)
{
    var comparison = new SearchComparison(options.ConnectionId, [.. options.Searchers.Select(name => (name, signIn.AsUser(name)))]);
    foreach (var words in options.Searches)
    {
        AnsiConsole.Write(await comparison.RunAsync(words, cancellationToken));
    }
}

static int Fail(string message)
{
    Console.Error.WriteLine(message);
    return 1;
}
