using CsCheck;
using Tributary.Acls;
using Tributary.Indexing;
using Tributary.Tests.Indexing;

namespace Tributary.Tests.Access;

/// <summary>
/// <see cref="AclEvaluator"/> defines access. What it says of a user as found by <see cref="AccessWorld"/> is what that says by itself, and the table of the index says the same of every
/// list at once, whatever happened before.
/// </summary>
public class OneJudgeTests
{
    /// <summary>What happens, and after each of it who asks.</summary>
    private static readonly Gen<(AccessChange Change, (int Tenant, int Connection, int User, bool? TokenGuest) Asker)[]> Histories = Gen.Select(
        AccessChange.Any,
        Gen.Select(Gen.Int[0, AccessNames.Tenants - 1], Gen.Int[0, AccessNames.Connections - 1], Gen.Int[0, 3], Gen.OneOf<bool?>(true, false, null))).Array[1, 30];

    /// <summary>With no room, the last bitmap is kept alone; with some, a few.</summary>
    private static readonly Gen<long> CacheBytes = Gen.OneOf(0L, 700L, 1L << 20);

    [Fact]
    public void The_evaluator_the_table_and_a_walk_through_the_groups_agree_on_everybody_whatever_changed()
    {
        long seen = 0;
        long judged = 0;
        Gen.Select(Histories, CacheBytes).Sample(
            (history, cacheBytes) =>
            {
                var world = new AccessWorld();
                AclTable[] tables = [.. Enumerable.Range(0, AccessNames.Tenants * AccessNames.Connections).Select(_ => new AclTable(cacheBytes))];
                foreach ((AccessChange change, (int tenant, int connection, int user, bool? tokenGuest)) in history)
                {
                    world.Apply(change);
                    if (change.Kind == AccessChangeKind.AddAcl)
                    {
                        AclTable changed = tables[(change.Tenant * AccessNames.Connections) + change.Connection];
                        changed.Add([KeyValuePair.Create(changed.Last + 1, change.Acl)]);
                    }

                    string id = AccessNames.Users[user];
                    AccessPrincipals caller = world.PrincipalsOf(tenant, connection, id, tokenGuest);
                    VisibleAcls visible = tables[(tenant * AccessNames.Connections) + connection].VisibleTo(caller);
                    foreach ((int index, Acl acl) in world.AclsOf(tenant, connection).Index())
                    {
                        bool expected = world.IsVisible(tenant, connection, acl, id, tokenGuest);
                        Assert.Equal(expected, AclEvaluator.IsVisible(acl, caller));
                        Assert.Equal(expected, visible.Contains(index + 1));
                        Interlocked.Increment(ref judged);
                        Interlocked.Add(ref seen, expected ? 1 : 0);
                    }

                    Assert.False(visible.Contains(0));
                    Assert.False(visible.Contains(world.AclsOf(tenant, connection).Count + 1));
                }
            },
            iter: 100_000);
        Assert.True(judged > 500_000 && seen > judged / 20 && seen < judged / 2, $"Of {judged} judgements {seen} were that the list lets in, so the cases say little.");
    }

    [Fact]
    public void Nobody_sees_anything_whatever_there_is() => AccessChange.Any.Array[1, 10].Sample(
        changes =>
        {
            var table = new AclTable(1 << 20);
            table.Add(changes.Index().Select(change => KeyValuePair.Create(change.Index + 1, change.Item.Acl)));
            VisibleAcls visible = table.VisibleTo(AccessPrincipals.Nobody);
            return Enumerable.Range(0, changes.Length + 2).All(number => !visible.Contains(number));
        });
}
