using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Tributary.Storage.Sqlite;

/// <summary>
/// What SQLite's failures mean. It has a code of its own for a full disk alone; a quota that is reached, or the largest size that a file may have, comes as
/// any other failed write (SQLITE_IOERR), and only the number that the operating system gave tells it from a broken disk.
/// </summary>
internal static class SqliteErrors
{
    private const int InputOutput = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;

    /// <summary>SQLITE_IOERR_SHMSIZE: the shared memory beside the log could not grow, which has no other cause worth telling apart.</summary>
    private const int SharedMemorySize = InputOutput | (19 << 8);

    /// <summary>Whether an exception of this connection, which must be its last failure, says that there was no room.</summary>
    public static bool IsStorageFull(SqliteException exception, SqliteConnection connection) =>
        IsStorageFull(
            exception.SqliteErrorCode,
            exception.SqliteExtendedErrorCode,
            exception.SqliteErrorCode is InputOutput or CannotOpen && connection.Handle is { } handle ? NativeMethods.SystemError(handle) : 0);

    /// <param name="code">SQLite's primary code.</param>
    /// <param name="extendedCode">SQLite's extended code.</param>
    /// <param name="systemError">What the operating system said to it; counts for failures of input, output and opening only.</param>
    public static bool IsStorageFull(int code, int extendedCode, int systemError) =>
        code == Full || extendedCode == SharedMemorySize || (code is InputOutput or CannotOpen && IsNoRoom(systemError));

    private static bool IsNoRoom(int systemError)
    {
        if (OperatingSystem.IsWindows())
        {
            // ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL, ERROR_DISK_QUOTA_EXCEEDED.
            return systemError is 39 or 112 or 1295;
        }

        // EFBIG and ENOSPC; EDQUOT has a number of its own on each system.
        return systemError is 27 or 28 || systemError == (OperatingSystem.IsLinux() ? 122 : 69);
    }

    private static class NativeMethods
    {
        /// <summary>SQLitePCLRaw does not offer it.</summary>
        [DllImport("e_sqlite3", EntryPoint = "sqlite3_system_errno")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int SystemError(sqlite3 database);
    }
}
