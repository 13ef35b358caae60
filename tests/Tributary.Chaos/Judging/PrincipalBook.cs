using Tributary.Chaos.Worlds;

namespace Tributary.Chaos.Judging;

/// <summary>Users, external groups and members by number, and in which groups a user can have been (external-connectors 8.1: through groups in groups).</summary>
internal sealed class PrincipalBook(IReadOnlyList<Person> people)
{
    private readonly List<string> _groups = [];
    private readonly List<(string Type, string Id)> _members = [];

    public IReadOnlyList<Person> People { get; } = people;

    public IReadOnlyList<string> Groups => _groups;

    public int UserOf(string name)
    {
        for (int i = 0; i < People.Count; i++)
        {
            if (People[i].Name == name)
            {
                return i;
            }
        }

        throw new InvalidDataException($"'{name}' is none of the run's people.");
    }

    public ulong GroupBit(string id) => Bit(_groups, id);

    public ulong MemberBit(string type, string id) => Bit(_members, (type, id));

    /// <summary>The groups in which a user certainly was, and those in which he may have been, given the states in which each group may have been.</summary>
    /// <param name="user">Number of the user.</param>
    /// <param name="states">Of the group with a number.</param>
    public (ulong Certain, ulong Possible) GroupsOf(int user, Func<int, IReadOnlyList<GroupState>> states)
    {
        ulong[] certain = new ulong[_groups.Count];
        ulong[] possible = new ulong[_groups.Count];
        for (int group = 0; group < _groups.Count; group++)
        {
            certain[group] = ulong.MaxValue;
            foreach (GroupState state in states(group))
            {
                certain[group] &= state.Members;
                possible[group] |= state.Members;
            }
        }

        return (Reach(user, certain), Reach(user, possible));
    }

    private ulong Reach(int user, ulong[] members)
    {
        Person person = People[user];
        ulong self = MemberBit(AclEntry.User, person.Id);
        foreach (string group in person.Groups)
        {
            self |= MemberBit(AclEntry.Group, group);
        }

        ulong reached = 0;
        for (bool isGrowing = true; isGrowing;)
        {
            isGrowing = false;
            for (int group = 0; group < members.Length; group++)
            {
                ulong bit = 1UL << group;
                if ((reached & bit) == 0 && (members[group] & self) != 0)
                {
                    reached |= bit;
                    self |= MemberBit(AclEntry.ExternalGroup, _groups[group]);
                    isGrowing = true;
                }
            }
        }

        return reached;
    }

    private static ulong Bit<T>(List<T> all, T one)
    {
        int number = all.IndexOf(one);
        if (number < 0)
        {
            number = all.Count;
            all.Add(one);
        }

        return number < 64 ? 1UL << number : throw new InvalidDataException("More than 64 groups or members.");
    }
}
