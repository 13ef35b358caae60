namespace Tributary.Connections;

/// <summary>Where a type may stand; none for those that only stand in one member of one other type.</summary>
[Flags]
internal enum CardPlaces
{
    None = 0,
    Element = 1,
    Action = 2,

    /// <summary><c>selectAction</c> and the like: all actions but <c>Action.ShowCard</c>.</summary>
    SelectAction = 4,
}

internal sealed record CardMember(string Name, CardValue Value, bool IsRequired = false);

/// <summary>
/// One row of the table: a type of the format with the members that are checked. Members it does not name are tolerated, as hosts ignore them.
/// </summary>
internal sealed class CardType
{
    private readonly Dictionary<string, CardMember> _members = new(StringComparer.Ordinal);

    /// <summary>Of two members of one name the later counts, so that a type can say more of a member it shares with others.</summary>
    public CardType(string name, CardPlaces places, IEnumerable<CardMember> members)
    {
        Name = name;
        Places = places;
        foreach (CardMember member in members)
        {
            _members[member.Name] = member;
        }
    }

    public string Name { get; }

    public CardPlaces Places { get; }

    /// <summary>Members of which at least one is needed; empty when there is no such rule.</summary>
    public IReadOnlyList<string> NeedsOneOf { get; init; } = [];

    public IEnumerable<CardMember> Required => _members.Values.Where(member => member.IsRequired);

    public CardMember? MemberOrNull(string name) => _members.GetValueOrDefault(name);
}
