using Tributary.Acls;

namespace Tributary.Indexing;

/// <summary>The numbers of the access lists that let a caller in, as bits. Immutable.</summary>
internal sealed class VisibleAcls(AccessPrincipals caller, ulong[] words, int last, ReadyDocuments ready, HashSet<PrincipalKey>? principals)
{
    public AccessPrincipals Caller { get; } = caller;

    /// <summary>What the caller is, to be met with new lists; null until some came.</summary>
    public HashSet<PrincipalKey>? Principals { get; } = principals;

    /// <summary>The documents that they make visible, of whom lists and segments are as they were. Shared by all that is made of one caller's lists while they are kept.</summary>
    public ReadyDocuments Ready { get; } = ready;

    /// <summary>Lists above this number are not visible: they were not known when this was made.</summary>
    public int Last { get; } = last;

    /// <summary>About what it keeps in memory, its key included, without <see cref="Ready"/>.</summary>
    public long Bytes => (words.Length * 8L) + ((Caller.Groups.Count + Caller.ExternalGroups.Count) * 120L) + ((Principals?.Count ?? 0) * 60L) + 200;

    /// <summary>Whether a list lets the caller in. Number 0 stands for "no list" and never does.</summary>
    public bool Contains(int number) =>
        (uint)(number >> 6) < (uint)words.Length && (words[number >> 6] & (1UL << (number & 63))) != 0;

    public void CopyTo(ulong[] destination) => words.CopyTo(destination, 0);
}
