using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tributary.Storage;

/// <summary>Whose a file is and who may do what with it.</summary>
/// <param name="Owner">User id.</param>
/// <param name="Mode">Type and permissions, as <c>st_mode</c>.</param>
internal readonly record struct PosixStatus(uint Owner, ushort Mode)
{
    public bool IsRegularFile => (Mode & 0xF000) == 0x8000;

    public bool IsDirectory => (Mode & 0xF000) == 0x4000;

    /// <summary>Whether group or others have any right.</summary>
    public bool IsOpenToOthers => (Mode & 0b000_111_111) != 0;

    /// <summary>Whether everybody may put files into a directory and take those of others out (not in a sticky one, such as /tmp).</summary>
    public bool IsEverybodys => (Mode & 0b000_000_010) != 0 && (Mode & 0x200) == 0;

    /// <summary>Whether anybody but the owner may put files into a directory, be it sticky or not.</summary>
    public bool TakesFilesOfOthers => (Mode & 0b000_010_010) != 0;

    /// <summary>Whether anybody at all may put files into a directory, be it sticky or not.</summary>
    public bool TakesFilesOfAnybody => (Mode & 0b000_000_010) != 0;

    /// <summary>As <c>chmod</c> takes it.</summary>
    public string Permissions => Convert.ToString(Mode & 0xFFF, 8);
}

/// <summary>
/// What .NET does not offer: to open without following a link, and to ask for the owner of what is open. By handles throughout, as a name that is looked up twice may be two files.
/// </summary>
internal static class PosixFile
{
    private const int ReadOnly = 0;
    private const int NotThere = 2;
    private const int NotAllowed = 13;

    private static readonly int CloseOnExec = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;
    private static readonly int DoNotWait = OperatingSystem.IsMacOS() ? 0x4 : 0x800;
    private static readonly int IsLink = OperatingSystem.IsMacOS() ? 62 : 40;

    /// <summary>Linux has two numbers for it.</summary>
    private static readonly int DoNotFollow =
        OperatingSystem.IsMacOS() ? 0x100
        : RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Armv6 or Architecture.Arm64 or Architecture.Ppc64le ? 0x8000
        : 0x20000;

    /// <summary><c>O_PATH</c>: to look at a directory one need not have the right to list it.</summary>
    private static readonly int OnlyThePlace = OperatingSystem.IsMacOS() ? 0 : 0x200000;

    /// <summary>Not on Windows, which has access lists in place of modes.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    /// <summary>By whose rights the process opens files.</summary>
    public static uint CurrentUser => NativeMethods.EffectiveUser();

    /// <summary>Null when nothing is there. Links to it are followed: where the data is, is the operator's choice.</summary>
    /// <exception cref="IOException">It cannot be opened; says why.</exception>
    public static SafeFileHandle? OpenDirectoryOrNull(string path) =>
        Opened(NativeMethods.Open(Text(path), ReadOnly | CloseOnExec | DoNotWait | OnlyThePlace));

    /// <summary>Opens a file to read, whatever it is, without waiting for anybody; null when nothing is there.</summary>
    /// <exception cref="IOException">It is a symbolic link, or cannot be opened; says why.</exception>
    public static SafeFileHandle? OpenOrNull(SafeFileHandle directory, string name) =>
        Opened(NativeMethods.OpenAt(directory, Text(name), ReadOnly | CloseOnExec | DoNotWait | DoNotFollow));

    /// <summary>
    /// Brings a directory to the disk: a file that was made in it is there for good only then, however often the file itself was synced. Nothing where there is no such
    /// directory, and where it may be written and not read, as such a one cannot be opened for that.
    /// </summary>
    /// <exception cref="IOException">The disk does not take it; says why.</exception>
    public static void SyncDirectory(string path)
    {
        int file = NativeMethods.Open(Text(path), ReadOnly | CloseOnExec | DoNotWait);
        if (file < 0 && Marshal.GetLastPInvokeError() == NotAllowed)
        {
            return;
        }

        using SafeFileHandle? directory = Opened(file);
        if (directory is not null)
        {
            RandomAccess.FlushToDisk(directory);
        }
    }

    /// <exception cref="IOException">The system does not say.</exception>
    public static PosixStatus StatusOf(SafeFileHandle file)
    {
        byte[] status = new byte[256];
        if (!OperatingSystem.IsMacOS())
        {
            // statx, whose answer is laid out alike on every processor; that of fstat is not.
            const int EmptyPath = 0x1000;
            const uint TypeModeAndOwner = 0xB;
            ThrowIfFailed(NativeMethods.StatX(file, Text(""), EmptyPath, TypeModeAndOwner, status));
            return new PosixStatus(MemoryMarshal.Read<uint>(status.AsSpan(20)), MemoryMarshal.Read<ushort>(status.AsSpan(28)));
        }

        ThrowIfFailed(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? NativeMethods.StatX64(file, status) : NativeMethods.Stat(file, status));
        return new PosixStatus(MemoryMarshal.Read<uint>(status.AsSpan(16)), MemoryMarshal.Read<ushort>(status.AsSpan(4)));
    }

    private static SafeFileHandle? Opened(int file)
    {
        if (file >= 0)
        {
            return new SafeFileHandle(file, ownsHandle: true);
        }

        int error = Marshal.GetLastPInvokeError();
        return error == NotThere ? null
            : throw new IOException(error == IsLink ? "It is a symbolic link." : Marshal.GetPInvokeErrorMessage(error) + ".");
    }

    private static void ThrowIfFailed(int result)
    {
        if (result != 0)
        {
            throw new IOException(Marshal.GetLastPInvokeErrorMessage() + ".");
        }
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Open(byte[] path, int flags);

        [DllImport("libc", EntryPoint = "openat", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int OpenAt(SafeFileHandle directory, byte[] name, int flags);

        [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int StatX(SafeFileHandle file, byte[] path, int flags, uint mask, byte[] status);

        [DllImport("libc", EntryPoint = "fstat", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Stat(SafeFileHandle file, byte[] status);

        [DllImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int StatX64(SafeFileHandle file, byte[] status);

        [DllImport("libc", EntryPoint = "geteuid")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern uint EffectiveUser();
    }
}
