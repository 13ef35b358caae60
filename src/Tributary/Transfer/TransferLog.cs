namespace Tributary.Transfer;

/// <summary>What the server's log says of connections that leave it whole, and that come.</summary>
internal static partial class TransferLog
{
    [LoggerMessage(3502, LogLevel.Information, "Connection {Connection} is exported by the operator, export {Export}.")]
    public static partial void LogExport(this ILogger logger, long connection, string export);

    [LoggerMessage(3503, LogLevel.Information, "Import {Import} makes connection {Connection}.")]
    public static partial void LogImport(this ILogger logger, string import, long connection);

    [LoggerMessage(3504, LogLevel.Information, "Import {Import} is complete: connection {Connection} is there.")]
    public static partial void LogImported(this ILogger logger, string import, long connection);

    [LoggerMessage(3505, LogLevel.Information, "Import {Import} was given up; what it brought of connection {Connection} is removed.")]
    public static partial void LogAborted(this ILogger logger, string import, long connection);
}
