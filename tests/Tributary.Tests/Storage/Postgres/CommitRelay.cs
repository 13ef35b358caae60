using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Storage.Postgres;

/// <summary>What befalls a commit on its way.</summary>
public enum CommitFault
{
    /// <summary>The connection breaks before the server hears of it.</summary>
    NotSent,

    /// <summary>The server does it, and the connection breaks before the node hears so.</summary>
    AnswerLost,

    /// <summary>The server does it, and what the node hears is the last word of a server whose log's disk is full.</summary>
    Panic,
}

/// <summary>Stands between a node and a PostgreSQL server, message by message, and breaks the connection at a commit.</summary>
internal sealed class CommitRelay(PostgresServer server) : LoopbackRelay
{
    private volatile Armed? _armed;
    private volatile bool _isClosed;

    /// <summary>Connections are ended as soon as they come.</summary>
    public bool IsClosed { get => _isClosed; set => _isClosed = value; }

    /// <summary>The way through this relay to the database of a connection string.</summary>
    public string Through(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Host = "127.0.0.1",
        Port = Port,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    /// <param name="fault">What befalls it.</param>
    /// <param name="marker">Of the transaction in which this was sent to the server; of any when it is empty.</param>
    /// <param name="times">So many commits, one after the other.</param>
    /// <param name="then">Called when it has happened, before the node notices.</param>
    public void Arm(CommitFault fault, string marker = "", int times = 1, Action? then = null) => _armed = new Armed(fault, Encoding.UTF8.GetBytes(marker), then ?? (() => { })) { Left = times };

    /// <summary>How many of the commits that are to be broken are still to come.</summary>
    public int Left => _armed?.Left ?? 0;

    protected override async Task ForwardAsync(TcpClient client)
    {
        if (IsClosed)
        {
            return;
        }

        client.NoDelay = true;
        using var socket = new Socket(server.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(server.EndPoint, Stopping);
        await using var toServer = new NetworkStream(socket);
        var pair = new Pair(client.GetStream(), toServer);
        await await Task.WhenAny(RequestsAsync(pair), AnswersAsync(pair));
    }

    /// <summary>Ends when the connection is to break.</summary>
    private async Task RequestsAsync(Pair pair)
    {
        // The first message has no type.
        bool isMarked = false;
        await pair.Server.WriteAsync(await ReadAsync(pair.Client, hasType: false), Stopping);
        while (true)
        {
            byte[] message = await ReadAsync(pair.Client, hasType: true);
            isMarked |= _armed is { } sought && message.AsSpan().IndexOf(sought.Marker) >= 0;
            if (message is [(byte)'Q', ..] && Encoding.UTF8.GetString(message.AsSpan(5)) is "COMMIT\0" && isMarked && _armed is { } armed && armed.TryTake())
            {
                if (armed.Fault == CommitFault.NotSent)
                {
                    armed.Then();
                    return;
                }

                pair.Broken = armed;
            }

            isMarked &= message[0] != (byte)'Q';
            await pair.Server.WriteAsync(message, Stopping);
        }
    }

    private async Task AnswersAsync(Pair pair)
    {
        while (true)
        {
            byte[] message = await ReadAsync(pair.Server, hasType: true);
            if (pair.Broken is not { } armed)
            {
                await pair.Client.WriteAsync(message, Stopping);
            }
            else if (message[0] == (byte)'Z')
            {
                // It is ready for the next command: this one is done.
                armed.Then();
                if (armed.Fault == CommitFault.Panic)
                {
                    await pair.Client.WriteAsync(Error("PANIC", "53100", "could not write to file \"pg_wal/xlogtemp.1\": No space left on device"), Stopping);
                }

                return;
            }
        }
    }

    private static byte[] Error(string severity, string state, string text)
    {
        byte[] fields = Encoding.UTF8.GetBytes($"S{severity}\0V{severity}\0C{state}\0M{text}\0\0");
        byte[] message = [(byte)'E', 0, 0, 0, 0, .. fields];
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 4 + fields.Length);
        return message;
    }

    private async Task<byte[]> ReadAsync(NetworkStream from, bool hasType)
    {
        int head = hasType ? 5 : 4;
        byte[] start = new byte[head];
        await from.ReadExactlyAsync(start, Stopping);
        byte[] message = new byte[head - 4 + BinaryPrimitives.ReadInt32BigEndian(start.AsSpan(head - 4))];
        start.CopyTo(message, 0);
        await from.ReadExactlyAsync(message.AsMemory(head), Stopping);
        return message;
    }

    private sealed record Armed(CommitFault Fault, byte[] Marker, Action Then)
    {
        private int _left;

        public int Left { get => Math.Max(0, Volatile.Read(ref _left)); init => _left = value; }

        public bool TryTake() => Interlocked.Decrement(ref _left) >= 0;
    }

    private sealed class Pair(NetworkStream client, NetworkStream server)
    {
        private volatile Armed? _broken;

        public NetworkStream Client => client;

        public NetworkStream Server => server;

        /// <summary>The commit that is under way and is not to be answered.</summary>
        public Armed? Broken { get => _broken; set => _broken = value; }
    }
}
