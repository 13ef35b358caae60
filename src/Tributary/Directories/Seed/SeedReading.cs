using System.Collections.Concurrent;

namespace Tributary.Directories.Seed;

/// <summary>What a seed file held when it was last read.</summary>
/// <param name="File">Its content; while it is wrong, that of before.</param>
/// <param name="Stamp">By what a file that has changed is known; null for one that is not there.</param>
/// <param name="Problem">Why it cannot be used; null when it can.</param>
internal sealed record SeedReading(SeedFile File, (DateTime Written, long Length)? Stamp, string? Problem)
{
    /// <summary>The tenants that were asked for since.</summary>
    public ConcurrentDictionary<string, SeedTenantView> Tenants { get; } = new(StringComparer.Ordinal);

    /// <summary>At start, when a file that is wrong stops the server.</summary>
    /// <param name="path">Null for none.</param>
    /// <exception cref="InvalidDataException">Names every mistake.</exception>
    public static SeedReading First(string? path)
    {
        // Before the content: a change in between is seen by the next look at the stamp.
        (DateTime, long)? stamp = StampOf(path);
        return new SeedReading(path is null ? new SeedFile() : SeedFile.Read(path), stamp, null);
    }

    public static SeedReading Again(string path, SeedReading last)
    {
        (DateTime, long)? stamp = StampOf(path);
        try
        {
            return new SeedReading(SeedFile.Read(path), stamp, null);
        }
        catch (InvalidDataException exception)
        {
            return new SeedReading(last.File, stamp, exception.Message);
        }
    }

    public static (DateTime Written, long Length)? StampOf(string? path) =>
        path is not null && new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : null;
}
