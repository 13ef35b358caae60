using Microsoft.Win32.SafeHandles;
using Tributary.Storage;

namespace Tributary.Auth;

/// <summary>
/// A secret that the server made itself, which nobody but the user that it runs as may read or have written. One that others could have read or put there is refused, and not put right: it may
/// be known, or be theirs. On Windows the access list of the directory says who may, and nothing is looked at.
/// </summary>
internal static class OwnerOnlyFile
{
    private const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The text of the file; made by <paramref name="create"/> when there is none.</summary>
    /// <exception cref="InvalidDataException">It cannot be read or made, or is not to be trusted; the message names it and says what to do.</exception>
    public static string ReadOrCreate(string path, Func<string> create) => Guarded(path, () =>
    {
        if (Read(path) is { } text)
        {
            return text;
        }

        WriteNew(path, create());
        return Read(path) ?? throw new IOException("It was made and is gone again.");
    });

    /// <summary>The text of the file; null when there is none.</summary>
    /// <exception cref="InvalidDataException">As from <see cref="ReadOrCreate"/>.</exception>
    public static string? ReadOrNull(string path) => Guarded(path, () => Read(path));

    private static T Guarded<T>(string path, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(
                $"The key file {path} cannot be read: {exception.Message} It must be a file that this user may read and write, or not be there, to be made anew.",
                exception);
        }
    }

    private static string? Read(string path)
    {
        if (!PosixFile.IsSupported)
        {
            return Path.Exists(path) ? File.ReadAllText(path) : null;
        }

        string whole = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(whole)!;
        using SafeFileHandle? directory = PosixFile.OpenDirectoryOrNull(folder);
        if (directory is null)
        {
            return null;
        }

        if (DataDirectory.ProblemOrNull(PosixFile.StatusOf(directory)) is { } problem)
        {
            throw new InvalidDataException($"The key file {path} cannot be trusted: {problem}");
        }

        using SafeFileHandle? file = PosixFile.OpenOrNull(directory, Path.GetFileName(whole));
        if (file is null)
        {
            return null;
        }

        if (ProblemOrNull(PosixFile.StatusOf(file), PosixFile.StatusOf(directory).Owner, PosixFile.CurrentUser) is { } reason)
        {
            throw new InvalidDataException($"The key file {path} {reason}");
        }

        using var reader = new StreamReader(new FileStream(file, FileAccess.Read));
        return reader.ReadToEnd();
    }

    /// <summary>Why a file is not to be trusted, and what to do; null if it is.</summary>
    /// <param name="file">What is open.</param>
    /// <param name="directoryOwner">Whose directory it is in.</param>
    /// <param name="user">As whom the process runs.</param>
    internal static string? ProblemOrNull(PosixStatus file, uint directoryOwner, uint user)
    {
        if (!file.IsRegularFile)
        {
            return "cannot be read: it is no ordinary file. Take it away, to have a new one made.";
        }

        // Whoever owns the directory could replace it all, so root takes what it finds in the directory of the user who called sudo.
        if (file.Owner != user && (user != 0 || file.Owner != directoryOwner))
        {
            return $"belongs to the user with the id {file.Owner}, and the server runs as {user}: whoever that is may know it, or have put it there. "
                + $"If it is the server's own, give it back (chown {user}); else delete it, to have a new one made.";
        }

        return !file.IsOpenToOthers ? null
            : $"may be read or written by other users (mode {file.Permissions}), who may know it, or have put it there. If none of them did, close it (chmod 600); "
            + "else delete it, to have a new one made. Where the file system knows no modes, keep the data on another.";
    }

    /// <summary>Whole or not at all: written beside, made durable, then moved. Whoever loses a race takes the winner's.</summary>
    private static void WriteNew(string path, string text)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string temporary = $"{path}.{Guid.NewGuid():N}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        DataDirectory.Create(folder);
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerReadWrite;
        }

        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (Path.Exists(path))
        {
            // Another process was first.
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
