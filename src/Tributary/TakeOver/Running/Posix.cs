using System.Runtime.InteropServices;
using System.Text;

namespace Tributary.TakeOver.Running;

/// <summary>What .NET does not offer of the operating system's interface for processes. The numbers are the same on Linux and macOS.</summary>
internal static class Posix
{
    public const int HangUp = 1;
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Terminate = 15;

    private static readonly byte[] Terminal = Encoding.ASCII.GetBytes("/dev/tty\0");

    public static void Send(int process, int signal) => _ = NativeMethods.Kill(process, signal);

    /// <summary>Whether we have a terminal and are of the group that its keys interrupt.</summary>
    public static bool IsInForeground()
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        int terminal = NativeMethods.Open(Terminal, 0);
        if (terminal < 0)
        {
            return false;
        }

        bool isOurs = NativeMethods.ForegroundGroup(terminal) == NativeMethods.OwnGroup();
        _ = NativeMethods.Close(terminal);
        return isOurs;
    }

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Kill(int process, int signal);

        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Open(byte[] path, int flags);

        [DllImport("libc", EntryPoint = "close")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Close(int file);

        [DllImport("libc", EntryPoint = "tcgetpgrp")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int ForegroundGroup(int file);

        [DllImport("libc", EntryPoint = "getpgrp")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int OwnGroup();
    }
}
