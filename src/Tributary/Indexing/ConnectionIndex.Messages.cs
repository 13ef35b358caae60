namespace Tributary.Indexing;

/// <content>What it logs.</content>
internal sealed partial class ConnectionIndex
{
    [LoggerMessage(2001, LogLevel.Error, "The index of connection {Connection} failed; it is opened again from the store.")]
    private partial void LogBroken(Exception exception, long connection);

    [LoggerMessage(2002, LogLevel.Warning, "The index of connection {Connection} is damaged and is built anew.")]
    private partial void LogDamaged(Exception exception, long connection);

    [LoggerMessage(2003, LogLevel.Warning, "The index of connection {Connection} does not belong to this state of the store and is built anew.")]
    private partial void LogUntrusted(long connection);

    [LoggerMessage(2012, LogLevel.Information, "The index of connection {Connection} is taken from a snapshot at change {Change}.")]
    private partial void LogTaken(long connection, long change);

    [LoggerMessage(2013, LogLevel.Warning, "The snapshot {Folder} of the index of connection {Connection} cannot be used and is passed over.")]
    private partial void LogDamagedSnapshot(Exception exception, string folder, long connection);

    [LoggerMessage(2014, LogLevel.Warning, "It cannot be seen whether there are snapshots of the index of connection {Connection}.")]
    private partial void LogNoSnapshots(Exception exception, long connection);

    [LoggerMessage(2010, LogLevel.Warning, "The index of connection {Connection} goes back to what it is sure of, or is built anew. {Reason}")]
    private partial void LogLost(string reason, long connection);

    [LoggerMessage(2004, LogLevel.Information, "The index of connection {Connection} was built anew from {Items} items.")]
    private partial void LogRebuilt(long connection, long items);

    [LoggerMessage(2007, LogLevel.Information, "The index of connection {Connection} is built anew beside the one in use, by schema version {Schema} and in language {Language}.")]
    private partial void LogReindexing(long connection, int schema, string language);

    [LoggerMessage(2008, LogLevel.Error, "The next index of connection {Connection} could not be built; it is tried again.")]
    private partial void LogNotReindexed(Exception exception, long connection);

    [LoggerMessage(2009, LogLevel.Warning, "An old index of connection {Connection} could not be removed; the next opening tries again.")]
    private partial void LogNotRemoved(Exception exception, long connection);

    [LoggerMessage(2005, LogLevel.Error, "Item {Item} of connection {Connection} cannot be indexed and is left out of searches.")]
    private partial void LogSkipped(Exception exception, string item, long connection);
}
