using System.IO.Compression;

namespace Tributary.Transfer;

/// <summary>
/// Writes an export to <c>FILE.part</c>, chunk by chunk, and gives it its name when it is complete. What a run that was ended has left is gone on with, as far as it is whole. For its
/// owner alone: the file shows what others may not see.
/// </summary>
internal sealed class ExportFileWriter : IDisposable
{
    private readonly string _path;
    private readonly FileStream _part;
    private long _whole;

    private ExportFileWriter(string path, FileStream part)
    {
        _path = path;
        _part = part;
    }

    public ExportHeader? Header { get; private set; }

    /// <summary>The last chunk in the file.</summary>
    public ChunkEnd? Last { get; private set; }

    /// <summary>Where the export goes on behind it.</summary>
    public ExportPoint? Next { get; private set; }

    /// <summary>What the export says at its end, once that is in the file.</summary>
    public ExportTrailer? Trailer { get; private set; }

    public long Items { get; private set; }

    public long Groups { get; private set; }

    /// <summary>Of the file.</summary>
    public long Bytes => _whole;

    /// <summary>Opens the part, of an export of the same connection as far as it is there and whole.</summary>
    public static async Task<ExportFileWriter> OpenAsync(string path, string tenant, string connection, CancellationToken cancellationToken)
    {
        string part = path + ExportFile.PartSuffix;
        string old = part + ".old";
        if (File.Exists(part) && !File.Exists(old))
        {
            File.Move(part, old);
        }

        var writer = new ExportFileWriter(path, Create(part));
        if (File.Exists(old))
        {
            try
            {
                await writer.TakeOverAsync(old, tenant, connection, cancellationToken);
            }
            catch
            {
                writer.Dispose();
                throw;
            }

            File.Delete(old);
        }

        return writer;
    }

    /// <summary>Adds the next chunk; what is behind the last whole one in the file goes.</summary>
    public void Append(Chunk chunk)
    {
        if (chunk.End.Chunk == 0)
        {
            Header = ExportFile.ReadHeader(chunk);
        }

        _part.SetLength(_whole);
        _part.Position = _whole;
        using (var gzip = new GZipStream(_part, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(chunk.Bytes.Span);
        }

        _whole = _part.Position;
        (Trailer, Next) = ExportFile.ReadLast(chunk);
        (int items, int groups) = ExportFile.Count(chunk);
        (Items, Groups, Last) = (Items + items, Groups + groups, chunk.End);
    }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        _part.SetLength(0);
        (_whole, Header, Last, Next, Trailer, Items, Groups) = (0, null, null, null, null, 0, 0);
    }

    /// <summary>Gives the complete file its name, once it is on the disk.</summary>
    public void Complete()
    {
        _part.Flush(flushToDisk: true);
        File.Move(_path + ExportFile.PartSuffix, _path, overwrite: true);
    }

    public void Dispose() => _part.Dispose();

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 128 * 1024 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    /// <summary>Where the members of a file end within it, gzip does not tell; so what is whole is written anew.</summary>
    private async Task TakeOverAsync(string old, string tenant, string connection, CancellationToken cancellationToken)
    {
        try
        {
            await using ChunkReader chunks = ExportFile.Open(old, out _);
            while (await chunks.ReadOrNullAsync(cancellationToken) is { } chunk)
            {
                Append(chunk);
                if (Header is not { } header || header.Tenant != tenant || header.Connection != connection)
                {
                    Clear();
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            // Up to here it is whole.
        }

        if (Last is not null && Next is null && Trailer is null)
        {
            Clear();
        }
    }
}
