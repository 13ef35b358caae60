using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Tributary.Transfer;

namespace Tributary.Cli;

/// <summary><c>tributary export</c>: writes a connection of a running server, with everything in it, to one file.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        Argument<string> connection = new("connection") { Description = "The id of the connection." };
        Argument<string> file = new("file") { Description = "The file to write, such as contosohr.jsonl.gz. While it is not complete it is called FILE.part; the same command goes on with it." };
        Option<bool> force = new("--force") { Description = "Replace a file that is there." };
        var options = new TransferOptions();
        Command command = new("export", "Write a connection (settings, schema, groups, items) of a running server to a file; see docs/export-import.md.") { connection, file, force };
        options.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            string path = parsed.GetRequiredValue(file);
            return options.RunAsync(
                parsed,
                (client, tenant, progress) => RunAsync(client, tenant, parsed.GetRequiredValue(connection), path, parsed.GetValue(force), progress, cancellation),
                $"Interrupted. {path}{ExportFile.PartSuffix} has what arrived; the same command goes on within {ExportStream.Lease.TotalMinutes} minutes.",
                cancellation);
        });
        return command;
    }

    private static async Task<(Action<Utf8JsonWriter> Json, string Text)> RunAsync(
        TransferClient client, string tenant, string connection, string path, bool isForced, TransferProgress progress, CancellationToken cancellation)
    {
        if (File.Exists(path) && !isForced)
        {
            throw new TransferException($"{path} is there already. Name another file, or give --force to replace it.");
        }

        string url = $"/tributary/tenants/{Uri.EscapeDataString(tenant)}/connections/{Uri.EscapeDataString(connection)}/export";
        using ExportFileWriter writer = await ExportFileWriter.OpenAsync(path, tenant, connection, cancellation);
        bool isResumed = writer.Last is not null;
        await progress.RunAsync($"Exporting {connection}", async () =>
        {
            if (writer.Trailer is null)
            {
                await DownloadAsync(client, url, writer, isResumed, progress, cancellation);
            }

            return true;
        });
        writer.Complete();
        ExportTrailer end = writer.Trailer!;
        return (
            json =>
            {
                json.WriteString("file", path);
                json.WriteString("connectionId", connection);
                json.WriteNumber("change", end.Change);
                json.WriteNumber("items", end.Items);
                json.WriteNumber("groups", end.Groups);
                json.WriteNumber("members", end.Members);
                json.WriteNumber("bytes", writer.Bytes);
                json.WriteString("sha256", writer.Last!.Sha256);
            },
            FormattableString.Invariant(
                $"{path}: {end.Items} items, {end.Groups} groups with {end.Members} members, {TransferProgress.Size(writer.Bytes)}. SHA-256 of its lines: {writer.Last!.Sha256}"));
    }

    private static async Task DownloadAsync(
        TransferClient client, string url, ExportFileWriter writer, bool isResumed, TransferProgress progress, CancellationToken cancellation)
    {
        try
        {
            await client.StreamAsync(url, () => Continuation(writer), (body, token) => TakeAsync(body, writer, progress, token), cancellation);
        }
        catch (TransferException exception) when (isResumed && exception.Code == "ExportExpired")
        {
            // What an earlier run has left is of no use any more.
            writer.Clear();
            await client.StreamAsync(url, () => Continuation(writer), (body, token) => TakeAsync(body, writer, progress, token), cancellation);
        }
    }

    private static ByteArrayContent? Continuation(ExportFileWriter writer)
    {
        if (writer is not { Last: { } last, Next: { } next })
        {
            return null;
        }

        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new ExportContinuation(last, next), TransferJson.Default.ExportContinuation));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    private static async Task<StreamOutcome> TakeAsync(Stream body, ExportFileWriter writer, TransferProgress progress, CancellationToken cancellation)
    {
        var outcome = StreamOutcome.Nothing;
        try
        {
            await using var chunks = new ChunkReader(body, writer.Last);
            while (await chunks.ReadOrNullAsync(cancellation) is { } chunk)
            {
                writer.Append(chunk);
                outcome = StreamOutcome.Some;
                progress.Report(writer.Items + writer.Groups, (writer.Header?.Items + writer.Header?.Groups) ?? 0, writer.Items, writer.Bytes);
                if (writer.Trailer is not null)
                {
                    return StreamOutcome.Complete;
                }
            }
        }
        catch (Exception exception) when (outcome == StreamOutcome.Some && exception is HttpRequestException or IOException or TimeoutException or InvalidDataException)
        {
            // Goes on behind the last chunk that is whole.
        }
        catch (Exception exception) when (exception is EndOfStreamException or InvalidDataException)
        {
            // Not even one was.
        }

        return outcome;
    }
}
