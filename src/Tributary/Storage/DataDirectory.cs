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

    private const string IndexFolder = "index";

    private const string LockFile = "lock";

    private static readonly string[] StoreFiles = ["tributary.db", "tributary.db-wal", "tributary.db-shm", "tributary.db-journal"];

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
            RefuseOthers(path);
            directoryLock = DirectoryLock.TakeOrNull(path);
            RefuseLinks(path);
            lockFile = new FileStream(System.IO.Path.Combine(path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            KeepToOwner(path, lockFile);
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

    /// <summary>Makes a directory that is for this user alone, with those above it; one that is there stays as it is.</summary>
    public static void Create(string path)
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

    /// <summary>Makes a directory as <see cref="Create"/> does, and sees that nobody else may put files into one that is there.</summary>
    /// <exception cref="IOException">Others may; the message says who, and what to do.</exception>
    public static void RequireOwn(string path)
    {
        Create(path);
        RefuseOthers(path);
    }

    /// <summary>What is wrong with a directory in which everybody may put another file in the place of ours; null for nothing. That its group may is the group's business.</summary>
    public static string? ProblemOrNull(PosixStatus directory) => !directory.IsEverybodys ? null
        : $"everybody may write to the directory (mode {directory.Permissions}), and put another file in the place of each. Take that right away (chmod o-w), "
        + "or name a directory below it, which is then made for this user alone; where the file system knows no modes, one on another.";

    /// <summary>
    /// As <see cref="ProblemOrNull(PosixStatus)"/>, and what is wrong with whose it is: who owns a directory may put another file in the place of each, and who may add
    /// to it may put one there before we do. Root may do so everywhere and is trusted: a volume that a container is given is root's, and open to the container's group.
    /// </summary>
    /// <param name="directory">What is open.</param>
    /// <param name="user">As whom the process runs.</param>
    internal static string? ProblemOrNull(PosixStatus directory, uint user)
    {
        if (ProblemOrNull(directory) is { } problem)
        {
            return problem;
        }

        if (directory.Owner == user)
        {
            return null;
        }

        const string Below = "Name a directory below it, which is then made for this user alone";
        if (user != 0 && directory.Owner != 0)
        {
            return $"the directory belongs to the user with the id {directory.Owner}, and the server runs as {user}: whoever that is may put another file in the place of each. "
                + $"{Below}, or give it to the server (chown {user}).";
        }

        // Of a directory of root's its group was meant; root itself takes that of the user who called sudo, but not what further ones may add.
        bool isOpen = user == 0 ? directory.TakesFilesOfOthers : directory.TakesFilesOfAnybody;
        return !isOpen ? null
            : $"the directory belongs to the user with the id {directory.Owner}, the server runs as {user}, and others may put files into it (mode {directory.Permissions}). "
                + $"{Below}, or take that right away (chmod {(user == 0 ? "go-w" : "o-w")}).";
    }

    /// <summary>What is wrong with whose a file in the directory is; null for nothing. In a sticky directory anybody may have put one there before us, and reads what we write to it.</summary>
    internal static string? ProblemOrNull(string name, PosixStatus file, PosixStatus directory, uint user) =>
        file.Owner == user || file.Owner == directory.Owner || file.Owner == 0
            ? null
            : $"{name} in it belongs to the user with the id {file.Owner}, who could read and change what is written there. Take it away, or give it to the server (chown {user}).";

    private static void RefuseOthers(string path)
    {
        if (!PosixFile.IsSupported)
        {
            return;
        }

        using SafeFileHandle? directory = PosixFile.OpenDirectoryOrNull(path);
        if (directory is not null && ProblemOrNull(PosixFile.StatusOf(directory), PosixFile.CurrentUser) is { } problem)
        {
            throw new IOException(problem);
        }
    }

    /// <summary>What is opened by its name later on must be in the directory itself, and not lead to a file of ours elsewhere, which would be written and have its mode changed.</summary>
    private static void RefuseLinks(string path)
    {
        foreach (string name in (ReadOnlySpan<string>)[LockFile, .. StoreFiles, IndexFolder])
        {
            string whole = System.IO.Path.Combine(path, name);
            if (new FileInfo(whole).LinkTarget is not null)
            {
                throw new IOException($"{name} in it is a link. Put the file or folder itself there, or name the directory to which it leads with --data.");
            }
        }
    }

    /// <summary>
    /// The directory may have been there before, open to others. What lies in it is not: SQLite gives its log the mode of the database, and what is below the
    /// index folder cannot be reached past it. By handles that follow no link, so that nothing elsewhere is changed.
    /// </summary>
    private static void KeepToOwner(string path, FileStream lockFile)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;
        Directory.CreateDirectory(System.IO.Path.Combine(path, IndexFolder), OwnerFolder);
        using SafeFileHandle? directory = PosixFile.IsSupported ? PosixFile.OpenDirectoryOrNull(path) : null;
        if (directory is null)
        {
            return;
        }

        // By the handle that holds it: over NFS, closing another one of the same file would give the lock away.
        File.SetUnixFileMode(lockFile.SafeFileHandle, OwnerFile);
        foreach (string name in (ReadOnlySpan<string>)[.. StoreFiles, IndexFolder])
        {
            using SafeFileHandle? file = PosixFile.OpenOrNull(directory, name);
            if (file is null)
            {
                continue;
            }

            PosixStatus status = PosixFile.StatusOf(file);
            if (name == IndexFolder ? !status.IsDirectory : !status.IsRegularFile)
            {
                throw new IOException($"{name} in it is no {(name == IndexFolder ? "folder" : "ordinary file")}.");
            }

            if (ProblemOrNull(name, status, PosixFile.StatusOf(directory), PosixFile.CurrentUser) is { } problem)
            {
                throw new IOException(problem);
            }

            File.SetUnixFileMode(file, name == IndexFolder ? OwnerFolder : OwnerFile);
        }
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
