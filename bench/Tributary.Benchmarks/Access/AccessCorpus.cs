using System.Globalization;
using Tributary.Acls;
using Tributary.Benchmarks.Corpora;

namespace Tributary.Benchmarks.Access;

/// <summary>How many access lists there are for the items.</summary>
internal enum AccessForm
{
    /// <summary>Each item has one of its own, as where every document is shared by hand.</summary>
    Own,

    /// <summary>500 are shared by all, as where folders or sites carry the rights.</summary>
    Few,
}

/// <summary>
/// The corpus with access lists of a form. A third of the items is visible to <see cref="SharedGroupId"/> besides, so that a caller of that one group and one who is in
/// 9,999 others, which no list names, see the same items: what differs between the two is the number of groups alone.
/// </summary>
internal sealed class AccessCorpus(AccessForm form)
{
    public static readonly string SharedGroupId = Corpus.GroupId(Corpus.Groups + 1);

    private const int Lists = 500;

    public AccessForm Form => form;

    public CorpusItem Item(int number)
    {
        CorpusItem item = Corpus.Item(number);

        // The lists of the first items for all, or the item's own with an entry that no other has.
        int list = form == AccessForm.Few ? number % Lists : number;
        IEnumerable<AclEntry> entries = form == AccessForm.Few ? Corpus.Item(list).Acl.Entries : item.Acl.Entries.Append(Grant(AclType.User, Corpus.UserId(1_000_000 + number)));
        return item with { Acl = new Acl([.. list % 3 == 0 ? entries.Append(Grant(AclType.Group, SharedGroupId)) : entries]) };
    }

    private static AclEntry Grant(AclType type, string value) => new(type, value, AccessType.Grant);
}

/// <summary>Somebody who searches.</summary>
internal sealed class AccessAsker(string name, IEnumerable<string> groups)
{
    private readonly string[] _groups = [.. groups];

    public static readonly AccessAsker One = new("1 group", [AccessCorpus.SharedGroupId]);

    public static readonly AccessAsker Many = new("10,000 groups, the same items", Unnamed(9_999).Prepend(AccessCorpus.SharedGroupId));

    /// <summary>Also in all groups of the corpus, so he sees nearly everything, and has more to order and to count.</summary>
    public static readonly AccessAsker ManyNamed = new(
        "10,000 groups, more items", Enumerable.Range(0, Corpus.Groups).Select(Corpus.GroupId).Concat(Unnamed(7_999)).Prepend(AccessCorpus.SharedGroupId));

    public static IReadOnlyList<AccessAsker> All { get; } = [One, Many, ManyNamed];

    public string Name => name;

    /// <summary>As a figure's name has it.</summary>
    public string Key => name.Replace(",", "", StringComparison.Ordinal).Replace(' ', '_');

    /// <param name="number">Another number is another user, whom nobody has seen before.</param>
    public AccessPrincipals Access(int number = 0) => new(Corpus.UserId(2_000_000 + number), _groups, externalGroups: [], isGuest: false);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{name} ({_groups.Length})");

    private static IEnumerable<string> Unnamed(int count) => Enumerable.Range(5_000_000, count).Select(Corpus.GroupId);
}
