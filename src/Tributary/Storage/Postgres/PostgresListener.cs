using Npgsql;

namespace Tributary.Storage.Postgres;

/// <summary>
/// Hears what the commits of other nodes leave to do, and tells this node's followers. Only a hint that spares them looking: whoever misses one looks by himself
/// after a while, and a search reads how far it must come from the store.
/// </summary>
internal sealed class PostgresListener : IAsyncDisposable
{
    /// <summary>A connection on which nothing comes is asked so often, in seconds, whether it is still there.</summary>
    private const int KeepAlive = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly string _connectionString;
    private readonly string _channel;
    private readonly SqlSignals _signals;
    private readonly Func<int, bool> _isOwn;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    /// <param name="connectionString">Of the database.</param>
    /// <param name="identity">The store's: several may share a database, in a schema each.</param>
    /// <param name="signals">This process's.</param>
    /// <param name="isOwn">Whether a server process serves this node's writer: what that writes is signalled already.</param>
    public PostgresListener(string connectionString, StoreIdentity identity, SqlSignals signals, Func<int, bool> isOwn)
    {
        NpgsqlConnectionStringBuilder settings = PostgresConnectionString.Parse(connectionString);
        settings.Pooling = false;
        settings.KeepAlive = KeepAlive;
        settings.Enlist = false;
        _connectionString = settings.ConnectionString;
        _channel = ChannelOf(identity);
        _signals = signals;
        _isOwn = isOwn;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Whether it listens at the moment.</summary>
    public bool IsListening { get; private set; }

    /// <summary>An id is of hexadecimal digits, and a name of at most 63 characters.</summary>
    public static string ChannelOf(StoreIdentity identity) => "tributary_" + identity.Id;

    public async ValueTask DisposeAsync()
    {
        if (!_loop.IsCompleted)
        {
            await _stopping.CancelAsync();
            await _loop;
            _stopping.Dispose();
        }
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await ListenAsync();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException)
            {
                // Others tell of it, who need an answer; here it costs no more than a hint.
                IsListening = false;
                await Task.Delay(Pause, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenAsync()
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(_connectionString);
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(_stopping.Token);
        connection.Notification += (_, notification) => Hear(notification);
        await using (NpgsqlCommand command = connection.CreateCommand())
        {
#pragma warning disable CA2100 // A name of ours and hexadecimal digits.
            command.CommandText = $"LISTEN \"{_channel}\"";
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(_stopping.Token);
        }

        IsListening = true;
        while (true)
        {
            await connection.WaitAsync(_stopping.Token);
        }
    }

    private void Hear(NpgsqlNotificationEventArgs notification)
    {
        if (_isOwn(notification.PID))
        {
            return;
        }

        foreach (Range signal in notification.Payload.AsSpan().Split(' '))
        {
            StoreSignal.Raise(notification.Payload.AsSpan(signal), _signals);
        }
    }
}
