using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tributary.Storage;

/// <summary>
/// An exclusive <c>flock</c> on a directory itself, by what it is and not by a name in it: no file that somebody deletes or replaces takes it away, a
/// symbolic link or another mount of the directory meets it too, and the end of the process, however it comes, releases it.
/// </summary>
internal sealed class DirectoryLock : IDisposable
{
    /// <summary>The <see cref="Exception.HResult"/> of the refusal; no number of an operating system.</summary>
    public const int IsHeld = unchecked((int)0xA0540001);

    private const int ReadOnly = 0;
    private const int CloseOnExecLinux = 0x80000;
    private const int CloseOnExecMacOS = 0x1000000;
    private const int Exclusive = 2;
    private const int DoNotWait = 4;

    private readonly SafeFileHandle _directory;

    private DirectoryLock(SafeFileHandle directory) => _directory = directory;

    /// <summary>
    /// Null where there is no such lock: on Windows, where a file that is open cannot be removed, and on file systems that lock no directories (NFS).
    /// </summary>
    /// <exception cref="IOException">Somebody holds it; <see cref="Exception.HResult"/> is <see cref="IsHeld"/>.</exception>
    public static DirectoryLock? TakeOrNull(string path)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return null;
        }

        int descriptor = NativeMethods.Open(Encoding.UTF8.GetBytes(path + '\0'), ReadOnly | (OperatingSystem.IsLinux() ? CloseOnExecLinux : CloseOnExecMacOS));
        if (descriptor < 0)
        {
            return null;
        }

        var directory = new SafeFileHandle(descriptor, ownsHandle: true);
        if (NativeMethods.Lock(directory, Exclusive | DoNotWait) == 0)
        {
            return new DirectoryLock(directory);
        }

        int error = Marshal.GetLastPInvokeError();
        directory.Dispose();
        return error == (OperatingSystem.IsLinux() ? 11 : 35) ? throw new IOException($"The directory {path} is locked.", IsHeld) : null;
    }

    public void Dispose() => _directory.Dispose();

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Open(byte[] path, int flags);

        [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Lock(SafeFileHandle file, int operation);
    }
}
