namespace Tributary.Storage;

/// <summary>
/// Callers who are answered together, such as the parts of a batch. Their writes are held until every member waits for one or has left, and then reach the
/// writer as one. Nobody outside the group is delayed by it.
/// </summary>
internal interface IWriteGroup
{
    /// <summary>
    /// Counts a member in; what is written in the caller's asynchronous flow from here on is the member's. Dispose the result when it will write no more: until
    /// then the others may wait for it.
    /// </summary>
    IDisposable Enter();

    /// <summary>Hands over what is held without waiting for the rest: the way out when members wait for each other.</summary>
    void Release();
}

/// <summary>For a database that groups no writes, or groups them anyway.</summary>
internal sealed class UngroupedWrites : IWriteGroup, IDisposable
{
    public static readonly UngroupedWrites Instance = new();

    public IDisposable Enter() => this;

    public void Release()
    {
    }

    public void Dispose()
    {
    }
}
