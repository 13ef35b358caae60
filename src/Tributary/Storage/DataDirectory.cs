namespace Tributary.Storage;

/// <summary>
/// The directory that holds everything this server keeps, locked against a second process. In memory, a temporary one that goes away with the process.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;
    private readonly bool _isTemporary;

    private DataDirectory(string path, FileStream lockFile, bool isTemporary)
    {
        Path = path;
        _lock = lockFile;
        _isTemporary = isTemporary;
    }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <exception cref="IOException">Another process uses the directory; the message says so.</exception>
    public static DataDirectory Open(StorageOptions options)
    {
        string path = options.InMemory
            ? Directory.CreateTempSubdirectory("tributary-").FullName
            : System.IO.Path.GetFullPath(options.Data);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        try
        {
            var lockFile = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            KeepToOwner(path);
            return new DataDirectory(path, lockFile, options.InMemory);
        }
        catch (IOException exception)
        {
            throw new IOException($"The data directory {path} is in use by another tributary. Stop it, or name another directory with --data.", exception);
        }
    }

    /// <summary>
    /// The directory may have been there before, open to others. What lies in it is not: SQLite gives its log the mode of the database, and what is below the
    /// index folder cannot be reached past it.
    /// </summary>
    private static void KeepToOwner(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        foreach (string name in (ReadOnlySpan<string>)["lock", "tributary.db", "tributary.db-wal", "tributary.db-shm"])
        {
            string file = System.IO.Path.Combine(path, name);
            if (File.Exists(file))
            {
                File.SetUnixFileMode(file, OwnerFile);
            }
        }

        string index = System.IO.Path.Combine(path, "index");
        Directory.CreateDirectory(index, OwnerFile | UnixFileMode.UserExecute);
        File.SetUnixFileMode(index, OwnerFile | UnixFileMode.UserExecute);
    }

    public void Dispose()
    {
        _lock.Dispose();
        if (_isTemporary)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
