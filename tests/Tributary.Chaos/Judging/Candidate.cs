namespace Tributary.Chaos.Judging;

/// <summary>An item that a search may be about, and what it may have been while the search ran.</summary>
internal readonly record struct Candidate(string Item, IReadOnlyList<ItemState> States);
