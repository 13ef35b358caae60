using Tributary.Chaos.Worlds;

namespace Tributary.Chaos.Judging;

/// <summary>Every access list that was sent or shown, by number, and whom each lets in: written from the specification alone (external-connectors 6.6).</summary>
internal sealed class AclBook(PrincipalBook principals)
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<IReadOnlyList<AclEntry>> _lists = [];
    private readonly Dictionary<(int Acl, int User), Reading> _readings = [];

    /// <summary>The same entries in another order are the same list.</summary>
    public int NumberOf(IReadOnlyList<AclEntry> entries)
    {
        string key = string.Join(' ', entries.Select(entry => entry.ToString()).Order(StringComparer.Ordinal));
        if (!_numbers.TryGetValue(key, out int number))
        {
            number = _lists.Count;
            _numbers.Add(key, number);
            _lists.Add(entries);
        }

        return number;
    }

    public string TextOf(int acl) => string.Join(' ', _lists[acl]);

    /// <summary>A deny wins over every grant; without a grant nobody is let in.</summary>
    /// <param name="acl">The list.</param>
    /// <param name="user">Number of the caller.</param>
    /// <param name="groups">The external groups that he is in, a bit for each.</param>
    public bool IsVisible(int acl, int user, ulong groups)
    {
        if (!_readings.TryGetValue((acl, user), out Reading reading))
        {
            reading = Read(_lists[acl], user);
            _readings.Add((acl, user), reading);
        }

        return (reading.IsGranted || (reading.GrantedGroups & groups) != 0) && !reading.IsDenied && (reading.DeniedGroups & groups) == 0;
    }

    private Reading Read(IReadOnlyList<AclEntry> entries, int user)
    {
        Person person = principals.People[user];
        Reading reading = default;
        foreach (AclEntry entry in entries)
        {
            ulong group = entry.Type == AclEntry.ExternalGroup ? principals.GroupBit(entry.Value) : 0;
            bool isMet = entry.Type switch
            {
                AclEntry.User => entry.Value == person.Id,
                AclEntry.Group => person.Groups.Contains(entry.Value),
                AclEntry.Everyone => true,
                AclEntry.EveryoneExceptGuests => !person.IsGuest,
                AclEntry.ExternalGroup => false,
                _ => throw new InvalidDataException($"'{entry.Type}' is no type of an access list's entry."),
            };
            reading = entry.IsGrant
                ? reading with { IsGranted = reading.IsGranted | isMet, GrantedGroups = reading.GrantedGroups | group }
                : reading with { IsDenied = reading.IsDenied | isMet, DeniedGroups = reading.DeniedGroups | group };
        }

        return reading;
    }

    /// <summary>A list as one user meets it: what holds whatever external groups he is in, and what depends on them.</summary>
    private readonly record struct Reading(bool IsGranted, bool IsDenied, ulong GrantedGroups, ulong DeniedGroups);
}
