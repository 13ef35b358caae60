using Tributary.Search.Kql;

namespace Tributary.Search;

/// <summary>
/// A restriction on a system property, reduced to what the index knows an item by (<see cref="SystemRestrictions"/>). A node of the query tree like any other; it
/// does not score.
/// </summary>
internal abstract record ItemTest(int Start, int Length) : KqlNode(Start, Length);

/// <summary>No item: the restriction names none of this connection.</summary>
internal sealed record NoItem(int Start, int Length) : ItemTest(Start, Length);

/// <summary>The item with this id; case-sensitive.</summary>
internal sealed record ItemWithId(int Start, int Length, string Id) : ItemTest(Start, Length);

/// <summary>Items whose key in the store, the <c>documentId</c>, lies between the two, both included.</summary>
internal sealed record ItemWithKey(int Start, int Length, long Min, long Max) : ItemTest(Start, Length);
