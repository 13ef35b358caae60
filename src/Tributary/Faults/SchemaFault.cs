using Tributary.Operations;

namespace Tributary.Faults;

/// <summary>
/// Whether the operation that a schema registration is about to start shall fail. Decided once, before it is stored, so that the decision is stored with it
/// and outlives the rule; a registration that starts no operation after all was not a call.
/// </summary>
internal sealed class SchemaFault(FaultBook book) : IDisposable
{
    private FaultCall? _counted;
    private FaultHit? _hit;

    /// <summary>With what the operation shall fail, or null; the same however often it is asked.</summary>
    public PublicError? TakeOrNull(in FaultCall call)
    {
        if (_counted is null && !book.IsEmpty)
        {
            _counted = call;
            _hit = book.TakeOrNull(call);
        }

        return _hit?.Rule.OperationError;
    }

    /// <summary>The operation is stored.</summary>
    public void Started() => _counted = null;

    public void Dispose()
    {
        if (_counted is { } call)
        {
            book.GiveBack(call, _hit);
        }
    }
}
