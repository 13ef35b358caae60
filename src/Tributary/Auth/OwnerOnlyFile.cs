namespace Tributary.Auth;

/// <summary>A secret in the data directory that only the owner of the process may read.</summary>
internal static class OwnerOnlyFile
{
    private const UnixFileMode OwnerReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The text of the file; made by <paramref name="create"/> when there is none.</summary>
    /// <exception cref="InvalidDataException">It cannot be read or made; the message names it and says what to do.</exception>
    public static string ReadOrCreate(string path, Func<string> create)
    {
        try
        {
            return ReadOrCreateFile(path, create);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(
                $"The key file {path} cannot be read: {exception.Message} It must be a file that this user may read and write, or not be there, to be made anew.",
                exception);
        }
    }

    private static string ReadOrCreateFile(string path, Func<string> create)
    {
        if (!File.Exists(path))
        {
            WriteNew(path, create());
        }

        // Somebody may have copied the directory about, or unpacked it, with a generous umask.
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != OwnerReadWrite)
        {
            File.SetUnixFileMode(path, OwnerReadWrite);
        }

        return File.ReadAllText(path);
    }

    /// <summary>Whole or not at all: written beside, made durable, then moved. Whoever loses a race takes the winner's.</summary>
    private static void WriteNew(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string temporary = $"{path}.{Guid.NewGuid():N}.new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
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
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
