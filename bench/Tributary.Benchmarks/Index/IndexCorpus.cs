using Tributary.Acls;
using Tributary.Benchmarks.Corpora;

namespace Tributary.Benchmarks.Index;

/// <summary>The corpus, each item visible to one more group, whose members see everything: no deny names it.</summary>
internal static class IndexCorpus
{
    public static readonly string AuditorsId = Corpus.GroupId(Corpus.Groups);

    public static CorpusItem Item(int number)
    {
        CorpusItem item = Corpus.Item(number);
        return item with { Acl = new Acl([.. item.Acl.Entries, new AclEntry(AclType.Group, AuditorsId, AccessType.Grant)]) };
    }
}

/// <summary>Somebody who searches.</summary>
internal sealed class Asker(string name, params IEnumerable<string> groups)
{
    private static readonly string UserId = Corpus.UserId(77);

    private readonly string[] _groups = [.. groups];

    public static IReadOnlyList<Asker> All { get; } =
    [
        new("1 group", Corpus.GroupId(50)),
        new("60 groups", Every(60)),
        new("10,000 groups", [.. Every(1000), .. Enumerable.Range(1_000_000, 9000).Select(Corpus.GroupId)]),
        new("sees everything", IndexCorpus.AuditorsId),
    ];

    public string Name => name;

    /// <summary>New each time, as each request makes it anew; what the index kept for an equal one must be found again.</summary>
    public AccessPrincipals Access(string? userId = null) => new(userId ?? UserId, _groups, externalGroups: [], isGuest: false);

    /// <summary>Some of the corpus's groups, evenly over frequent and rare.</summary>
    private static IEnumerable<string> Every(int count) => Enumerable.Range(0, count).Select(i => Corpus.GroupId(i * (Corpus.Groups / count)));
}
