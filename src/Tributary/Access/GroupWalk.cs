using Tributary.Acls;

namespace Tributary.Access;

/// <summary>Goes up from members to groups, level by level; each group is come upon once, which ends cycles.</summary>
internal static class GroupWalk
{
    /// <summary>The shortest chain from a user to one of the targets, both ends included; null when none is reached. Of targets equally near the first in their order.</summary>
    /// <exception cref="Directories.DirectoryQuestionRefusedException">There are more groups on the way than may be asked about.</exception>
    public static async Task<IReadOnlyList<Principal>?> FindShortestOrNullAsync(
        IAccessFacts facts, Principal from, IReadOnlyList<Principal> targets, CancellationToken cancellationToken)
    {
        var reachedBy = new Dictionary<Principal, Principal> { [from] = from };
        Principal[] level = [from];
        while (level.Length > 0)
        {
            var next = new List<Principal>();
            foreach ((Principal member, Principal group) in await facts.FindDirectGroupsAsync(level, cancellationToken))
            {
                if (reachedBy.TryAdd(group, member))
                {
                    next.Add(group);
                }
            }

            foreach (Principal target in targets)
            {
                if (target != from && reachedBy.ContainsKey(target))
                {
                    return Chain(reachedBy, from, target);
                }
            }

            level = [.. next];
        }

        return null;
    }

    /// <summary>All that can be reached by the steps, <paramref name="from"/> included.</summary>
    public static async Task<HashSet<Principal>> ReachAsync(
        IEnumerable<Principal> from, Func<IReadOnlyCollection<Principal>, CancellationToken, ValueTask<IReadOnlyList<Membership>>> step, CancellationToken cancellationToken)
    {
        HashSet<Principal> reached = [.. from];
        Principal[] level = [.. reached];
        while (level.Length > 0)
        {
            level = [.. (await step(level, cancellationToken)).Select(membership => membership.Group).Where(reached.Add)];
        }

        return reached;
    }

    private static List<Principal> Chain(Dictionary<Principal, Principal> reachedBy, Principal from, Principal target)
    {
        var chain = new List<Principal> { target };
        while (chain[^1] != from)
        {
            chain.Add(reachedBy[chain[^1]]);
        }

        chain.Reverse();
        return chain;
    }
}
