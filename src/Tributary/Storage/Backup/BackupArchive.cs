using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Storage.Backup;

/// <summary>The last entry of a backup: what it is of. Whoever has it has all of it.</summary>
/// <param name="Format">1.</param>
/// <param name="Product">The version that wrote it.</param>
/// <param name="Taken">When it was begun.</param>
/// <param name="Store">The store's id.</param>
/// <param name="Epoch">The store's epoch.</param>
/// <param name="Files">The SHA-256 of each other entry.</param>
internal sealed record BackupManifest(int Format, string Product, DateTimeOffset Taken, string Store, long Epoch, IReadOnlyDictionary<string, string> Files);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;

/// <summary>
/// A backup as a file, a tar archive that gzip has compressed: a copy of the database, the keys, and a manifest. Readable for its owner only, as it holds what all others may not see, and
/// keys.
/// </summary>
internal static class BackupArchive
{
    public const string Database = "tributary.db";

    private const string Manifest = "manifest.json";
    private const string Certificates = "certs";
    private const int Format = 1;

    /// <summary>What a data directory cannot make anew as it was: who holds one of these, or trusts it, goes on.</summary>
    private static readonly string[] Keys = ["operator.key", "issuer.key", "identity.key"];

    /// <summary>Writes a backup; it has its name only when it is complete and on the disk.</summary>
    /// <param name="path">What to write.</param>
    /// <param name="database">A copy of the database.</param>
    /// <param name="data">The data directory with the keys; null to leave them out.</param>
    /// <param name="manifest">Without files.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task WriteAsync(string path, string database, string? data, BackupManifest manifest, CancellationToken cancellationToken)
    {
        string part = path + ".part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            await using (var file = new FileStream(part, options))
            {
                await using (var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
                await using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
                {
                    var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
                    await AddAsync(tar, Database, database, hashes, manifest.Taken, cancellationToken);
                    foreach ((string name, string key) in data is null ? [] : KeysIn(data))
                    {
                        await AddAsync(tar, name, key, hashes, manifest.Taken, cancellationToken);
                    }

                    byte[] json = JsonSerializer.SerializeToUtf8Bytes(manifest with { Format = Format, Files = hashes }, BackupJson.Default.BackupManifest);
                    await tar.WriteEntryAsync(Entry(Manifest, new MemoryStream(json), manifest.Taken), cancellationToken);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Unpacks a backup into an empty folder.</summary>
    /// <exception cref="InvalidDataException">It is damaged, cut off or none; the message says which.</exception>
    public static async Task<BackupManifest> ExtractAsync(string path, string folder, Action<long, long> progress, CancellationToken cancellationToken)
    {
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        BackupManifest? manifest = null;
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 128 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);
            await using var gzip = new GZipStream(file, CompressionMode.Decompress);
            await using var tar = new TarReader(gzip);
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || manifest is not null || !IsKnown(entry.Name))
                {
                    throw new InvalidDataException($"The backup has an entry '{entry.Name}', which none has.");
                }

                if (entry.Name == Manifest)
                {
                    manifest = await JsonSerializer.DeserializeAsync(entry.DataStream ?? Stream.Null, BackupJson.Default.BackupManifest, cancellationToken);
                }
                else
                {
                    hashes[entry.Name] = await ExtractAsync(entry, folder, cancellationToken);
                }

                progress(file.Position, file.Length);
            }

            // To the end: gzip's own checksum stands there.
            await gzip.CopyToAsync(Stream.Null, cancellationToken);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or EndOfStreamException)
        {
            throw new InvalidDataException("The backup is damaged, cut off, or no backup.", exception);
        }

        if (manifest is null)
        {
            throw new InvalidDataException("The backup is cut off: it has no manifest at its end.");
        }

        if (manifest.Format != Format)
        {
            throw new InvalidDataException($"The backup is of format {manifest.Format}; this version reads {Format}.");
        }

        bool isWhole = manifest.Files.Count == hashes.Count && manifest.Files.All(file => hashes.TryGetValue(file.Key, out string? hash) && hash == file.Value);
        return isWhole && hashes.ContainsKey(Database) ? manifest : throw new InvalidDataException("The backup is damaged: its files are not those that its manifest tells of.");
    }

    private static IEnumerable<(string Name, string Path)> KeysIn(string data)
    {
        foreach (string name in Keys.Where(name => File.Exists(Path.Combine(data, name))))
        {
            yield return (name, Path.Combine(data, name));
        }

        string certificates = Path.Combine(data, Certificates);
        string[] files = Directory.Exists(certificates) ? Directory.GetFiles(certificates) : [];
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            yield return ($"{Certificates}/{Path.GetFileName(file)}", file);
        }
    }

    /// <summary>Nothing is ever written elsewhere than into the folder and its <c>certs</c>.</summary>
    private static bool IsKnown(string name) => name is Database or Manifest
        || Keys.Contains(name, StringComparer.Ordinal)
        || (name.Split('/') is [Certificates, { Length: > 0 } file] && file is not ("." or "..") && file.AsSpan().IndexOfAny('\\', ':') < 0);

    private static async Task AddAsync(
        TarWriter tar, string name, string path, SortedDictionary<string, string> hashes, DateTimeOffset time, CancellationToken cancellationToken)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new IOException($"{path} is a link, and is not followed.");
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 128 * 1024, FileOptions.Asynchronous | FileOptions.SequentialScan);
        hashes[name] = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
        file.Position = 0;
        await tar.WriteEntryAsync(Entry(name, file, time), cancellationToken);
    }

    private static PaxTarEntry Entry(string name, Stream data, DateTimeOffset time) =>
        new(TarEntryType.RegularFile, name) { DataStream = data, Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite, ModificationTime = time };

    private static async Task<string> ExtractAsync(TarEntry entry, string folder, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, entry.Name);
        DataDirectory.Create(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new FileStream(path, options);
        if (entry.DataStream is { } data)
        {
            await data.CopyToAsync(file, cancellationToken);
        }

        file.Flush(flushToDisk: true);
        file.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
