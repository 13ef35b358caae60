using System.Collections.Concurrent;
using System.Net;
using Microsoft.Graph;
using Microsoft.Graph.Models.ExternalConnectors;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Http.HttpClientLibrary.Middleware.Options;

namespace MarkdownConnector;

/// <summary>
/// What a connector does with Graph, in the order in which it does it: connection, schema, operation, items. There is no retry in here: the SDK's
/// own handler answers 429 and 503 by waiting for as long as the service says.
/// </summary>
internal sealed class ConnectorClient(GraphServiceClient graph, string connectionId)
{
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(30);

    private Microsoft.Graph.External.Connections.Item.ExternalConnectionItemRequestBuilder Connection => graph.External.Connections[connectionId];

    /// <summary>Creates the connection, or finds the one that an earlier run has made.</summary>
    /// <returns>Whether it is new.</returns>
    public async Task<bool> CreateConnectionAsync(string name, string description, CancellationToken cancellationToken)
    {
        try
        {
            var connection = new ExternalConnection { Id = connectionId, Name = name, Description = description };
            await graph.External.Connections.PostAsync(connection, cancellationToken: cancellationToken);
            return true;
        }
        catch (ODataError conflict) when (Is(conflict, HttpStatusCode.Conflict))
        {
            await EnsureConnectionIsOursAsync(cancellationToken);
            return false;
        }
    }

    /// <summary>Registers the schema, or brings the present one up to date, and waits until Graph is done with it: some minutes on the real service.</summary>
    public async Task RegisterSchemaAsync(Schema schema, CancellationToken cancellationToken)
    {
        // The operation's id stands nowhere but in the Location header, which the generated method does not return.
        var headers = new HeadersInspectionHandlerOption { InspectResponseHeaders = true };
        await Connection.Schema.PatchAsync(schema, request => request.Options.Add(headers), cancellationToken);

        var location = headers.ResponseHeaders.TryGetValue("Location", out var values) ? values.First() : null;
        var operationId = location?.TrimEnd('/').Split('/')[^1];
        if (string.IsNullOrEmpty(operationId))
        {
            throw new ConnectorException("The schema was accepted without a Location header, so there is nothing to wait for.");
        }

        await WaitForOperationAsync(Uri.UnescapeDataString(operationId), cancellationToken);
    }

    /// <summary>
    /// Puts every document that can be read. One that fails is reported and does not keep the others. <paramref name="progress"/> is told the number
    /// of documents done so far, from several threads.
    /// </summary>
    public async Task<IngestResult> PutDocumentsAsync(
        DocumentFolder folder, Principals principals, int concurrency, Action<int> progress, CancellationToken cancellationToken)
    {
        var failures = new ConcurrentBag<DocumentFailure>();
        var done = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(folder.Files(), parallel, async (file, token) =>
        {
            try
            {
                var document = await folder.ReadAsync(file, token);
                var acl = new List<Acl>(document.Acl.Count);
                foreach (var line in document.Acl)
                {
                    acl.Add(await principals.ResolveAsync(line));
                }

                await Connection.Items[document.ItemId].PutAsync(DocumentItem.Create(document, acl), cancellationToken: token);
            }
            catch (Exception e) when (e is FormatException or ConnectorException or IOException or UnauthorizedAccessException)
            {
                failures.Add(new DocumentFailure(folder.RelativePath(file), e.Message));
            }
            catch (ODataError e) when (e.ResponseStatusCode is >= 400 and < 500 and not (401 or 403))
            {
                failures.Add(new DocumentFailure(folder.RelativePath(file), GraphFailure.Describe(e)));
            }

            progress(Interlocked.Increment(ref done));
        });
        return new IngestResult(done - failures.Count, [.. failures.OrderBy(failure => failure.RelativePath, StringComparer.Ordinal)]);
    }

    /// <summary>Graph deletes in the background; the id stays taken until it has finished.</summary>
    /// <returns>Whether there was anything to delete.</returns>
    public async Task<bool> DeleteConnectionAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Connection.DeleteAsync(cancellationToken: cancellationToken);
            return true;
        }
        catch (ODataError missing) when (Is(missing, HttpStatusCode.NotFound))
        {
            return false;
        }
    }

    /// <summary>A conflict says that the id or the name is taken, not by whom: another app's connection is as invisible as one being deleted.</summary>
    private async Task EnsureConnectionIsOursAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Connection.GetAsync(cancellationToken: cancellationToken);
        }
        catch (ODataError missing) when (Is(missing, HttpStatusCode.NotFound))
        {
            throw new ConnectorException(
                $"""The id "{connectionId}" or the connection's name is taken: by another application, or by a deletion that still runs. Choose another --connection, or try later.""");
        }
    }

    private async Task WaitForOperationAsync(string operationId, CancellationToken cancellationToken)
    {
        for (var delay = ShortestPoll; ; delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, LongestPoll.Ticks)))
        {
            var operation = await Connection.Operations[operationId].GetAsync(cancellationToken: cancellationToken);
            switch (operation?.Status)
            {
                case ConnectionOperationStatus.Completed:
                    return;
                case ConnectionOperationStatus.Failed:
                    throw new ConnectorException($"Graph could not register the schema: {operation.Error?.Message}");
            }

            await Task.Delay(delay, cancellationToken);
        }
    }

    private static bool Is(ODataError error, HttpStatusCode status) => error.ResponseStatusCode == (int)status;
}
