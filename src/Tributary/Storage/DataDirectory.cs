using Microsoft.Win32.SafeHandles;

namespace Tributary.Storage;

/// <summary>
/// The directory that holds everything this server keeps, locked against a second process. In memory, a temporary one that goes away with the process.
/// The lock is held twice: on the directory itself, which cannot be removed while the store is in it, and on the file <c>lock</c>, which works on network
/// file systems and on Windows too (and cannot be removed there). Not on the database: that would stand in the way of copies and of SQLite's own locks.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>What a file that another process holds answers: ERROR_SHARING_VIOLATION, and EWOULDBLOCK of Linux and of macOS.</summary>
    private const int HeldOnWindows = unchecked((int)0x80070020);
    private const int HeldOnLinux = 11;
    private const int HeldOnMacOS = 35;

    private readonly DirectoryLock? _directoryLock;
    private readonly FileStream _lock;
    private readonly bool _isTemporary;

    private DataDirectory(string path, DirectoryLock? directoryLock, FileStream lockFile, bool isTemporary)
    {
        Path = path;
        _directoryLock = directoryLock;
        _lock = lockFile;
        _isTemporary = isTemporary;
    }

    /// <summary>Absolute.</summary>
    public string Path { get; }

    /// <exception cref="IOException">Another process uses the directory, or nobody can; the message says so.</exception>
    public static DataDirectory Open(StorageOptions options)
    {
        string path = options.InMemory
            ? Directory.CreateTempSubdirectory("tributary-").FullName
            : System.IO.Path.GetFullPath(options.Data);
        DirectoryLock? directoryLock = null;
        FileStream? lockFile = null;
        try
        {
            Create(path);
            RefuseEverybodys(path);
            directoryLock = DirectoryLock.TakeOrNull(path);
            lockFile = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            KeepToOwner(path);
            return new DataDirectory(path, directoryLock, lockFile, options.InMemory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            lockFile?.Dispose();
            directoryLock?.Dispose();
            throw new IOException(
                IsHeldElsewhere(exception)
                    ? $"The data directory {path} is in use by another tributary. Stop it, or name another directory with --data."
                    : $"The data directory {path} cannot be used: {exception.Message} It must be a directory that this user may write; --data names another.",
                exception);
        }
    }

    /// <summary>Whether another process uses a directory. One that is not there is not made.</summary>
    public static bool IsHeld(string path)
    {
        if (!Directory.Exists(path))
        {
            return false;
        }

        try
        {
            Open(new StorageOptions { Data = path }).Dispose();
            return false;
        }
        catch (IOException exception)
        {
            return exception.InnerException is { } inner && IsHeldElsewhere(inner);
        }
    }

    private static bool IsHeldElsewhere(Exception exception) =>
        exception is IOException { HResult: DirectoryLock.IsHeld or HeldOnWindows or HeldOnLinux or HeldOnMacOS };

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>What is wrong with a directory in which everybody may put another file in the place of ours; null for nothing. That its group may is the group's business.</summary>
    public static string? ProblemOrNull(PosixStatus directory) => !directory.IsEverybodys ? null
        : $"everybody may write to the directory (mode {directory.Permissions}), and put another file in the place of each. Take that right away (chmod o-w), "
        + "or name a directory below it, which is then made for this user alone; where the file system knows no modes, one on another.";

    private static void RefuseEverybodys(string path)
    {
        if (!PosixFile.IsSupported)
        {
            return;
        }

        using SafeFileHandle? directory = PosixFile.OpenDirectoryOrNull(path);
        if (directory is not null && ProblemOrNull(PosixFile.StatusOf(directory)) is { } problem)
        {
            throw new IOException(problem);
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
        _directoryLock?.Dispose();
        if (_isTemporary)
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
