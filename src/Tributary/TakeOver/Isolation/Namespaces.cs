using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Tributary.TakeOver.Isolation;

/// <summary>What a process does to network and mounts of its own, in namespaces that <c>unshare</c> gave it. On Linux only.</summary>
internal static class Namespaces
{
    private const uint Bind = 4096;
    private const int ClearAmbientCapabilities = 4;
    private const int AmbientCapabilities = 47;
    private const int GetFlags = 0x8913;
    private const int SetFlags = 0x8914;
    private const int SetAddress = 0x8916;
    private const short Up = 1;
    private const int NameBytes = 16;
    private const int RequestBytes = 40;

    /// <summary>A new network has a loopback that is down.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void BringLoopbackUp() => ChangeInterface("lo", (socket, request) =>
    {
        Check(NativeMethods.Control(socket, GetFlags, request), "read the state of the loopback");
        short flags = BitConverter.ToInt16(request, NameBytes);
        BitConverter.TryWriteBytes(request.AsSpan(NameBytes), (short)(flags | Up));
        Check(NativeMethods.Control(socket, SetFlags, request), "bring the loopback up");
    });

    /// <summary>Gives the loopback a further address.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void AddLoopbackAddress(IPAddress address) => ChangeInterface("lo:0", (socket, request) =>
    {
        // A sockaddr_in: family, port, address.
        BitConverter.TryWriteBytes(request.AsSpan(NameBytes), (short)AddressFamily.InterNetwork);
        address.GetAddressBytes().CopyTo(request.AsSpan(NameBytes + 4));
        Check(NativeMethods.Control(socket, SetAddress, request), $"give the loopback the address {address}");
    });

    /// <summary>Lays one file over another, for this process and those below it.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void BindOver(string file, string over) =>
        Check(NativeMethods.Mount(Text(file), Text(over), null, Bind, null), $"lay {file} over {over}");

    /// <summary>Lays an empty file system over a directory, so that nobody finds in it what is there.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    public static void HideDirectory(string path) => Check(NativeMethods.Mount(Text("none"), Text(path), Text("tmpfs"), 0, null), $"hide {path}");

    /// <summary>A child of this thread gets none of the rights by which it was set up.</summary>
    public static void DropAmbientCapabilities() => _ = NativeMethods.ProcessControl(AmbientCapabilities, ClearAmbientCapabilities, 0, 0, 0);

    private static void ChangeInterface(string name, Action<int, byte[]> change)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        byte[] request = new byte[RequestBytes];
        Encoding.ASCII.GetBytes(name).CopyTo(request, 0);
        change((int)socket.Handle, request);
    }

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw new IOException($"The system refuses to {what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        }
    }

    private static byte[] Text(string value) => Encoding.UTF8.GetBytes(value + '\0');

    private static class NativeMethods
    {
        [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Control(int file, nint request, byte[] argument);

        [DllImport("libc", EntryPoint = "mount", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int Mount(byte[] source, byte[] target, byte[]? type, nuint flags, byte[]? data);

        [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static extern int ProcessControl(int option, nint first, nint second, nint third, nint fourth);
    }
}
