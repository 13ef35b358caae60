using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tributary.Benchmarks.Http;

/// <summary>
/// One thread that keeps one request in flight on each of many keep-alive connections, without HTTP client, tasks or pipelining: it shares the cores with what
/// is measured, so it must cost little, and the floor and the product must pay the same for it.
/// </summary>
internal sealed class HttpLoad : IDisposable
{
    private readonly Connection[] _connections;

    public HttpLoad(IPEndPoint server, int connections)
    {
        _connections = new Connection[connections];
        for (int i = 0; i < connections; i++)
        {
            _connections[i] = new Connection(server);
        }
    }

    /// <summary>
    /// Writes the request of a running number into the buffer and returns its length; 0 when there is none any more.
    /// </summary>
    public delegate int WriteRequest(int number, Span<byte> buffer);

    /// <summary>Sends requests from <paramref name="first"/> on until the time is over or there are no more, and waits for the last answers.</summary>
    public LoadResult Run(WriteRequest write, int first, TimeSpan duration)
    {
        var latencies = new List<long>(1 << 20);
        var busy = new Dictionary<Socket, Connection>(_connections.Length);
        var ready = new List<Socket>(_connections.Length);
        int next = first;
        int refused = 0;
        string? refusal = null;
        long started = Stopwatch.GetTimestamp();
        long end = started + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        foreach (Connection connection in _connections)
        {
            if (connection.Send(write, next, Stopwatch.GetTimestamp()))
            {
                next++;
                busy.Add(connection.Socket, connection);
            }
        }

        while (busy.Count > 0)
        {
            ready.Clear();
            ready.AddRange(busy.Keys);
            Socket.Select(ready, null, null, 1_000_000);
            foreach (Socket socket in ready)
            {
                Connection connection = busy[socket];
                if (!connection.TryFinish(out int status))
                {
                    continue;
                }

                long now = Stopwatch.GetTimestamp();
                latencies.Add(now - connection.SentAt);
                if (status >= 300)
                {
                    refused++;
                    refusal ??= connection.LastAnswer;
                }

                if (now < end && connection.Send(write, next, now))
                {
                    next++;
                }
                else
                {
                    busy.Remove(socket);
                }
            }
        }

        return new LoadResult(next - first, refused, refusal, Stopwatch.GetElapsedTime(started), latencies);
    }

    /// <summary>
    /// Sends requests from <paramref name="first"/> on at a rate, whether or not earlier ones have been answered, as far as there are connections; each counts from when
    /// it was due. What is still due when the time is over is not sent, so more was asked than could be done where <see cref="LoadResult.PerSecond"/> is less than the rate.
    /// </summary>
    public LoadResult RunAtRate(WriteRequest write, int first, double perSecond, TimeSpan duration)
    {
        var idle = new Stack<Connection>(_connections);
        var busy = new Dictionary<Socket, (Connection Connection, long Due)>(_connections.Length);
        var ready = new List<Socket>(_connections.Length);
        var latencies = new List<long>();
        double interval = Stopwatch.Frequency / perSecond;
        int refused = 0;
        string? refusal = null;
        long started = Stopwatch.GetTimestamp();
        long end = started + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        int sent = 0;
        while (true)
        {
            long now = Stopwatch.GetTimestamp();
            while (now < end && DueAt(sent) <= now && idle.TryPop(out Connection? free))
            {
                if (!free.Send(write, first + sent, now))
                {
                    throw new InvalidOperationException($"There is no request {first + sent}.");
                }

                busy.Add(free.Socket, (free, DueAt(sent)));
                sent++;
            }

            if (busy.Count == 0)
            {
                if (now >= end || DueAt(sent) >= end)
                {
                    return new LoadResult(sent, refused, refusal, Stopwatch.GetElapsedTime(started), latencies);
                }

                // A millisecond late is nothing here, and nobody else's processor is taken for waiting.
                Thread.Sleep(1);
                continue;
            }

            ready.Clear();
            ready.AddRange(busy.Keys);
            Socket.Select(ready, null, null, idle.Count > 0 ? 1_000 : 1_000_000);
            foreach (Socket socket in ready)
            {
                (Connection connection, long due) = busy[socket];
                if (connection.TryFinish(out int status))
                {
                    latencies.Add(Stopwatch.GetTimestamp() - due);
                    if (status >= 300)
                    {
                        refused++;
                        refusal ??= connection.LastAnswer;
                    }

                    busy.Remove(socket);
                    idle.Push(connection);
                }
            }
        }

        long DueAt(int number) => started + (long)(number * interval);
    }

    public void Dispose()
    {
        foreach (Connection connection in _connections)
        {
            connection.Socket.Dispose();
        }
    }

    private sealed class Connection
    {
        private readonly byte[] _request = new byte[256 * 1024];
        private readonly byte[] _answer = new byte[256 * 1024];
        private int _received;

        public Connection(IPEndPoint server)
        {
            Socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            Socket.Connect(server);
        }

        public Socket Socket { get; }

        public long SentAt { get; private set; }

        public string LastAnswer => Encoding.UTF8.GetString(_answer.AsSpan(0, _received));

        public bool Send(WriteRequest write, int number, long now)
        {
            int length = write(number, _request);
            if (length == 0)
            {
                return false;
            }

            _received = 0;
            SentAt = now;
            for (int sent = 0; sent < length;)
            {
                sent += Socket.Send(_request.AsSpan(sent, length - sent));
            }

            return true;
        }

        /// <summary>Takes what has arrived; true when the answer is whole.</summary>
        public bool TryFinish(out int status)
        {
            status = 0;
            int read = Socket.Receive(_answer.AsSpan(_received));
            if (read == 0)
            {
                throw new IOException("The server closed a connection.");
            }

            _received += read;
            ReadOnlySpan<byte> answer = _answer.AsSpan(0, _received);
            int head = answer.IndexOf("\r\n\r\n"u8);
            if (head < 0 || _received < head + 4 + ContentLength(answer[..head]))
            {
                return false;
            }

            status = ((answer[9] - '0') * 100) + ((answer[10] - '0') * 10) + answer[11] - '0';
            return true;
        }

        private static int ContentLength(ReadOnlySpan<byte> head)
        {
            int at = head.IndexOf("Content-Length: "u8);
            int length = 0;
            for (int i = at + 16; at >= 0 && i < head.Length && head[i] is >= (byte)'0' and <= (byte)'9'; i++)
            {
                length = (length * 10) + head[i] - '0';
            }

            return length;
        }
    }
}

/// <param name="Answered">Requests that were sent and answered.</param>
/// <param name="Refused">Those answered by a status of 300 or more.</param>
/// <param name="Refusal">The first such answer, whole.</param>
/// <param name="Elapsed">From the first request to the last answer.</param>
/// <param name="Latencies">Of each request, in ticks of the stopwatch.</param>
internal sealed record LoadResult(int Answered, int Refused, string? Refusal, TimeSpan Elapsed, IReadOnlyList<long> Latencies)
{
    public double PerSecond => Answered / Elapsed.TotalSeconds;
}
