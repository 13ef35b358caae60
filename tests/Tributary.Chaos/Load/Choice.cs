using Tributary.Chaos.Worlds;

namespace Tributary.Chaos.Load;

/// <summary>What is drawn by chance.</summary>
internal static class Choice
{
    public static T Of<T>(Random random, IReadOnlyList<T> all) => all[random.Next(all.Count)];

    /// <summary>One to three grants, and a deny for every third: about half of the items are seen by anybody.</summary>
    public static List<AclEntry> Acl(Random random)
    {
        var entries = new List<AclEntry>();
        for (int grants = random.Next(1, 4); grants > 0; grants--)
        {
            Add(entries, Principal(random, isGrant: true));
        }

        if (random.Next(3) == 0)
        {
            Add(entries, Principal(random, isGrant: false));
        }

        return entries;
    }

    private static void Add(List<AclEntry> entries, AclEntry entry)
    {
        if (!entries.Exists(other => other.Type == entry.Type && other.Value == entry.Value))
        {
            entries.Add(entry);
        }
    }

    private static AclEntry Principal(Random random, bool isGrant) => random.Next(isGrant ? 20 : 18) switch
    {
        < 7 => new AclEntry(AclEntry.User, Of(random, World.People).Id, isGrant),
        < 14 => new AclEntry(AclEntry.ExternalGroup, Of(random, World.ExternalGroups), isGrant),
        < 16 => new AclEntry(AclEntry.Group, Of(random, World.DirectoryGroups), isGrant),
        < 18 => new AclEntry(AclEntry.EveryoneExceptGuests, AclEntry.Everyone, isGrant),
        _ => new AclEntry(AclEntry.Everyone, AclEntry.Everyone, isGrant),
    };
}
