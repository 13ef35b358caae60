using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Tributary.Transfer;

namespace Tributary.Cli;

/// <summary><c>tributary import</c>: makes a connection of a running server from a file that <c>tributary export</c> wrote.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "What tributary export wrote." };
        Option<string?> id = new("--as") { Description = "Another id for the connection.", HelpName = "ID" };
        Option<string?> name = new("--name") { Description = "Another name for the connection." };
        Option<bool> abort = new("--abort") { Description = "End an import of that connection that was interrupted, and remove what it brought." };
        var options = new TransferOptions();
        Command command = new("import", "Make a connection of a running server from a file; nobody sees it before it is complete. See docs/export-import.md.") { file, id, name, abort };
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => options.RunAsync(
            parsed,
            (client, tenant, progress) => parsed.GetValue(abort)
                ? AbortAsync(client, tenant, parsed.GetRequiredValue(file), parsed.GetValue(id), cancellation)
                : RunAsync(client, tenant, parsed.GetRequiredValue(file), parsed.GetValue(id), parsed.GetValue(name), progress, cancellation),
            "Interrupted. The server keeps what it has; the same command goes on, and --abort gives up.",
            cancellation));
        return command;
    }

    private static async Task<(Action<Utf8JsonWriter> Json, string Text)> RunAsync(
        TransferClient client, string tenant, string path, string? id, string? name, TransferProgress progress, CancellationToken cancellation)
    {
        long length = new FileInfo(path).Length;

        // Before anything is sent: a file that is damaged at its end shall not leave half a connection behind.
        ImportRequest request = await progress.RunAsync("Checking " + Path.GetFileName(path), () => ExportFile.VerifyAsync(path, at => progress.Report(at, length, 0, at), cancellation));
        request = request with { ConnectionId = id, Name = name };
        string imports = $"/tributary/tenants/{Uri.EscapeDataString(tenant)}/imports";
        ImportProgress begun = Read(await client.SendAsync(
            HttpMethod.Post, imports, () => Content(JsonSerializer.SerializeToUtf8Bytes(request, TransferJson.Default.ImportRequest), "application/json"), cancellation));
        await progress.RunAsync($"Importing {begun.ConnectionId}", async () =>
        {
            await UploadAsync(client, $"{imports}/{begun.Id}/chunks/", path, begun, length, progress, cancellation);
            return true;
        });
        return (
            json =>
            {
                json.WriteString("file", path);
                json.WriteString("connectionId", begun.ConnectionId);
                json.WriteNumber("resumedAt", begun.NextChunk);
                json.WriteNumber("items", request.Trailer.Items);
                json.WriteNumber("groups", request.Trailer.Groups);
                json.WriteNumber("members", request.Trailer.Members);
                json.WriteString("sha256", request.Sha256);
            },
            FormattableString.Invariant(
                $"{begun.ConnectionId}: {request.Trailer.Items} items, {request.Trailer.Groups} groups with {request.Trailer.Members} members. Searches find them when the index is built."));
    }

    private static async Task UploadAsync(
        TransferClient client, string url, string path, ImportProgress begun, long length, TransferProgress progress, CancellationToken cancellation)
    {
        await using ChunkReader chunks = ExportFile.Open(path, out Func<long> position);
        long items = 0;
        ImportProgress? last = null;
        while (await chunks.ReadOrNullAsync(cancellation) is { } chunk)
        {
            items += ExportFile.Count(chunk).Items;
            if (chunk.End.Chunk >= begun.NextChunk)
            {
                last = Read(await client.SendAsync(
                    HttpMethod.Put, FormattableString.Invariant($"{url}{chunk.End.Chunk}"), () => Content(chunk.Bytes, Chunk.MediaType), cancellation));
            }

            progress.Report(position(), length, items, position());
        }

        if (last is not { IsComplete: true })
        {
            throw new TransferException("The server did not say that the import is complete.");
        }
    }

    private static async Task<(Action<Utf8JsonWriter> Json, string Text)> AbortAsync(
        TransferClient client, string tenant, string path, string? id, CancellationToken cancellation)
    {
        string connection = id ?? await ConnectionOfAsync(path, cancellation);
        string imports = $"/tributary/tenants/{Uri.EscapeDataString(tenant)}/imports";
        JsonElement? listed = await client.SendAsync(HttpMethod.Get, imports, () => null, cancellation);
        ImportProgress[] found = [.. listed!.Value.GetProperty("value").EnumerateArray().Select(import => Read(import)).Where(import => import.ConnectionId == connection)];
        if (found is not [{ } import])
        {
            throw new TransferException($"No import of '{connection}' is under way.");
        }

        await client.SendAsync(HttpMethod.Delete, $"{imports}/{import.Id}", () => null, cancellation);
        return (json => json.WriteString("aborted", connection), $"The import of {connection} is ended; what it brought is removed in the background.");
    }

    private static async Task<string> ConnectionOfAsync(string path, CancellationToken cancellation)
    {
        await using ChunkReader chunks = ExportFile.Open(path, out _);
        return await chunks.ReadOrNullAsync(cancellation) is { } first ? ExportFile.ReadHeader(first).Connection : throw new InvalidDataException("The file is empty.");
    }

    private static ReadOnlyMemoryContent Content(ReadOnlyMemory<byte> bytes, string type)
    {
        var content = new ReadOnlyMemoryContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    private static ImportProgress Read(JsonElement? answer) => answer is { } json
        ? json.Deserialize(TransferJson.Default.ImportProgress)!
        : throw new TransferException("The server answered without saying how far the import is.");
}
