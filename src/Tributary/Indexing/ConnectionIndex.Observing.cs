namespace Tributary.Indexing;

/// <content>What it is told of the store that nobody has signalled.</content>
internal sealed partial class ConnectionIndex
{
    /// <summary>The store may have lost changes that are in here: nothing is answered until it is seen that it has them.</summary>
    public void Doubt()
    {
        Interlocked.Increment(ref _doubts);
        Wake();
    }

    /// <summary>What the store says, which nobody may have signalled: what came from another node, or is gone.</summary>
    /// <param name="position">The connection's place in its feed.</param>
    /// <param name="applied"><see cref="Applied"/>, before that was read.</param>
    /// <returns>For how long it has not reached what was there then.</returns>
    public TimeSpan Observe(FeedPosition position, long applied)
    {
        NoteInForce(position.ActiveSchema);
        TextLanguage language = _options.LanguageOf(position.Language);
        if (position.Last < applied)
        {
            Doubt();
        }
        else if (position.Last > Applied || language != _wantedLanguage)
        {
            _wantedLanguage = language;
            Wake();
        }

        if (applied >= _observed || position.Last < _observed)
        {
            _observed = position.Last;
            _observedAt = _time.GetTimestamp();
        }

        return applied < _observed ? _time.GetElapsedTime(_observedAt) : TimeSpan.Zero;
    }
}
