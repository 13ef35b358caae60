using Tributary.Acls;

namespace Tributary.Access;

/// <summary>What an access list says of a user, and by which entry.</summary>
internal enum DecisionReason
{
    /// <summary>An entry lets him in, and none keeps him out.</summary>
    Granted,

    /// <summary>An entry keeps him out, whatever others say.</summary>
    Denied,

    /// <summary>For all that is known an entry keeps him out: what would tell otherwise is not known, so it counts against him.</summary>
    MayBeDenied,

    /// <summary>No entry lets him in, as far as is known.</summary>
    NotGranted,

    /// <summary>The list has no entries, so nobody is let in.</summary>
    NoEntries,

    /// <summary>There is no such item.</summary>
    NoItem,
}

/// <summary>What is not known of a user, and therefore counts against him.</summary>
internal enum Unknown
{
    /// <summary>The tenant's directory has no such user, so it is not known in which groups he is.</summary>
    UserUnknown,

    /// <summary>No directory is configured, and the request does not say what the user's token says of groups.</summary>
    GroupsUnknown,

    /// <summary>Neither directory nor request says whether he is a guest.</summary>
    GuestUnknown,

    /// <summary>Neither history nor request says whether his account was enabled.</summary>
    EnabledUnknown,
}

/// <summary>Why a chain is not told.</summary>
internal enum ChainOmission
{
    /// <summary>More groups lie on the way than an explanation asks a directory about.</summary>
    TooManyGroups,

    /// <summary>The directory says that the user is in the group, and not through which others: it changed meanwhile, or its answer is remembered.</summary>
    NotFound,
}

/// <summary>What keeps an item from a user although its list does not.</summary>
internal enum Withheld
{
    UserDisabled,
    EnabledUnknown,
    GuestNotServed,
    GuestUnknown,
    GroupsOverage,
    TooManyExternalGroups,
    ConnectionNotReady,
    ConnectionNotSearched,
    NotYetSearchable,
}

/// <summary>A user or group of a chain.</summary>
/// <param name="Principal">Which.</param>
/// <param name="Group">Its name and version; null for a user, and for a group that nobody tells of.</param>
internal sealed record ChainStep(Principal Principal, GroupFacts? Group);

/// <summary>Which entry decided.</summary>
/// <param name="Reason">What it says.</param>
internal sealed record Decision(DecisionReason Reason)
{
    public bool IsGranted => Reason == DecisionReason.Granted;

    /// <summary>Place of the entry in the list; null when none decided.</summary>
    public int? Index { get; init; }

    /// <summary>The shortest way from the user to the entry's group, both included; the user alone where the entry names him, or everyone.</summary>
    public IReadOnlyList<ChainStep>? Chain { get; init; }

    /// <summary>Why there is no chain although an entry decided; null also where it may only name the user.</summary>
    public ChainOmission? ChainOmitted { get; init; }
}

/// <summary>A user as a search takes him, in one connection.</summary>
/// <param name="User">What is known of him.</param>
/// <param name="Access">What the list is held against.</param>
/// <param name="Withheld">Why a search would show him nothing whatever a list says.</param>
internal sealed record Standing(UserFacts User, AccessPrincipals Access, IReadOnlyList<Withheld> Withheld)
{
    public IEnumerable<Unknown> Unknown
    {
        get
        {
            if (User.IsKnown == false)
            {
                yield return Tributary.Access.Unknown.UserUnknown;
            }
            else if (User.HasUnknownGroups)
            {
                yield return Tributary.Access.Unknown.GroupsUnknown;
            }

            if (User.IsGuest is null)
            {
                yield return Tributary.Access.Unknown.GuestUnknown;
            }

            if (User.IsEnabled is null)
            {
                yield return Tributary.Access.Unknown.EnabledUnknown;
            }
        }
    }

    /// <summary>Whether an item of that list is shown to him.</summary>
    public bool Sees(Acl acl) => Withheld.Count == 0 && AclEvaluator.IsVisible(acl, Access);
}

/// <summary>Whether a user may see an item, and why.</summary>
/// <param name="Standing">The user.</param>
/// <param name="Item">The item; null: there is none.</param>
/// <param name="Decision">What its list says.</param>
/// <param name="Withheld">What else keeps it from him.</param>
internal sealed record Verdict(Standing Standing, ItemFacts? Item, Decision Decision, IReadOnlyList<Withheld> Withheld)
{
    public bool IsVisible => Decision.IsGranted && Withheld.Count == 0;
}
