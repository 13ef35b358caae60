namespace Tributary.Indexing;

/// <summary>Nothing will be read from this index any more.</summary>
internal sealed class IndexClosedException(bool isGone) : Exception
{
    /// <summary>The connection is gone or being deleted. Otherwise only this index is closed, and another can be opened.</summary>
    public bool IsGone => isGone;
}
