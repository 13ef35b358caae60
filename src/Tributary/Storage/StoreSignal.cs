using System.Globalization;
using Tributary.Connections;

namespace Tributary.Storage;

/// <summary>What a commit leaves followers to do, as it is told to those on other nodes.</summary>
internal readonly record struct StoreSignal
{
    private const char ChangedSign = 'c';
    private const char DroppedSign = 'd';
    private const char OperationSign = 'o';

    private readonly char _sign;
    private readonly long _connection;

    private StoreSignal(char sign, long connection) => (_sign, _connection) = (sign, connection);

    public static StoreSignal OperationQueued { get; } = new(OperationSign, 0);

    public static StoreSignal Changed(ConnectionKey connection) => new(ChangedSign, connection.Value);

    public static StoreSignal Dropped(ConnectionKey connection) => new(DroppedSign, connection.Value);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_sign}{_connection}");

    /// <summary>Tells this process's followers. What is not understood, as a newer node may send it, is passed over: it is a hint.</summary>
    public static void Raise(ReadOnlySpan<char> text, SqlSignals signals)
    {
        if (text.Length < 2 || !long.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out long connection))
        {
            return;
        }

        switch (text[0])
        {
            case ChangedSign:
                signals.RaiseChanged(new ConnectionKey(connection));
                break;
            case DroppedSign:
                signals.RaiseDropped(new ConnectionKey(connection));
                break;
            case OperationSign:
                signals.RaiseOperationQueued();
                break;
        }
    }
}
