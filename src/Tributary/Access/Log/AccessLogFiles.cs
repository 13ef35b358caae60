using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Tributary.Storage;

namespace Tributary.Access.Log;

/// <summary>One file of the log.</summary>
/// <param name="Number">In the order in which they were begun.</param>
/// <param name="Began">When, to the second.</param>
/// <param name="Path">Absolute.</param>
internal sealed record AccessLogFile(long Number, DateTimeOffset Began, string Path)
{
    /// <summary>Every line of the file before this one is older, as a line is older than the moment at which it is written.</summary>
    public DateTimeOffset AllBeforeAreOlderThan => Began.AddSeconds(1);
}

/// <summary>
/// The files of the log: <c>access-00000001-20261128T210654Z.jsonl</c> and so on, for the user of the server alone. One server writes, and begins a new file when
/// it starts, so what a crash left at the end of the last one stays where it is. Not for several threads, but for <see cref="List"/>.
/// </summary>
internal sealed partial class AccessLogFiles(string directory, AccessLogOptions options) : IDisposable
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string Second = "yyyyMMdd'T'HHmmss'Z'";

    private FileStream? _open;
    private DateTimeOffset _began;
    private long _length;

    /// <summary>Makes the directory and tries whether files can be made in it.</summary>
    /// <exception cref="IOException">They cannot, or others could put theirs there; says why.</exception>
    /// <exception cref="UnauthorizedAccessException">So it is.</exception>
    public static void Prepare(string directory)
    {
        DataDirectory.Create(directory);
        if (PosixFile.IsSupported)
        {
            using SafeFileHandle? open = PosixFile.OpenDirectoryOrNull(directory);
            if (open is not null && DataDirectory.ProblemOrNull(PosixFile.StatusOf(open), PosixFile.CurrentUser) is { } problem)
            {
                throw new IOException(problem);
            }
        }

        string probe = Path.Combine(directory, $"probe-{Guid.NewGuid():N}");
        using var _ = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
    }

    /// <summary>Appends whole lines and waits until they are on the disk.</summary>
    /// <param name="lines">Each with its end.</param>
    /// <param name="now">For the age of files.</param>
    /// <exception cref="IOException">They could not be written; what was of them is taken back, as far as that is possible.</exception>
    /// <exception cref="UnauthorizedAccessException">So it is.</exception>
    public void Append(IReadOnlyList<byte[]> lines, DateTimeOffset now)
    {
        CloseIfOld(now);
        if (_open is not null && !File.Exists(_open.Name))
        {
            // Somebody took it away: what is written there now, nobody would ever read.
            Close();
        }

        _open ??= Begin(now);
        try
        {
            foreach (byte[] line in lines)
            {
                _open.Write(line);
            }

            _open.Flush(flushToDisk: true);
            _length = _open.Position;
        }
        catch
        {
            TakeBack();
            throw;
        }

        if (_length >= options.MaxFileBytes)
        {
            Close();
        }
    }

    /// <summary>Ends the file when it is past its age, and removes files of which every line is past <see cref="AccessLogOptions.Retention"/>.</summary>
    /// <returns>How many were removed.</returns>
    public int Tidy(DateTimeOffset now)
    {
        CloseIfOld(now);
        if (options.Retention is not { } retention)
        {
            return 0;
        }

        // A file ends where the next one begins; of the last one that is not known.
        IReadOnlyList<AccessLogFile> files = List(directory);
        int removed = 0;
        for (int i = 0; i + 1 < files.Count && files[i + 1].AllBeforeAreOlderThan <= now - retention; i++)
        {
            File.Delete(files[i].Path);
            removed++;
        }

        return removed;
    }

    /// <summary>All files, the oldest first; none when there is no such directory.</summary>
    public static IReadOnlyList<AccessLogFile> List(string directory) => !Directory.Exists(directory) ? [] :
    [
        .. Directory.EnumerateFiles(directory)
            .Select(path => (Path: path, Name: NamePattern.Match(System.IO.Path.GetFileName(path))))
            .Where(file => file.Name.Success)
            .Select(file => new AccessLogFile(
                long.Parse(file.Name.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
                DateTimeOffset.ParseExact(file.Name.Groups[2].ValueSpan, Second, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                file.Path))
            .OrderBy(file => file.Number),
    ];

    public void Dispose() => Close();

    private void CloseIfOld(DateTimeOffset now)
    {
        if (_open is not null && now - _began >= options.MaxFileAge)
        {
            Close();
        }
    }

    private FileStream Begin(DateTimeOffset now)
    {
        long number = List(directory) is [.., AccessLogFile last] ? last.Number + 1 : 1;
        string path = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"access-{number:D8}-{now.UtcDateTime.ToString(Second, CultureInfo.InvariantCulture)}.jsonl"));
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 };
        DataDirectory.Create(directory);
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = OwnerFile;
        }

        var file = new FileStream(path, how);
        try
        {
            // Otherwise a power loss takes the file away with every line that was synced in it.
            if (PosixFile.IsSupported)
            {
                PosixFile.SyncDirectory(directory);
            }
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }

        _began = now;
        _length = 0;
        return file;
    }

    /// <summary>So that half a line is not followed by a whole one; where not even that works, the next line begins a new file.</summary>
    private void TakeBack()
    {
        try
        {
            _open!.SetLength(_length);
            _open.Position = _length;
        }
        catch (IOException)
        {
            Close();
        }
    }

    private void Close()
    {
        FileStream? open = _open;
        _open = null;
        open?.Dispose();
    }

    [GeneratedRegex(@"^access-(\d{8,18})-(\d{8}T\d{6}Z)\.jsonl$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern { get; }
}
