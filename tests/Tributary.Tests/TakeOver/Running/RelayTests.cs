using System.Net;
using System.Net.Sockets;
using System.Text;
using Tributary.TakeOver.Running;

namespace Tributary.Tests.TakeOver.Running;

public sealed class RelayTests
{
    [Fact]
    public async Task Each_direction_ends_by_itself_through_two_relays_and_a_unix_socket()
    {
        string folder = Directory.CreateTempSubdirectory("tributary-relay-").FullName;
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var socket = new UnixDomainSocketEndPoint(Path.Combine(folder, "s"));
            await using Relay outer = Relay.Start(socket, listener.LocalEndpoint);
            await using Relay inner = Relay.Start(new IPEndPoint(IPAddress.Loopback, 0), socket);
            using Socket client = await ConnectAsync(inner);
            using Socket server = await listener.AcceptSocketAsync();

            await client.SendAsync("question"u8.ToArray());
            client.Shutdown(SocketShutdown.Send);
            Assert.Equal("question", await ReadAllAsync(server));

            // The client has ended its sending long ago and still hears everything.
            await server.SendAsync(Encoding.ASCII.GetBytes(new string('x', 100_000)));
            server.Shutdown(SocketShutdown.Send);
            Assert.Equal(100_000, (await ReadAllAsync(client)).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_server_that_is_not_there_ends_the_connection()
    {
        var gone = new TcpListener(IPAddress.Loopback, 0);
        gone.Start();
        EndPoint target = gone.LocalEndpoint;
        gone.Stop();
        await using Relay relay = Relay.Start(new IPEndPoint(IPAddress.Loopback, 0), target);
        using Socket client = await ConnectAsync(relay);

        Assert.Equal("", await ReadAllAsync(client));
    }

    [Fact]
    public async Task A_relay_ends_with_its_connections()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Relay relay = Relay.Start(new IPEndPoint(IPAddress.Loopback, 0), listener.LocalEndpoint);
        using Socket client = await ConnectAsync(relay);
        using Socket server = await listener.AcceptSocketAsync();

        await relay.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("", await ReadAllAsync(client));
        Assert.Equal("", await ReadAllAsync(server));
    }

    private static async Task<Socket> ConnectAsync(Relay relay)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(relay.Address);
        return socket;
    }

    private static async Task<string> ReadAllAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        int read;
        try
        {
            while ((read = await socket.ReceiveAsync(buffer, patience.Token)) > 0)
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // As good as an end.
        }

        return text.ToString();
    }
}
